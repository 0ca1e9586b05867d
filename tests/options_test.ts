// The library's functions refuse what they do not understand, in one line, before they begin.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  defineProblem,
  evaluate,
  type EvaluateOptions,
  generate,
  type GenerateOptions,
  problems,
  solve,
  train,
  type TrainOptions,
  UsageError,
} from "../mod.ts";
import { tf } from "../lib/deps.ts";
import { untrained } from "./untrained.ts";

const model = untrained(problems.badd!, 1, { maps: 4, max_size: 2 });
const rows = [{ problem: "badd", size: 1, input: "1+1", target: "01" }];

/** What JavaScript, or a cast, may hand over. */
type Anything = Readonly<Record<string, unknown>>;

const trained = (options: unknown) => train(options as TrainOptions);
const evaluated = (options: unknown) => evaluate(options as EvaluateOptions).next();
const solved = (models: unknown, expression: unknown, options?: unknown) =>
  solve(models as typeof model, expression as string, options as Anything);

const refused: [call: () => Promise<unknown>, message: string][] = [
  // Names that nobody knows, at every level.
  [
    () => trained({ configuration: { map: 3 } }),
    "train with option map: there is no such setting, did you mean maps",
  ],
  [() => trained({ stepz: 3 }), "train with option stepz: there is no such setting, did you mean steps"],
  [
    () => trained({ maxSize: 3, steps: 1 }),
    "train with option maxSize: there is no such setting, expected one of " +
    "problem, data, preset, configuration, seed, steps, attempts, from, backend, workers, out, existing, " +
    "checkpointEvery, note, signal, samples, onReport",
  ],
  [
    () => trained({ configuration: { maxSize: 3 } }),
    "train with option maxSize: there is no such setting, did you mean max_size",
  ],
  [
    () => trained({ data: { problem: problems.badd, rows, validate: rows } }),
    "train with option validate: there is no such setting, did you mean validation",
  ],
  [
    () => evaluated({ models: [{ model, name: "m" }], size: [3] }),
    "evaluate with option size: there is no such setting, did you mean sizes",
  ],
  [
    () => evaluated({ models: [{ model, name: "m", "weight\n": 2 }] }),
    'evaluate with option "weight\\n": there is no such setting, expected one of model, name',
  ],
  [
    () => solved(model, "1 + 1", { backends: "cpu" }),
    "solve with option backends: there is no such setting, did you mean backend",
  ],
  // Values of the wrong type.
  [() => trained(3), "train with 3: expected an object of options"],
  [
    () => trained({ problem: "copy" }),
    'train with problem "copy": expected a problem, such as problems.copy or what defineProblem yields',
  ],
  [() => trained({ configuration: [3] }), "train with configuration [3]: expected an object"],
  [
    () => trained({ steps: "200" }),
    'train with steps "200": expected a whole number of at least 1, or Infinity',
  ],
  [() => trained({ signal: 3 }), "train with signal 3: expected an AbortSignal"],
  [() => trained({ backend: "gpu" }), 'train with backend "gpu": expected auto or webgpu or wasm or cpu'],
  [
    () => trained({ existing: "ignore" }),
    'train with existing "ignore": expected resume or overwrite or beside',
  ],
  [() => trained({ from: {} }), "train with from {}: expected a model, as loadModel and train yield it"],
  [
    () => trained({ data: { problem: problems.badd, rows: [{ input: "1", target: "1" }] } }),
    'train with rows [{"input":"1","target":"1"}]: expected an array of rows with problem, size, input and target, one at least',
  ],
  [() => evaluated(undefined), "evaluate with undefined: expected an object of options"],
  [
    () => evaluated({}),
    "evaluate with models undefined: expected an array of objects with model and name, one at least",
  ],
  [
    () => evaluated({ models: [{ model: "badd", name: "m" }] }),
    'evaluate with model "badd": expected a model, as loadModel and train yield it',
  ],
  [
    () => evaluated({ models: [{ model, name: "m" }], sizes: "20" }),
    'evaluate with sizes "20": expected an array of whole numbers of at least 1, one at least',
  ],
  [
    () => evaluated({ models: [{ model, name: "m" }], onReport: true }),
    "evaluate with onReport true: expected a function",
  ],
  [
    () => evaluated({ models: [{ model, name: "m" }], from: { rows: 1 } }),
    'evaluate with from {"rows":1}: expected a state as onReport gets it',
  ],
  [
    () => solved(undefined, "1 + 1"),
    "solve with models undefined: expected a model, as loadModel and train yield it, or an array of models, one at least",
  ],
  [() => solved(model, 3), "solve with expression 3: expected a text"],
];

Deno.test("train(), evaluate() and solve() refuse options that they do not know, or of the wrong type", async () => {
  for (const [call, message] of refused) {
    assertEquals((await assertRejects(call, UsageError)).message, `Cannot ${message}`);
  }
  assertEquals(tf.engine().backendName ?? null, null, "nothing was started");
});

Deno.test("generate() and defineProblem() refuse them too, at once", () => {
  const good = { problem: problems.copy!, suite: "random", sizes: [1], count: 1, seed: 1 };
  assertEquals([...generate(good)].length, 1);
  const wrong: [change: Anything, message: string][] = [
    [{ counts: 3 }, "option counts: there is no such setting, did you mean count"],
    [
      { sizes: { from: 1, to: 2 } },
      'sizes {"from":1,"to":2}: expected an array of whole numbers of at least 1, one at least',
    ],
    [{ seed: undefined }, "seed undefined: expected a whole number of at least 0"],
    [
      { problem: undefined },
      "problem undefined: expected a problem, such as problems.copy or what defineProblem yields",
    ],
  ];
  for (const [change, message] of wrong) {
    const options = { ...good, ...change } as unknown as GenerateOptions;
    assertEquals(
      assertThrows(() => generate(options), UsageError).message,
      `Cannot generate with ${message}`,
    );
  }
  const misspelt = { ...problems.add!, arithmetic: { operator: "+", radix: 10, base: 10 } };
  assertEquals(
    assertThrows(() => defineProblem(misspelt), UsageError).message,
    "Cannot define a problem with option base: there is no such setting, expected one of operator, radix",
  );
});
