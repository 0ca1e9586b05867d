import { assertEquals, assertMatch } from "@std/assert";
import { saveModel } from "../../lib/model/file.ts";
import { copier } from "../support/copier.ts";
import { assertRefused, emptyDirectory, filesIn, run } from "../support/process.ts";

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
