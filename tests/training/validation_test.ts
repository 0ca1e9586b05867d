// What a validation tries, in which order, and when it stops.
import { startEngine } from "../../lib/engine/engine.ts";
import { weightsOf } from "../../lib/evaluation/ensemble.ts";
import { assert, assertEquals } from "@std/assert";
import { loadModel } from "../../mod.ts";
import type { ExampleSource } from "../../lib/training/examples/source.ts";
import { isConfirmed, validate } from "../../lib/training/rules/validation.ts";

const model = await loadModel("copy");

/** Purposes of examples as seeds. */
const PURPOSES = ["validation", "confirmation0", "confirmation1"];

/** Copies, which the model is right on, but for one example whose target is another: of a purpose, suite and place. */
function copies(wrong?: { purpose: string; suite: string; size: number; place: number }) {
  const asked: string[] = [];
  const source: ExampleSource = {
    problem: { name: "copy", symbols: "01", maxSize: 2 },
    sizes: [1, 2],
    validationSizes: [2, 4],
    heldOutSizes: [2, 4],
    confirmationSize: 8,
    lengthOf: (size) => size,
    validationCount: (_size, perSuite) => 2 * perSuite,
    training: () => {
      throw new Error("a validation asks for no training examples");
    },
    validation(seed, size, perSuite) {
      const purpose = PURPOSES[seed]!;
      asked.push(`${purpose} ${size}`);
      return ["random", "carry"].map((suite) => ({
        suite,
        examples: Array.from({ length: perSuite }, (_, place) => {
          const input = (place % 2 ** size).toString(2).padStart(size, "0");
          const isWrong = wrong?.purpose === purpose && wrong.suite === suite && wrong.size === size &&
            place >= wrong.place;
          return { size, input, target: isWrong ? input.replaceAll(/./g, "1").slice(1) + "0" : input };
        }),
      }));
    },
  };
  return { source, asked };
}

async function validated(
  source: ExampleSource,
  { tryLongerFrom = 0, mayEnd = true, workers = 1 } = {},
) {
  const engine = await startEngine({ backend: "wasm", workers });
  const result = await validate({
    ...{ source, engine, tryLongerFrom, mayEnd, extraSteps: 0 },
    models: [weightsOf(model)],
    seedOf: (purpose) => PURPOSES.indexOf(purpose),
  });
  engine.close();
  return result;
}

Deno.test("a validation without an error is confirmed on longer examples, the short ones first", async () => {
  const { source } = copies();
  const { score, rows } = await validated(source);
  assertEquals(score, [1, 1, 1, 1]);
  assert(isConfirmed(source, score));
  assertEquals(
    rows.map((
      { size, suite, examples, right, confirmation },
    ) => [size, suite, examples, right, confirmation]),
    [
      ...[[2, "random", 128, 128, 0], [2, "carry", 128, 128, 0]],
      ...[[4, "random", 32, 32, 0], [4, "carry", 32, 32, 0]],
      ...[[2, "random", 128, 128, 1], [2, "carry", 128, 128, 1]],
      ...[[4, "random", 256, 256, 1], [4, "carry", 256, 256, 1]],
      ...[[8, "random", 64, 64, 2], [8, "carry", 64, 64, 2]],
    ],
  );
});

Deno.test("a confirmation ends with its first wrong example, wherever work is cut, and no longer one is tried", async () => {
  const wrong = { purpose: "confirmation0", suite: "carry", size: 2, place: 37 };
  for (const workers of [1, 2]) {
    const { source, asked } = copies(wrong);
    const { score, rows } = await validated(source, { workers });
    assertEquals(score, [1, 1, (128 + 37) / (2 * 128 + 2 * 256)]);
    assert(!isConfirmed(source, score));
    assertEquals(rows.at(-1), { size: 2, suite: "carry", examples: 38, right: 37, confirmation: 1 });
    assert(!asked.includes("confirmation1 8"), String(asked));
  }
});

Deno.test("a validation with an error is not confirmed, nor is one with which the run may not end", async () => {
  const { source } = copies({ purpose: "validation", suite: "random", size: 4, place: 31 });
  const { score, rows } = await validated(source);
  assertEquals(score, [1, 63 / 64]);
  assertEquals(rows.at(-1), { size: 4, suite: "carry", examples: 32, right: 32, confirmation: 0 });
  assertEquals((await validated(copies().source, { mayEnd: false })).score, [1, 1]);
});

Deno.test("until the largest size is mastered a validation tries no longer one", async () => {
  const wrong = { purpose: "validation", suite: "random", size: 2, place: 127 };
  assertEquals((await validated(copies(wrong).source, { tryLongerFrom: 1 })).score, [255 / 256]);
  assertEquals((await validated(copies().source, { tryLongerFrom: 1, mayEnd: false })).score, [1, 1]);
});
