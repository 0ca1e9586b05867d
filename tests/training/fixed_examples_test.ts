// Training on a fixed set of examples of each size, as the paper did.
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { presets, problems } from "../../mod.ts";
import { resolve } from "../../lib/model/presets.ts";
import { batchesOf } from "../../lib/training/examples/curriculum.ts";
import { generatedSource } from "../../lib/training/examples/source.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`fixed_examples_test: TEST_SEED=${seed}`);

const problem = problems.badd!;

/** Enough that one of 60 examples is missed once in 10^12 runs. */
const DRAWS = 2000;

/** The different inputs of so many draws. */
function inputs(
  examples_per_size: number,
  size: number,
  ofSeed = seed,
  firstStep = 0,
): Set<string> {
  const settings = { max_size: 20, carry_share: 0, validate_max_multiple: 2, examples_per_size };
  const source = generatedSource(problem, settings);
  const drawn = Array.from(
    { length: DRAWS },
    (_, i) => source.training(ofSeed, firstStep + Math.floor(i / 8), i % 8, size).input,
  );
  return new Set(drawn);
}

Deno.test("with examples_per_size there are so many examples of a size, for ever", () => {
  const set = inputs(50, 20);
  assertEquals(set.size, 50);
  assertEquals(inputs(50, 20, seed, 1e6), set);
  assert([...set].every((input) => input.length === 41));
  assert(inputs(0, 20).size > DRAWS - 10);
});

Deno.test("the set of examples is a function of seed and size", () => {
  assertNotEquals(inputs(50, 20, seed + 1), inputs(50, 20));
  const cut = (size: number) => new Set([...inputs(50, size)].map((input) => input.slice(0, 8)));
  assertNotEquals(cut(20), cut(19));
  // A larger set holds the smaller one.
  assert(inputs(50, 20).isSubsetOf(inputs(60, 20)));
});

Deno.test("batches take their examples from the set, and validation does not", () => {
  const configuration = resolve(presets.paper, problem, {
    examples_per_size: 20,
    max_size: 18,
    random_size_share: 0,
  });
  const source = generatedSource(problem, configuration);
  const rows = new Set<string>();
  for (let step = 0; step < 40; step++) {
    const { input, rows: count, positions } = batchesOf(configuration, source, seed, step, 18).batches[0]!;
    for (let row = 0; row < count; row++) {
      rows.add(input.subarray(row * positions, (row + 1) * positions).join(""));
    }
  }
  assertEquals(rows.size, 20);
  const known = inputs(20, 18);
  const others = source.validation(seed, 18, 100).flatMap(({ examples }) => examples).filter(({ input }) =>
    !known.has(input)
  );
  assert(others.length > 190);
});
