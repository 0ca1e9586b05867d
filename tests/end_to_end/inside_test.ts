// What docs/inside.md says of badd, at a small size, and the pictures of pages about what is inside.
import { assert, assertEquals } from "@std/assert";
import { Machine } from "../../docs/inside/machine.ts";
import { measureSums } from "../../docs/inside/sums.ts";
import { emptyDirectory, root, run } from "../support/process.ts";

Deno.test("what docs/inside.md says of sums is so; markers can be spared at times", async () => {
  const rows = (await measureSums(await Machine.load("badd"), 12, 10)).rows();
  assert(rows.length > 15);
  for (const { statement, holds, of } of rows) {
    const least = /^(wrong answer|without the marker)/.test(statement) ? 0.7 * of : of;
    assert(holds >= least, `${statement}: ${holds} of ${of}`);
  }
});

for (const name of ["inside", "automata"]) {
  Deno.test(`the pictures of docs/${name}.md are what the commands below them draw`, async () => {
    const page = await Deno.readTextFile(`${root}/docs/${name}.md`);
    const commands = [...page.matchAll(/^ {4}deno task trace (.*) --out docs\/pictures\/(\S+)$/gm)];
    const shown = [...page.matchAll(/\]\(pictures\/(\S+)\)/g)].map(([, file]) => file);
    assertEquals(commands.map(([, , file]) => file), shown);
    assert(shown.length > 2);
    const directory = emptyDirectory();
    await Promise.all(commands.map(async ([, args, file]) => {
      const out = `${directory}/${file}`;
      const { code, stderr } = await run("trace", [...args!.split(" "), "--backend", "wasm", "--out", out]);
      assertEquals(code, 0, stderr);
      const kept = await Deno.readTextFile(`${root}/docs/pictures/${file}`);
      const made = await Deno.readTextFile(out);
      assert(made === kept, `docs/pictures/${file} is not what its command draws`);
      assert(kept.length < 60_000);
    }));
  });
}
