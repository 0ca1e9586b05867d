// What the documentation promises to work.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { emptyDirectory, root, run } from "../support/process.ts";

const page = await Deno.readTextFile(`${root}/docs/problems.md`);

Deno.test("the problem of one's own in docs/problems.md is the one that is tested, and trains from an empty directory", async () => {
  const code = await Deno.readTextFile(`${root}/tests/support/majority.ts`);
  assertStringIncludes(page, code.replace("../../mod.ts", "<URL>/mod.ts"));
  const cwd = emptyDirectory();
  await Deno.writeTextFile(
    `${cwd}/majority.ts`,
    code.replace("../../mod.ts", new URL("../../mod.ts", import.meta.url).href),
  );
  const args = [
    "--problem=./majority.ts",
    "--max-size=2",
    "--maps=4",
    "--batch-size=4",
    "--steps=2",
    "--backend=wasm",
  ];
  const { code: status, stdout, stderr } = await run("train", args, { cwd });
  assertEquals(status, 0, stderr);
  assertStringIncludes(stdout, ",majority,carry,2,");
});

Deno.test("the sample datasets are what the commands beside them write", async () => {
  const table = await Deno.readTextFile(`${root}/data/README.md`);
  const commands = [...table.matchAll(/`deno task generate (.*) --out data\/(\S+)`/g)];
  assertEquals(commands.length, 3);
  for (const [, args, file] of commands) {
    const { stdout } = await run("generate", args!.split(" "));
    assertEquals(stdout, await Deno.readTextFile(`${root}/data/${file}`));
  }
});
