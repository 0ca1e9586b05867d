// What docs/automata.md says is what its scripts print.
import { assert, assertEquals } from "@std/assert";
import { root } from "../support/process.ts";

const page = await Deno.readTextFile(`${root}/docs/automata.md`);
const rows = page.split("\n").filter((line) => line.startsWith("| "))
  .map((line) => line.split(" | ").map((cell) => cell.replaceAll(/^\| | \|$|[`,]/g, "").trim()).join());

/** The lines that a script prints, without the first. */
async function printed(script: string): Promise<string[]> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "--allow-read", `docs/automata/${script}.ts`],
    cwd: root,
  });
  const { code, stdout, stderr } = await command.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n").slice(1);
}

Deno.test("docs/automata.md has what prove.ts prints of each automaton", async () => {
  const lines = await printed("prove");
  assertEquals(lines.length, 4);
  for (const line of lines) assert(rows.includes(line), line);
});

Deno.test("docs/automata.md has what measure.ts counts", async () => {
  for (const line of await printed("measure")) {
    const [, statement, holds, of] = /^"(.*)",(\d+),(\d+)$/.exec(line)!;
    assert(rows.includes(`${statement},${holds} of ${of}`), line);
  }
});

Deno.test("docs/automata.md has what states.ts prints of reverse", async () => {
  const lines = (await printed("states")).filter((line) => line.startsWith("reverse,"));
  assert(lines.length > 5);
  for (const line of lines) assert(rows.includes(line.slice("reverse,".length)), line);
});
