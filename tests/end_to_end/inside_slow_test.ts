// The numbers of docs/inside.md are those that its script prints.
import { assert, assertEquals } from "@std/assert";
import { root } from "../support/process.ts";

Deno.test("the tables of docs/inside.md are what its script counts", async () => {
  const page = await Deno.readTextFile(`${root}/docs/inside.md`);
  const tables = page.split("\n").filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  const counted = new Map<string, string[]>();
  const script = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "--allow-read", "docs/inside/measure.ts"],
    cwd: root,
  });
  const { code, stdout, stderr } = await script.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  for (const line of new TextDecoder().decode(stdout).trimEnd().split("\n").slice(1)) {
    const [, model, statement, holds, of] = /^(\w+),\d+,"(.*)",(\d+),(\d+)$/.exec(line)!;
    const number = (text?: string) => Number(text).toLocaleString("en");
    const key = `${model}: ${statement}`;
    counted.set(key, [...counted.get(key) ?? [], `${number(holds)} of ${number(of)}`]);
  }
  assert(counted.size > 50);
  for (const [key, counts] of counted) {
    if (key.includes("without map") && counts[0] === "64 of 64") continue; // which the page says in one sentence
    const rows = tables.filter(([first]) => key.endsWith(`: ${first}`)).map((row) => row.slice(1).join());
    assert(rows.includes(counts.join()), `${key}: ${counts}`);
  }
});
