import { assert, assertEquals, assertMatch } from "@std/assert";
import { saveModel } from "../../lib/model/file.ts";
import { copier } from "../support/copier.ts";
import { assertRefused, emptyDirectory, filesIn, outcomeOf, run, start } from "../support/process.ts";

const directory = emptyDirectory();
const model = `${directory}/copier.safetensors`;
await saveModel(model, copier());
const flags = [`--model=${model}`, "--max-size=3", "--exhaustive=6", "--size=12", "--examples=4"];

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
  const whole = `${directory}/whole.json`;
  assertEquals((await run("extract", [...flags, `--out=${whole}`])).code, 0);
  assertEquals(await Deno.readTextFile(out), await Deno.readTextFile(whole));
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
