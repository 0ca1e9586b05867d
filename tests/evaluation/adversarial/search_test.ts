// The search for inputs that a model gets wrong.
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import {
  defineProblem,
  evaluate,
  type EvaluateOptions,
  type EvaluateReport,
  type EvaluationState,
  type Problem,
  problems,
  Random,
  type Row,
  saveModel,
} from "../../../mod.ts";
import { mutated } from "../../../lib/evaluation/adversarial/mutations.ts";
import { Search } from "../../../lib/evaluation/adversarial/search.ts";
import { shapeOf } from "../../../lib/evaluation/adversarial/shape.ts";
import { type Example, loadDataset, sampleExample } from "../../../lib/problems/dataset.ts";
import { FIRST_NAMES } from "../../../lib/problems/mod.ts";
import { lengthOf } from "../../../lib/model/batch.ts";
import type { Verdict } from "../../../lib/evaluation/verdict.ts";
import majority from "../../support/majority.ts";
import { assertRefused, emptyDirectory, type Outcome, run } from "../../support/process.ts";
import { untrained } from "../../support/untrained.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`search_test: TEST_SEED=${seed}`);
const cwd = emptyDirectory();

/** Two words of letters with a sign between them, the first without a c; anything else is refused. */
const words = defineProblem({
  name: "words",
  title: "Words swapped: abab/abcc → abccabab",
  symbols: "abc/",
  maxSize: 10,
  suites: {
    random: (size, random) => {
      const word = (letters: string) =>
        Array.from({ length: size }, () => random.pick([...letters])).join("");
      return `${word("ab")}/${word("abc")}`;
    },
  },
  answer(input) {
    const [, first, second] = /^([ab]+)\/([abc]+)$/.exec(input) ?? [];
    if (first?.length !== second?.length) throw new RangeError(`Cannot swap ${input}`);
    return second! + first!;
  },
});

const every: Problem[] = [...FIRST_NAMES.map((name) => problems[name]), majority, words];

/** Positions that a planted failure has to have right, and what is to stand there. */
function plant(problem: Problem, size: number): (input: string) => number {
  const { choices } = shapeOf(problem, size, seed);
  const varied = [...choices.entries()].filter(([, own]) => own.length > 1);
  const bits = Math.log2(Math.max(...varied.map(([, own]) => own.length)));
  const count = Math.round(16 / bits); // one uniform draw in 65,536 has it, about
  const pattern = Array.from({ length: count }, (_, i) => {
    const random = new Random(seed, "plant", i);
    const [k, own] = varied[Math.floor((i + 0.5) / count * varied.length)]!;
    return [k, random.pick([...own])] as const;
  });
  return (input) => pattern.filter(([k, symbol]) => input[k] !== symbol).length;
}

/** As if a model were wrong just where the planted pattern is, and unsure near it. */
function judge(example: Example, missing: number): Verdict {
  const wrong = missing === 0 ? 1 : 0;
  return {
    right: lengthOf(example) - wrong,
    answer: example.target.length - wrong,
    margin: missing - 0.5,
  };
}

for (const problem of every) {
  Deno.test(`the search finds what was planted in ${problem.name}, which draws from its suites do not`, () => {
    const [size, budget] = [problem.symbols.length > 10 ? 10 : 40, 6000];
    const missing = plant(problem, size);
    const suites = Object.keys(problem.suites);
    const draws = Array.from(
      { length: budget },
      (_, i) => sampleExample(problem, suites[i % suites.length]!, size, new Random(seed, "draw", i)),
    );
    const byChance = draws.filter(({ input }) => missing(input) === 0).length;
    const search = new Search(problem, size, seed);
    const tried: Example[] = [];
    while (tried.length < budget) {
      const generation = search.propose(60);
      tried.push(...generation);
      search.learn(generation, generation.map((example) => judge(example, missing(example.input))));
    }
    assertEquals(new Set(tried.map(({ input }) => input)).size, budget);
    for (const { input, target } of tried) assertEquals(problem.answer(input), target);
    const found = tried.filter(({ input }) => missing(input) === 0).length;
    assert(found > 20 && found > 10 * byChance, `${found}, by chance ${byChance} (TEST_SEED=${seed})`);
  });
}

Deno.test("mutations leave the sign between operands, and make inputs of the problem", () => {
  for (const problem of every) {
    const shape = shapeOf(problem, 6, seed);
    for (let i = 0; i < 500; i++) {
      const random = new Random(seed, "mutate", i);
      const draw = () => problem.suites.random!(6, random);
      const input = draw();
      const changed = mutated(input, { shape, random, mate: draw() });
      assertEquals(problem.answer(changed).length, problem.answer(input).length, `TEST_SEED=${seed}`);
    }
  }
});

const adder = untrained(problems.badd!, 1, { maps: 4 });
const other = untrained(problems.badd!, 2, { maps: 6 });

/** The rows without seconds, and the failures. */
async function searched(options: Partial<EvaluateOptions>) {
  const failures: Row[] = [];
  const rows = await Array.fromAsync(evaluate({
    models: [{ model: adder, name: "a" }],
    suites: ["adversarial"],
    sizes: [2, 5],
    budget: 100,
    backend: "wasm",
    workers: 1,
    ...options,
    onReport: (report) => {
      if (report.kind === "failures") failures.push(...report.rows);
      options.onReport?.(report);
    },
  }));
  return { rows: rows.map(({ seconds: _, ...row }) => row), failures };
}

Deno.test("evaluate() tries as many as the budget says, all inputs at most, and each failure is an error", async () => {
  const { rows, failures } = await searched({});
  assertEquals(rows.map(({ suite, size, examples }) => [suite, size, examples]), [
    ["adversarial", 2, 16],
    ["adversarial", 5, 100],
  ]);
  assertEquals(rows.reduce((sum, { errors }) => sum + errors, 0), failures.length);
  assert(failures.length > 50);
  const [again] = await Array.fromAsync(
    evaluate({ models: [{ model: adder, name: "a" }], rows: failures.filter(({ size }) => size === 5) }),
  );
  assertEquals(again!.sequence_accuracy, 0);
});

Deno.test("evaluate() tries a size or suite that is named twice once", async () => {
  const suites = ["adversarial", "random"];
  const once = await searched({ suites });
  const twice = await searched({ suites: [...suites, ...suites], sizes: [2, 5, 2] });
  assertEquals(twice, once);
  assertEquals(once.rows.length, 4);
});

Deno.test("a search gives the same with any number of workers, alone, in an ensemble, and from where it was cut off", async () => {
  const ensemble = [{ model: adder, name: "a" }, { model: other, name: "b" }];
  for (const models of [ensemble.slice(0, 1), ensemble]) {
    const first = await searched({ models });
    assertEquals(await searched({ models, workers: 3 }), first);
    assertNotEquals((await searched({ models, seed: 2 })).failures, first.failures);
  }
  const whole = await searched({ sizes: [5] });
  const states: EvaluationState[] = [];
  const keep = (report: EvaluateReport) => void (report.kind === "state" && states.push(report.state));
  await searched({ sizes: [5], onReport: keep });
  assertEquals(states.map(({ rows, verdicts }) => [rows, verdicts.length]), [[0, 64], [0, 100]]);
  for (const from of states) {
    const rest: number[] = [];
    const onReport = (report: EvaluateReport) => {
      if (report.kind === "state") rest.push(report.state.verdicts.length);
    };
    assertEquals(await searched({ sizes: [5], from, onReport }), whole);
    assertEquals(rest, [64, 100].filter((count) => count > from.verdicts.length)); // nothing is tried again
  }
});

Deno.test("evaluate --suite adversarial writes its failures as a dataset, also of a problem of one's own", async () => {
  await saveModel(`${cwd}/adder`, adder);
  await saveModel(`${cwd}/majority`, untrained(majority, 1, { maps: 4 }));
  const command = (...args: string[]): Promise<Outcome> =>
    run("evaluate", ["--backend=wasm", ...args], { cwd });
  const mine = [
    "--model=majority",
    `--problem=${new URL("../../support/majority.ts", import.meta.url).href}`,
  ];
  for (const model of [["--model=adder"], mine]) {
    const search = ["--suite=adversarial,random", "--budget=150", "--size=7,9", "--failures=found.csv"];
    const { code, stdout, stderr } = await command(...model, ...search, "--examples=3");
    assertEquals(code, 0, stderr);
    assertMatch(
      stdout,
      /\n\w+,\w+,adversarial,7,1\d\d,.*\n\w+,\w+,random,7,3,.*\n\w+,\w+,adversarial,9,150,/,
    );
    const errors = [...stdout.matchAll(/,adversarial,.*,(\d+),[\d.]+,[\d.]+$/gm)].map(([, count]) =>
      Number(count)
    );
    const { rows } = await loadDataset(`${cwd}/found.csv`);
    assertEquals(errors, [7, 9].map((size) => rows.filter((row) => row.size === size).length));
    const verified = await command(model[0]!, "--data=found.csv");
    assertEquals([...verified.stdout.matchAll(/,data,\d+,(\d+),0,[\d.]+,\1,/g)].length, 2, verified.stdout);
  }
  const refused: [args: string[], message: string][] = [
    [["--budget=5"], "Cannot use --budget without --suite adversarial: expected both"],
    [
      ["--suite=random", "--failures=f"],
      "Cannot use --failures without --suite adversarial: expected both",
    ],
    [
      ["--suite=adversarial", "--budget=0"],
      "Cannot use --budget 0: expected a whole number from 1 to 1000000",
    ],
    [
      ["--suite=adversarial", `--failures=${cwd}/adder`],
      `Cannot use --failures ${cwd}/adder: it is the file of --model`,
    ],
    [
      ["--suite=adversarial", "--out=rows.csv", "--failures=./rows.csv"],
      "Cannot use --failures ./rows.csv: it is the file of --out",
    ],
    [["--data=found.csv", "--out=found.csv"], "Cannot use --out found.csv: it is the file of --data"],
  ];
  for (const [args, message] of refused) assertRefused(await command("--model=adder", ...args), 2, message);
  // A search that never begins leaves the file as it was.
  const found = await Deno.readTextFile(`${cwd}/found.csv`);
  const odd = await command("--model=adder,majority", "--suite=adversarial", "--failures=found.csv");
  assertRefused(odd, 2, /^Cannot average model 1 with model 2 of /);
  assertEquals(await Deno.readTextFile(`${cwd}/found.csv`), found);
  const full = await command("--model=adder", "--suite=adversarial", "--failures=none/f");
  assertRefused(full, 1, "Cannot write none/f: its directory does not exist");
});
