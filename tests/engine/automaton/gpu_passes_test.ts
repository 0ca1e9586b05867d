// Passes in WebGPU give the states that passes in WebAssembly give, and stop where those do.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Automaton, firstRow, rowsAfter, stepsOf } from "../../../lib/automaton/automaton.ts";
import { loadAutomaton } from "../../../lib/automaton/load.ts";
import { machineOf } from "../../../lib/automaton/machine.ts";
import { BORDER, RuleTable } from "../../../lib/automaton/rule_table.ts";
import { GpuPasses, type Run } from "../../../lib/engine/automaton/gpu_passes.ts";
import { Runner } from "../../../lib/engine/automaton/runner.ts";
import { Random } from "../../../lib/random.ts";
import { RunError } from "../../../mod.ts";
import { randomAutomaton, randomInput } from "../../automaton/random_automata.ts";
import { testOnWebGPU } from "../../support/adapter.ts";
import { root } from "../../support/process.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`gpu_passes_test: TEST_SEED=${seed}`);

/** The inputs at the start of their way. */
function runsOf(automaton: Automaton, inputs: readonly number[][]): Run[] {
  return inputs.map((input) => {
    const row = firstRow(automaton, input);
    return { row, steps: stepsOf(automaton, row.length), done: 0 };
  });
}

/** The rows after passes in WebGPU. */
async function advanced(automaton: Automaton, inputs: readonly number[][], turn?: number): Promise<Run[]> {
  const { rules, output } = automaton;
  const runs = runsOf(automaton, inputs);
  const passes = new GpuPasses(machineOf(rules, output.length)!, rules.radius, turn);
  await passes.advance(runs, () => Promise.resolve());
  return runs;
}

/** What a run writes, or the line with which it stops. */
async function endOf(runner: Runner, inputs: readonly number[][]): Promise<number[][] | string> {
  try {
    return (await runner.run(inputs)).map((row) => [...row]);
  } catch (thrown) {
    if (!(thrown instanceof RunError)) throw thrown;
    return thrown.message;
  }
}

/** The automaton with other numbers for its states, so that a word holds fewer cells. */
function renumbered(automaton: Automaton, by: number): Automaton {
  const moved = (state: number) => state === BORDER ? BORDER : state + by;
  const rules = new RuleTable(automaton.rules.radius);
  for (const [cells, next] of automaton.rules.rules()) rules.add(cells.map(moved), moved(next));
  const output = new Array<number>(automaton.output.length + by).fill(0);
  automaton.output.forEach((symbol, state) => output[moved(state)] = symbol);
  return { ...automaton, rules, output, initial: automaton.initial.map(moved) };
}

testOnWebGPU("rows of all lengths together end as they do in WebAssembly", async () => {
  const ends = { answers: 0, stops: 0 };
  for (let i = 0; i < 120; i++) {
    const random = new Random(seed, "gpu passes", i);
    const plain = randomAutomaton(random, i % 2 === 0 ? 0 : random.pick([5, 100]));
    const automaton = renumbered(plain, random.pick([0, 0, 10, 20, 300]));
    const inputs = Array.from(
      { length: random.between(1, 9) },
      () => randomInput(random, random.between(1, 90)),
    );
    const what = `seed ${seed}, case ${i}`;
    const expected = await endOf(new Runner(automaton), inputs);
    assertEquals(await endOf(new Runner(automaton, true), inputs), expected, what);
    const runs = await advanced(automaton, inputs);
    const starts = runsOf(automaton, inputs);
    if (typeof expected === "string") {
      // Nothing is known of a turn in which a rule is lacking.
      assertEquals(runs, starts, what);
      ends.stops++;
    } else {
      for (const [k, { row, steps, done }] of runs.entries()) {
        assertEquals(done, steps, what);
        assertEquals(row, [...rowsAfter(automaton, starts[k]!.row)].at(-1), what);
      }
      ends.answers++;
    }
  }
  assert(ends.answers > 20 && ends.stops > 20, JSON.stringify(ends));
});

for (const name of ["copy", "duplicate", "reverse", "sort"]) {
  testOnWebGPU(
    `the automaton of ${name} writes what it writes in WebAssembly, across all parts of a line`,
    async () => {
      const automaton = await loadAutomaton(`${root}/data/automata/${name}.json`);
      const random = new Random(seed, name);
      const bits = (length: number) => Array.from({ length }, () => 1 + random.integer(2));
      for (const lengths of [[1], [2, 3], [31, 32, 33, 1], [1535, 1536, 1537], [5000, 7]]) {
        const inputs = lengths.map((length) =>
          name === "duplicate" ? [...bits(length), ...new Array<number>(length).fill(0)] : bits(length)
        );
        for (const { steps, done } of await advanced(automaton, inputs)) assertEquals(done, steps);
        assertEquals(
          await new Runner(automaton, true).run(inputs),
          await new Runner(automaton).run(inputs),
          `seed ${seed}, lengths ${lengths}`,
        );
      }
    },
  );
}

testOnWebGPU("a rule that is lacking late in a run stops it with the step and the position", async () => {
  const automaton = await loadAutomaton(`${root}/data/automata/reverse.json`);
  const { rules } = automaton;
  const input = Array.from({ length: 1200 }, (_, i) => i % 2 === 1 && i < 4 ? 2 : 1);
  const first = firstRow(automaton, input);
  const rows = [first, ...rowsAfter(automaton, first)];
  // The neighbourhood that occurs for the first time as late as possible.
  const seen = new Map<string, number>();
  rows.slice(0, -1).forEach((row, step) => {
    for (let i = 0; i < row.length; i++) {
      const cells = rules.neighbourhood(row, i).join();
      if (!seen.has(cells)) seen.set(cells, step);
    }
  });
  const [gone, step] = [...seen].reduce((late, own) => own[1] > late[1] ? own : late);
  assert(step > 400, `step ${step}`);
  const table = new RuleTable(rules.radius);
  for (const [cells, next] of rules.rules()) if (cells.join() !== gone) table.add(cells, next);
  const lacking = { ...automaton, rules: table };
  await assertRejects(
    () => new Runner(lacking, true).run([input]),
    RunError,
    `in step ${step + 1} it has no rule`,
  );
  assertEquals(await endOf(new Runner(lacking, true), [input]), await endOf(new Runner(lacking), [input]));
  const [run] = await advanced(lacking, [input], 100_000);
  assert(run!.done > 100 && run!.done <= step, `done ${run!.done}`);
  assertEquals(run!.row, rows[run!.done]);
});
