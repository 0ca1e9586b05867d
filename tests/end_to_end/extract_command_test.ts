import { assert, assertEquals, assertMatch } from "@std/assert";
import { saveModel } from "../../lib/model/file.ts";
import { copier } from "../support/copier.ts";
import { assertRefused, emptyDirectory, filesIn, outcomeOf, run, start } from "../support/process.ts";

const directory = emptyDirectory();
const model = `${directory}/copier.safetensors`;
await saveModel(model, copier());
const flags = [`--model=${model}`, "--max-size=3", "--exhaustive=6", "--size=12", "--examples=4"];

Deno.test("extract writes an automaton, and prints what it was tried on", async () => {
  const out = `${directory}/copy.json`;
  const { code, stdout, stderr } = await run("extract", [...flags, `--out=${out}`]);
  assertEquals(code, 0, stderr);
  const rows = [1, 2, 3, 4, 5, 6].map((size) => `all,${size},${2 ** size},0\n`).join("");
  assertEquals(stdout, `suite,size,examples,errors\n${rows}random,12,4,0\ncarry,12,4,0\n`);
  assertMatch(
    stderr,
    /\d+ training steps removed 9\d\.\d% of the parameters [^\n]+\n1 maps, 3 states, \d+ rules; no run on any input meets another neighbourhood\nProved right [^\n]+\n$/,
  );
  assertEquals(filesIn(directory), ["copier.safetensors", "copy.json"]);
  const answer = await run("predict", [`--model=${out}`, "0110100"]);
  assertMatch(answer.stdout, /,0110100,0110100,0110100,true,1\n$/);
});

const unix = { ignore: Deno.build.os === "windows" };

Deno.test("extract that was interrupted goes on to the same automaton", unix, async () => {
  const out = `${directory}/resumed.json`;
  const partial = `${out}.partial.safetensors`;
  const process = start("extract", [...flags, `--out=${out}`]);
  while (!filesIn(directory).includes("resumed.json.partial.safetensors")) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  process.kill("SIGINT");
  const { code, stdout, stderr } = await outcomeOf(process);
  assertEquals([code, stdout], [130, ""]);
  assertMatch(stderr, /\n?Interrupted: the same command with --resume goes on\n$/);
  assertEquals(filesIn(directory).filter((name) => name.startsWith("resumed")), [
    "resumed.json.partial.safetensors",
  ]);
  const again = await run("extract", [...flags, `--out=${out}`]);
  assertRefused(
    again,
    2,
    `Cannot write ${out}: its extraction is unfinished; go on with --resume, or remove ${partial}`,
  );
  const other = await run("extract", [...flags, `--out=${out}`, "--resume", "--seed=2"]);
  assertRefused(other, 2, `Cannot resume ${out}: it was begun with seed "1", expected "2"`);
  assertEquals((await run("extract", [...flags, `--out=${out}`, "--resume"])).code, 0);
  assertEquals(await Deno.readTextFile(out), await Deno.readTextFile(`${directory}/copy.json`));
  assert(!filesIn(directory).includes("resumed.json.partial.safetensors"));
});

Deno.test("extract leaves no file where the automaton is wrong", async () => {
  // The problem asks for another answer at a size that the refinement does not see.
  const problem = `${directory}/odd.ts`;
  await Deno.writeTextFile(
    problem,
    `import { defineProblem, problems } from "${import.meta.resolve("../../mod.ts")}";
     export default defineProblem({
       ...problems.copy,
       name: "copy",
       answer: (input) => input.length < 40 ? input : input.replaceAll("1", "0"),
     });`,
  );
  const out = `${directory}/odd.json`;
  const args = [...flags, "--maps=6", "--size=40", `--problem=${problem}`, `--out=${out}`];
  const failed = await run("extract", args.filter((flag) => flag !== "--size=12"));
  assertEquals([failed.code, failed.stdout], [1, ""], failed.stderr);
  assertMatch(failed.stderr, /The automaton of \d maps is wrong on 4 of 4, suite random, size 40\n/);
  assertMatch(failed.stderr, /error: No automaton was found/);
  assert(!filesIn(directory).some((name) => name.startsWith("odd.json")));
});

Deno.test("extract refuses what it cannot do before it begins", async () => {
  const refusals: readonly (readonly [flags: string[], message: string])[] = [
    [["--levels=4"], "Cannot use --levels 4: expected an odd number"],
    [
      ["--resume", `--out=${directory}/none.json`],
      `Cannot resume ${directory}/none.json: there is no ${directory}/none.json.partial.safetensors`,
    ],
  ];
  for (const [more, message] of refusals) {
    assertRefused(await run("extract", [...flags, ...more]), 2, message);
  }
});
