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
} from "../../mod.ts";
import { tf } from "../../lib/deps.ts";
import { untrained } from "../support/untrained.ts";

const model = untrained(problems.badd!, 1, { maps: 4, max_size: 2 });
const rows = [{ problem: "badd", size: 1, input: "1+1", target: "01" }];

const count = model.parameters.length;

/** The model under other settings than those of its parameters. */
function withSettings(settings: Partial<typeof model.configuration>): typeof model {
  return { ...model, configuration: { ...model.configuration, ...settings } };
}

/** An object that throws whatever is done with it. */
function hostile(target: object): object {
  const trap = () => {
    throw new Error("a trap");
  };
  return new Proxy(target, { get: trap, ownKeys: trap, has: trap, getPrototypeOf: trap });
}

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
    "checkpointEvery, note, signal, samples, report, onReport",
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
  [
    () => trained({ problem: { ...problems.copy, maxSiz: 3 } }),
    "train with option maxSiz: there is no such setting, did you mean maxSize",
  ],
  [
    () => trained({ data: { problem: { name: "mine", symbols: "01", maxSize: 2, symbol: "0" }, rows } }),
    "train with option symbol: there is no such setting, did you mean symbols",
  ],
  [
    () => trained({ data: { problem: problems.badd, rows: rows.map((row) => ({ ...row, inputs: "1" })) } }),
    "train with option inputs: there is no such setting, did you mean input",
  ],
  [
    () => evaluated({ models: [{ model, name: "m" }], rows: [{ ...rows[0], note: "" }] }),
    "evaluate with option note: there is no such setting, expected one of problem, size, input, target",
  ],
  // Parts that do not fit each other.
  [
    () => trained({ problem: { ...problems.copy, symbols: "00" } }),
    'define problem "copy": symbol "0" stands twice',
  ],
  [
    () => trained({ data: { problem: { name: "../mine", symbols: "01", maxSize: 2 }, rows } }),
    'train with problem {"name":"../mine","symbols":"01","maxSize":2}: expected a problem with name, symbols and maxSize',
  ],
  [
    () => trained({ from: { ...model, parameters: model.parameters.subarray(1) } }),
    `train with the model: its parameters are ${count - 1} numbers, expected ${count} for its configuration`,
  ],
  [
    () => evaluated({ models: [{ model: { ...model, parameters: new Float32Array(3) }, name: "m" }] }),
    `evaluate with the model: its parameters are 3 numbers, expected ${count} for its configuration`,
  ],
  [
    () => evaluated({ models: [{ model: withSettings({ maps: 5 }), name: "m" }] }),
    `evaluate with the model: its parameters are ${count} numbers, expected 289 for its configuration`,
  ],
  [
    () => solved(withSettings({ kernel_length: 2 }), "1 + 1"),
    "solve with the model: its kernel_length is 2, expected an odd number",
  ],
  [
    () => solved([model, { ...model, sets: 3 }], "1 + 1"),
    "solve with the model: its number of parameter sets is 3, expected 1",
  ],
  [
    () => solved({ ...model, problem: { ...model.problem, symbols: "" } }, "1 + 1"),
    'solve with the model: its alphabet is "", expected each symbol once, one at least',
  ],
  [
    () => evaluated({ models: [{ model, name: "m" }], rows: [{ ...rows[0], target: "" }] }),
    'evaluate with rows [{"problem":"badd","size":1,"input":"1+1","target":""}]: ' +
    "expected an array of rows with problem, size, input and target, one at least",
  ],
  [
    () => evaluated({ models: [{ model, name: "m" }], from: { rows: 0, verdicts: [3], seconds: 1 } }),
    'evaluate with from {"rows":0,"verdicts":[3],"seconds":1}: expected a state as onReport gets it',
  ],
  // A program's own settings have their own names, and numbers that are none are shown as they are.
  [
    () => trained({ configuration: { maps: "3" } }),
    'train with maps "3": expected a whole number from 1 to 4096',
  ],
  [
    () => trained({ configuration: { dropout: NaN } }),
    "train with dropout NaN: expected a number from 0 to 0.99",
  ],
  [() => trained({ seed: NaN }), "train with seed NaN: expected a whole number of at least 0"],
  [
    () => evaluated({ models: [{ model, name: "m" }], sizes: [1, -Infinity] }),
    "evaluate with sizes [1,-Infinity]: expected an array of whole numbers of at least 1, one at least",
  ],
  // What throws where it is looked at.
  ...[
    hostile({}),
    { configuration: hostile({ maps: 4 }) },
    { problem: hostile({ ...problems.copy }) },
    {
      get steps() {
        throw new Error("a trap");
      },
    },
    { from: hostile({ ...model }) },
    { data: hostile({}) },
    { data: { problem: problems.badd, rows: [hostile({})] } },
  ]
    .map((options): typeof refused[number] => [
      () => trained(options),
      'train with options that throw "a trap" where they are read: expected plain ones',
    ]),
  [
    () => evaluated({ models: [hostile({ model, name: "m" })] }),
    'evaluate with options that throw "a trap" where they are read: expected plain ones',
  ],
  [
    () => solved(hostile({ ...model }), "1 + 1"),
    'solve with options that throw "a trap" where they are read: expected plain ones',
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
    'evaluate with model "badd": expected a model, as loadModel and train yield it, or an array of models, one at least, or an automaton, as loadAutomaton yields it',
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
    "solve with models undefined: expected a model, as loadModel and train yield it, or an array of models, one at least, or an automaton, as loadAutomaton yields it",
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
