// What --help tells of the commands and of their flags.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { inGroup } from "../../lib/cli/arguments.ts";
import { renderHelp } from "../../lib/cli/help.ts";
import { flagOf } from "../../lib/model/configuration.ts";
import { KEYS } from "../../lib/model/settings/table.ts";
import { root, run } from "../support/process.ts";

/** The help text of a command, in parts: the lines below each title. */
async function helpOf(
  command: string,
  script = `${root}/tasks/${command}.ts`,
): Promise<Map<string, string[]>> {
  const { code, stdout, stderr } = await run(command, ["--help"], { script, deno: [] });
  assertEquals([code, stderr], [0, ""]);
  assert(stdout.split("\n").every((line) => line.length <= 100), stdout);
  return new Map(
    stdout.split("\n\n").map((part) => {
      const [title, ...lines] = part.trimEnd().split("\n");
      return [title!, lines];
    }),
  );
}

/** The flags among lines of help. */
const flagsIn = (lines: readonly string[] = []): string[] =>
  lines.flatMap((line) => /^ {2}--([a-z-]+)/.exec(line)?.[1] ?? []);

Deno.test("mod.ts --help has a line for every command", async () => {
  const help = await helpOf("", `${root}/mod.ts`);
  const lines = help.get("Commands:")!;
  assertEquals(
    lines.map((line) => line.trim().split(" ")[0]),
    ["generate", "train", "evaluate", "predict", "solve", "trace", "plot", "extract", "sweep", "bench"],
  );
  for (const line of lines) assertMatch(line, /^ {2}[a-z]+ +[A-Z].{20,}\.$/);
  assert(help.get("Examples:")!.length > 1);
});

Deno.test("train, evaluate and sweep show their flags in groups, those of every command last", async () => {
  for (const command of ["train", "evaluate", "sweep"]) {
    const groups = [...await helpOf(command)].filter(([, lines]) => flagsIn(lines).length > 0);
    assert(groups.length >= 4, command);
    assertEquals(groups.at(-1)!.map(String)[0], "Flags of every command:");
    assertEquals(flagsIn(groups.at(-1)![1]), ["quiet", "help", "version"]);
    if (command === "evaluate") continue;
    const settings = groups.filter(([title]) =>
      /^(Model|Curriculum|Optimization|Validation.*):$/.test(title)
    );
    assertEquals(settings.map(([, lines]) => flagsIn(lines)[0]), [
      "cell",
      "max-size",
      "batch-size",
      "mastery-accuracy",
    ]);
    const shown = groups.flatMap(([, lines]) => flagsIn(lines));
    assertEquals(KEYS.map(flagOf).filter((name) => !shown.includes(name)), []);
    assertEquals(new Set(shown).size, shown.length);
  }
});

Deno.test("renderHelp() shows flags under the titles of their groups, in one column", () => {
  const text = renderHelp({
    name: "measure",
    summary: "Measure things.",
    usage: "[flags]",
    flags: [
      ...inGroup("Model", [{ name: "maps", value: "N", help: "How wide" }]),
      ...inGroup("Output", [{ name: "out", value: "FILE", help: "Where to" }]),
      ...inGroup("Model", [{ name: "steps", value: "N", help: "How long" }]),
      { name: "help", help: "Print this" },
    ],
    examples: ["measure"],
  });
  assertEquals(
    text,
    `Usage: measure [flags]

Measure things.

Model:
  --maps N    How wide
  --steps N   How long

Output:
  --out FILE  Where to

Flags of every command:
  --help      Print this

Examples:
  measure
`,
  );
});

Deno.test("renderHelp() aligns flags and keeps within 100 columns", () => {
  const long = "word ".repeat(60).trim();
  const text = renderHelp({
    name: "measure",
    summary: "Measure things.",
    usage: "[flags]",
    flags: [
      { name: "size", value: "A[..B]", help: "Digits of a number", default: "20" },
      { name: "extra-steps", value: "N", help: "Steps after the last symbol" },
      { name: "json", help: "JSON instead of CSV" },
      { name: "long", help: long },
    ],
    examples: ["measure --size 5"],
  });
  assert(text.split("\n").every((line) => line.length <= 100));
  assertEquals(text.match(/word/g)?.length, 60);
  assertEquals(
    text.replace(/ +--long[^E]*/, "\n"),
    `Usage: measure [flags]

Measure things.

Flags:
  --size A[..B]    Digits of a number (default: 20)
  --extra-steps N  Steps after the last symbol
  --json           JSON instead of CSV

Examples:
  measure --size 5
`,
  );
});
