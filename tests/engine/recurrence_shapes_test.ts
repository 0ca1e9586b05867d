// What the public operation refuses, as kernels read and write memory by these numbers.
import { assertMatch, assertThrows } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { recurrence } from "../../lib/engine/recurrence.ts";
import type { RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { Random } from "../../lib/random.ts";
import { testOnWasm } from "../support/adapter.ts";
import { caseOf, mixed, small } from "../support/case.ts";

testOnWasm("recurrence() refuses shapes that do not fit", () => {
  const good = caseOf(
    small["diagonal cells"]!,
    { ...mixed, dropout: undefined, noise: undefined },
    new Random(3, "fits"),
  );
  const rows = good.run.lengths.length;
  const { width, maps } = good.spec;
  const apply = (change: { spec?: object; run?: object; state?: number[]; parameters?: number }) =>
    tf.tidy(() => {
      const { spec = {}, run = {}, state = [rows, width, good.positions, maps], parameters = 0 } = change;
      const initial = tf.zeros(state as [number, number, number, number]) as tf.Tensor4D;
      recurrence(
        { ...good.spec, ...spec } as RecurrenceSpec,
        { ...good.run, ...run },
        initial,
        tf.zeros([good.parameters.length + parameters]),
      );
    });
  apply({});
  const refused: [change: Parameters<typeof apply>[0], message: RegExp][] = [
    [
      { state: [rows, width, good.positions, maps + 1] },
      /^recurrence: the initial state has shape \[.*\], expected \[/,
    ],
    [{ state: [rows, width, good.positions * maps] }, /^recurrence: the initial state has shape/],
    [{ parameters: -1 }, /^recurrence: the vector of parameters has shape/],
    [{ run: { lengths: [1] } }, /^recurrence: lengths has shape \[1\], expected/],
    [{ run: { steps: [1] } }, /^recurrence: steps has shape \[1\], expected/],
    [
      { run: { lengths: good.run.lengths.map(() => good.positions + 1) } },
      /^recurrence: a length is .*, expected 1 to/,
    ],
  ];
  for (const steps of [-1, 0, 5.5, NaN]) {
    refused.push([{ run: { steps: good.run.steps.map(() => steps) } }, /^recurrence: a number of steps is /]);
  }
  for (const spec of [{ kernel_length: 2 }, { cell: "foo" }, { sets: 0 }, { layers: 1.5 }]) {
    refused.push([{ spec }, new RegExp(`^recurrence: ${Object.keys(spec)[0]} is `)]);
  }
  for (const [change, message] of refused) {
    assertMatch(assertThrows(() => apply(change), Error).message, message);
  }
});
