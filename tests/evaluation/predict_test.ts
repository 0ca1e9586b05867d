// What predict() answers, to which inputs, and how far it reads ahead.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  type Answer,
  evaluate,
  generate,
  type Model,
  predict,
  type PredictInput,
  type PredictionRow,
  type PredictReport,
  problems,
  RunError,
  UsageError,
} from "../../mod.ts";
import { untrained } from "../support/untrained.ts";

/** A model that writes different things for different inputs. */
function lively(seed: number, maps: number): Model {
  const model = untrained(problems.reverse, seed, { maps });
  return { ...model, parameters: model.parameters.map((value) => 3 * value) };
}

const reverse = lively(1, 4);
const other = lively(2, 6);
const adder = untrained(problems.badd, 1, { maps: 4 });
const options = { backend: "wasm", workers: 1 } as const;

type Inputs = Parameters<typeof predict>[1];

const ask = (models: Model | readonly Model[], inputs: Inputs, more = {}): Promise<Answer[]> =>
  Array.fromAsync(predict(models, inputs, { ...options, ...more }));

/** Rows of many lengths, none beside one of its own length. */
const rows = [
  ...generate({ problem: problems.reverse, suite: "random", sizes: [9, 2, 30, 5], count: 12, seed: 1 }),
].toSorted((a, b) => a.input < b.input ? -1 : 1);

Deno.test("predict() answers inputs of all lengths in their order, as it answers each alone", async () => {
  const answers = await ask(reverse, rows);
  assertEquals(answers.map(({ input }) => input), rows.map(({ input }) => input));
  assertEquals(answers.map(({ size }) => size), rows.map(({ size }) => size));
  assert(new Set(answers.map(({ output }) => output)).size > 10, "all outputs are alike");
  for (const i of [0, 7, 20, 47]) {
    const [alone] = await ask(reverse, [rows[i]!.input]);
    const { margin, size: _, ...rest } = answers[i]!;
    assertEquals(rest, {
      input: alone!.input,
      output: alone!.output,
      target: alone!.target,
      right: alone!.right,
    });
    assertAlmostEquals(margin, alone!.margin, 1e-6);
  }
  assertEquals(await ask(reverse, rows, { workers: 2 }), answers);
});

Deno.test("predict() answers as evaluate() does, one model and several averaged", async () => {
  for (const models of [[reverse], [reverse, other]]) {
    const told: PredictionRow[] = [];
    await Array.fromAsync(evaluate({
      models: [{ model: models, name: "m" }],
      rows,
      predictions: true,
      ...options,
      onReport: (news) => {
        if (news.kind === "predictions") told.push(...news.rows);
      },
    }));
    const answers = await ask(models, rows);
    assertEquals(told.length, answers.length);
    for (const { input, output, target, right, margin } of told) {
      const answer = answers.find((answer) => answer.input === input)!;
      assertEquals([answer.output, answer.target, answer.right], [output, target, right]);
      assertAlmostEquals(answer.margin, margin, 1e-6);
    }
  }
});

Deno.test("predict() knows the answer where a target is given or the problem has one, and not elsewhere", async () => {
  const known = async (model: Model, input: string | PredictInput, more = {}) => {
    const [{ target, right, output }] = await ask(model, [input], more) as [Answer];
    assertEquals(right === undefined, target === undefined);
    if (right !== undefined && output !== target) assertEquals(right, false);
    return target;
  };
  assertEquals(await known(reverse, "0111"), "1110");
  assertEquals(await known(reverse, { input: "0111", target: "01" }), "01");
  assertEquals(await known(adder, "1010+0111"), "11001");
  assertEquals(await known(adder, "101"), undefined);
  const elsewhere = { ...reverse, problem: { name: "mine", symbols: "01" } };
  assertEquals(await known(elsewhere, "0111"), undefined);
  assertEquals(await known(elsewhere, "0111", { problem: problems.copy }), "0111");
  assertEquals(await known({ ...reverse, problem: { name: "reverse", symbols: "10" } }, "0111"), undefined);
  assertEquals(Object.keys((await ask(elsewhere, ["0111"]))[0]!), ["input", "output", "margin"]);
});

Deno.test("predict() gives a row the length of a longer answer, and that of the input where it knows none", async () => {
  // Of which the read-out always writes 1, whatever the state.
  const ones = (problem: string): Model => {
    const model = untrained({ ...problems.duplicate, name: problem }, 1, { maps: 4 });
    model.parameters[model.parameters.length - 1] = 1000;
    return model;
  };
  const [known] = await ask(ones("duplicate"), ["101"]);
  assertEquals([known!.output, known!.target, known!.right], ["111111", "101101", false]);
  const [unknown] = await ask(ones("mine"), ["101"]);
  assertEquals([unknown!.output, unknown!.target], ["111", undefined]);
});

Deno.test("predict() reads a bounded number of inputs ahead, and ends its source where the loop is left", async () => {
  for (const input of ["0", "01".repeat(200)]) {
    let read = 0;
    let ended = 0;
    const endless = function* () {
      try {
        while (true) yield read++ < 0 ? "" : input;
      } finally {
        ended++;
      }
    };
    let answers = 0;
    for await (const { output } of predict(reverse, endless(), options)) {
      assert(output.length <= input.length);
      assert(read - answers <= (input.length > 1 ? 1_000 : 2_000), `${read} read for ${answers} answers`);
      if (++answers > 30) break;
    }
    assertEquals(ended, 1);
  }
});

Deno.test("predict() reads an asynchronous source, and stops waiting for it when it is aborted", async () => {
  const source = async function* () {
    yield* await Promise.resolve(["01", { input: "10", size: 2 }]);
  };
  assertEquals((await ask(reverse, source())).map(({ input, size }) => [input, size]), [
    ["01", undefined],
    ["10", 2],
  ]);
  const silent = async function* (): AsyncGenerator<string> {
    await new Promise<never>(() => {});
    yield "";
  };
  const stop = new AbortController();
  setTimeout(() => stop.abort("stop"), 50);
  const thrown = await ask(reverse, silent(), { signal: stop.signal }).catch((thrown) => thrown);
  assertEquals(thrown, "stop");
});

Deno.test("predict() tells how far it is, and ends with what the listener throws", async () => {
  const reports: PredictReport[] = [];
  const long = [...rows, ...Array.from({ length: 64 }, () => "01".repeat(400))];
  await ask(reverse, long, { onReport: (report: PredictReport) => void reports.push(report) });
  const shares = reports.flatMap((report) => report.kind === "predicting" ? [report] : []);
  assert(shares.length > 0);
  for (const { first, last, share } of shares) {
    assertEquals([first, last], [1, long.length]);
    assert(share > 0 && share <= 1);
  }
  const onReport = () => {
    throw new TypeError("mine");
  };
  await assertRejects(() => ask(reverse, long, { onReport }), TypeError, "mine");
});

Deno.test("predict() names the input, the symbol, its place and the problem where it has no such symbol", async () => {
  const refused: [inputs: unknown, message: string][] = [
    [
      ["01", "0121"],
      'Cannot predict input 2: it has "2" at position 3, which is no symbol of reverse, expected one of 01',
    ],
    [["0😀"], 'Cannot predict input 1: it has "\\ud83d\\ude00" at position 2, which is no symbol of reverse'],
    [
      [{ input: "0", target: "0x" }],
      'Cannot predict input 1: its target has "x" at position 2, which is no symbol',
    ],
    [["01", ""], "Cannot predict input 2: it has no symbols, expected at least one of 01"],
    [[{ input: "0", target: "" }], "Cannot predict input 1: its target has no symbols"],
    [[1], "Cannot predict input 1: it is neither a text nor an object with one"],
    [[{ output: "1" }], "Cannot predict input 1: it is neither"],
    ["0111", 'Cannot predict with inputs "0111": expected an array, or another iterable, of inputs'],
    [undefined, "Cannot predict with inputs undefined: expected an array"],
  ];
  for (const [inputs, message] of refused) {
    await assertRejects(() => ask(reverse, inputs as Inputs), UsageError, message);
  }
});

Deno.test("predict() refuses problems that do not fit the model, or do not answer as one must", async () => {
  await assertRejects(
    () => ask(reverse, ["01"], { problem: problems.badd }),
    UsageError,
    "Cannot ask a model of reverse with problem badd: expected one with the symbols 01",
  );
  const broken = (answer: (input: string) => string) => ({ ...problems.reverse, answer });
  const foreign = broken(() => "2");
  await assertRejects(
    () => ask(reverse, ["01"], { problem: foreign }),
    RunError,
    'Cannot compute the answer of reverse to "01": its answer has "2", expected one of 01',
  );
  const failing = broken(() => {
    throw new TypeError("no idea");
  });
  await assertRejects(() => ask(reverse, ["01"], { problem: failing }), RunError, "no idea");
  const late = untrained(problems.reverse, 1, { maps: 4, extra_steps: 3 });
  await assertRejects(() => ask([reverse, late], ["01"]), UsageError, "Cannot average model 1 with model 2");
});
