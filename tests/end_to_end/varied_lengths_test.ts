// Problems whose examples of one size have different lengths, from their definition to automata.
import { assert, assertEquals } from "@std/assert";
import { evaluate, generate, predict, type Problem, trace, train } from "../../mod.ts";
import { allExamples, countInputs } from "../../lib/extraction/inputs.ts";
import { encodeBatch, lengthOf } from "../../lib/model/batch.ts";
import { presets, resolve } from "../../lib/model/presets.ts";
import { batchesOf, longestBatch } from "../../lib/training/examples/curriculum.ts";
import { generatedSource } from "../../lib/training/examples/source.ts";
import { untrained } from "../support/untrained.ts";
import { varied } from "../support/varied.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`varied_lengths_test: TEST_SEED=${seed}`);

const backend = "wasm";

/** The longest example of a size of `varied`: only ones, and the dot. */
const longest = (size: number) => size + 1;

Deno.test("examples of one size have different lengths, and the length of a size is that of the longest", () => {
  const rows = [...generate({ problem: varied, suite: "random", sizes: [9], count: 200, seed })];
  assertEquals(new Set(rows.map(({ input }) => input.length)).size, 9);
  for (const { input, target } of rows) assertEquals(target, varied.answer(input));
  const source = generatedSource(varied, resolve(presets.default, varied, {}));
  assertEquals(source.lengthOf(9), longest(9));
});

Deno.test("a batch of different lengths is padded, and each of its rows has its own length", () => {
  const configuration = resolve(presets.default, varied, { max_size: 8, random_size_share: 0 });
  const { batches: [batch] } = batchesOf(configuration, generatedSource(varied, configuration), seed, 1, 8);
  assert(new Set(batch!.lengths).size > 2, `TEST_SEED=${seed}`);
  assertEquals(batch!.positions, Math.max(...batch!.lengths));
  batch!.lengths.forEach((length, row) => {
    const symbols = batch!.target.subarray(row * batch!.positions, (row + 1) * batch!.positions);
    assert(symbols.subarray(length).every((symbol) => symbol === 0));
    assertEquals(batch!.steps[row]! - length, batch!.steps[0]! - batch!.lengths[0]!);
  });
});

Deno.test("a bin takes the sizes whose longest examples it holds, and grows for one that is longer", () => {
  const configuration = resolve(presets.diagonal, varied, { max_size: 8, bins: [5, 9] });
  const source = generatedSource(varied, configuration);
  const { batches } = batchesOf(configuration, source, seed, 1, 8);
  assertEquals(batches.map(({ positions }) => positions), [5, 9]);
  assertEquals(longestBatch(configuration, source).positions, 9);
  const long = { size: 4, input: "111111", target: "111111." };
  const grown = encodeBatch("01.", [{ size: 4, input: "1", target: "1." }, long], { extraSteps: 2, bin: 5 });
  assertEquals([grown.positions, grown.lengths, grown.steps], [7, [2, 7], [9, 9]]);
});

Deno.test("training, report, search, predictions and traces take such a problem", async () => {
  for (const preset of ["default", "diagonal"] as const) {
    const settings = { maps: 4, max_size: 3, ...(preset === "diagonal" && { bins: [3, 4], batch_size: 8 }) };
    const { model } = await train({ problem: varied, preset, steps: 4, backend, configuration: settings });
    assert(model.results.length > 0);
    const models = [{ model, name: "mine" }];
    const suites = ["random", "carry", "adversarial"];
    const rows = await Array.fromAsync(
      evaluate({ models, problem: varied, sizes: [3, 12], examples: 40, suites, budget: 100, backend }),
    );
    assertEquals(rows.map(({ suite, size }) => `${suite} ${size}`).length, 6);
    for (const { answer_accuracy, sequence_accuracy, symbol_accuracy } of rows) {
      assert(symbol_accuracy >= 0 && symbol_accuracy <= 1);
      assert(answer_accuracy! >= sequence_accuracy);
    }
    const inputs = ["1", "0101", "000000", "2"].slice(0, 3);
    const answers = await Array.fromAsync(predict(model, inputs, { problem: varied, backend }));
    assertEquals(answers.map(({ target }) => target), ["1.", "11.", "."]);
    const steps = await Array.fromAsync(trace(model, "0101", { problem: varied, backend }));
    assertEquals(steps.length, 1 + 4 + model.configuration.extra_steps);
  }
});

Deno.test("a model that is right on the answer and wrong on the padding has the accuracy of both", async () => {
  const parameters = new Float32Array(untrained(varied, 1, { maps: 4 }).parameters.length);
  const model = { ...untrained(varied, 1, { maps: 4 }), parameters };
  const bias = parameters.length - 4; // shares of PAD, 0, 1 and the dot, whatever the state is
  parameters[bias + 2] = 1;
  const ones: Problem = { ...varied, answer: (input) => "1".repeat(Math.ceil(input.length / 2)) };
  const rows = ["11", "1", "0101"].map((input) => ({
    ...{ problem: "varied", size: 1, input },
    target: ones.answer(input),
  }));
  const [row] = await Array.fromAsync(evaluate({ models: [{ model, name: "m" }], rows, backend }));
  assertEquals([row!.errors, row!.answer_accuracy, row!.symbol_accuracy], [2, 1, 4 / 7]);
});

Deno.test("all inputs of a size are those of all its lengths that have an answer", () => {
  const examples = [...allExamples(varied, 4)];
  assertEquals(examples.length, 2 + 4 + 8 + 16);
  assertEquals(countInputs(varied, 4), examples.length);
  assertEquals(new Set(examples.map(({ input }) => input)).size, examples.length);
  assertEquals(Math.max(...examples.map(lengthOf)), longest(4));
  const palindromes: Problem = {
    ...varied,
    answer(input) {
      if ([...input].reverse().join("") !== input) throw new RangeError("It is no palindrome");
      return input;
    },
  };
  assertEquals([...allExamples(palindromes, 3)].length, 2 + 2 + 4);
});
