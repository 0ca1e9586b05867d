// Every way to run an automaton fast is checked against the simple one, rule by rule.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Automaton, firstRow, rowsAfter, runAutomaton } from "../../../lib/automaton/automaton.ts";
import { Blocks } from "../../../lib/automaton/blocks.ts";
import { loadAutomaton } from "../../../lib/automaton/load.ts";
import { machineOf } from "../../../lib/automaton/machine.ts";
import { Passes } from "../../../lib/engine/automaton/passes.ts";
import { Runner } from "../../../lib/engine/automaton/runner.ts";
import { Random } from "../../../lib/random.ts";
import { RunError } from "../../../mod.ts";
import { randomAutomaton, randomInput } from "../../automaton/random_automata.ts";
import { root } from "../../support/process.ts";

const seed = Math.floor(Math.random() * 1e6);

/** Automata and inputs of them, in half of which a rule may be lacking. */
function* cases(name: string, count: number): Generator<[Automaton, number[], what: string]> {
  for (let i = 0; i < count; i++) {
    const random = new Random(seed, name, i);
    const automaton = randomAutomaton(random, i % 2 === 0 ? 0 : random.pick([1, 5, 100]));
    for (let k = 0; k < 4; k++) {
      yield [automaton, randomInput(random, random.between(1, 60)), `seed ${seed}, case ${i}`];
    }
  }
}

/** The rows of a run from the first one on, up to the one that meets a neighbourhood without a rule. */
function rowsOf(automaton: Automaton, input: number[]): Int32Array[] {
  const row = firstRow(automaton, input);
  const rows = [row];
  try {
    for (const next of rowsAfter(automaton, row)) rows.push(next);
  } catch (thrown) {
    if (!(thrown instanceof RunError)) throw thrown;
  }
  return rows;
}

Deno.test("Runner.run() writes what the rules say, or stops where they do", async () => {
  const stopped = { yes: 0, no: 0 };
  for (const [automaton, input, what] of cases("runner", 150)) {
    const runner = new Runner(automaton);
    let expected: number[];
    try {
      expected = runAutomaton(automaton, input);
    } catch (thrown) {
      const { message } = await assertRejects(
        () => runner.run([input]),
        RunError,
        "no rule for position",
        what,
      );
      assertEquals(message, (thrown as Error).message, what);
      stopped.yes++;
      continue;
    }
    assertEquals((await runner.run([input])).map((row) => [...row]), [expected], what);
    stopped.no++;
  }
  assert(stopped.yes > 50 && stopped.no > 50, JSON.stringify(stopped));
});

Deno.test("passes take all steps before one that has no rule, but for fewer than a pass has", () => {
  for (const [automaton, input, what] of cases("passes", 150)) {
    const rows = rowsOf(automaton, input);
    const { rules, output } = automaton;
    const passes = new Passes(machineOf(rules, output.length)!, rules.radius);
    const row = firstRow(automaton, input);
    const steps = input.length + automaton.extraSteps;
    const done = passes.advance(row, steps);
    assertEquals(row, rows[done], what);
    assert(done <= rows.length - 1 && done > rows.length - 1 - 4, what);
    if (rows.length - 1 === steps) assertEquals(done, steps, what);
  }
});

Deno.test("blocks take all steps before one that has no rule, whatever their number and memory", async () => {
  for (const [automaton, input, what] of cases("blocks", 150)) {
    const rows = rowsOf(automaton, input);
    const { rules, output } = automaton;
    const steps = input.length + automaton.extraSteps;
    const row = firstRow(automaton, input);
    assertEquals(
      await new Blocks(rules, output.length).advance(row, steps, Infinity, {}),
      rows.length - 1,
      what,
    );
    assertEquals(row, rows.at(-1), what);
    const random = new Random(seed, what);
    const few = firstRow(automaton, input);
    const done = await new Blocks(rules, output.length, random.between(50, 400))
      .advance(few, steps, random.between(1, 2000), {});
    assert(done < rows.length, what);
    assertEquals(few, rows[done], what);
  }
});

Deno.test("a long row is run by blocks, in far less time than its steps take", async () => {
  const automaton = await loadAutomaton(`${root}/data/automata/sort.json`);
  const random = new Random(1, "long row");
  const input = Array.from({ length: 100_000 }, () => 1 + random.integer(2));
  const start = performance.now();
  const [written] = await new Runner(automaton).run([input]);
  assertEquals([...written!], input.toSorted());
  // Of 10 billion cells, a processor computes some billion a second at most.
  assert(performance.now() - start < 4000);
});

Deno.test("a run of a long row ends on a signal, and says how far it came", async () => {
  const automaton = await loadAutomaton(`${root}/data/automata/reverse.json`);
  const input = Array.from({ length: 200_000 }, (_, i) => 1 + (Math.imul(i, i) >>> 7) % 2);
  const abort = new AbortController();
  const shares: number[] = [];
  const run = new Runner(automaton).run([input], {
    signal: abort.signal,
    onProgress: (share) => {
      shares.push(share);
      if (share > 0) abort.abort(new Error("enough"));
    },
  });
  await assertRejects(() => run, Error, "enough");
  assert(shares.at(-1)! < 1);
});

Deno.test("an automaton whose table would be too large for passes is run rule by rule", async () => {
  const automaton = await loadAutomaton(`${root}/data/automata/sort.json`);
  const output = [...automaton.output, ...new Array(2 ** 22).fill(0)];
  assert(machineOf(automaton.rules, output.length) === undefined);
  const input = [2, 1, 2, 2, 1, 1, 2, 1, 1, 2];
  const [written] = await new Runner({ ...automaton, output }).run([input]);
  assertEquals([...written!], runAutomaton(automaton, input));
});

Deno.test("a run rule by rule stops at the first rule that is lacking", () => {
  const random = new Random(3, "lacking");
  const automaton = randomAutomaton(random, 1000);
  assertThrows(() => runAutomaton(automaton, [1, 2]), RunError, "in step 1 it has no rule for position 0");
});
