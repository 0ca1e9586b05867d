// The states of a computation, and the two ends of the network on plain arrays.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { tensorKernels } from "../support/engine.ts";
import { read } from "../../lib/engine/device.ts";
import { infer, statesOf } from "../../lib/engine/inference.ts";
import { embed, readOut } from "../../lib/engine/network.ts";
import { embedPlain, readOutPlain } from "../../lib/engine/plain.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import { networkOf } from "../../lib/model/network.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { presets, problems } from "../../mod.ts";
import { resolve } from "../../lib/model/presets.ts";
import { Random } from "../../lib/random.ts";
import { testOnBackends } from "../support/adapter.ts";
import { assertSame, caseOf, small, tensors, withInputs } from "../support/case.ts";

/** More steps than are read together. */
const run = { lengths: [3], steps: [40], batch: 1, saturation: false, dropout: undefined, noise: undefined };

for (const [what, spec] of Object.entries(small)) {
  const test = caseOf(spec, run, new Random(4, what));

  testOnBackends(
    `statesOf() gives the state after every step as infer() does, for ${what}`,
    () =>
      withInputs(test, async (initial, parameters) => {
        const before = tensors();
        const states = await Array.fromAsync(
          statesOf(tensorKernels(), spec, run, initial, parameters, undefined),
        );
        assertEquals(states.length, 41);
        assertEquals(states[0], test.initial);
        for (const steps of [1, 2, 33, 40]) {
          const own = { lengths: run.lengths, steps: [steps] };
          const expected = await infer(tensorKernels(), spec, own, initial, parameters);
          assertSame(states[steps]!, await read(expected));
          expected.dispose();
        }
        assertEquals(tensors(), before);
      }),
  );

  testOnBackends(
    `statesOf() frees what it made when no more are asked for, and when it is aborted, for ${what}`,
    () =>
      withInputs(test, async (initial, parameters) => {
        const before = tensors();
        for await (const _ of statesOf(tensorKernels(), spec, run, initial, parameters, undefined)) break;
        assertEquals(tensors(), before);
        const signal = AbortSignal.abort(new Error("enough"));
        const states = statesOf(
          tensorKernels(),
          spec,
          { ...run, steps: [1e6] },
          initial,
          parameters,
          signal,
        );
        await assertRejects(() => Array.fromAsync(states), Error, "enough");
        assertEquals(tensors(), before);
      }),
  );
}

for (const name of ["default", "paper"] as const) {
  const network = networkOf(resolve(presets[name], problems.badd, { maps: 6 }), problems.badd.symbols, 1);
  const parameters = initialParameters(network.table, 3);
  const batch = encodeBatch(network.symbols, [{ size: 2, input: "10+1", target: "000111" }], {
    extraSteps: 0,
  });

  testOnBackends(
    `the ends of the network on arrays are those in tensors, for preset ${name}`,
    async () => {
      const flat = tf.tensor1d(parameters);
      const state = embed(network, flat, batch).state;
      const values = await read(state);
      const plain = embedPlain(network, parameters, batch.input, batch.positions);
      assertEquals(plain.length, values.length);
      plain.forEach((value, i) => assertAlmostEquals(value, values[i]!, 1e-6));

      const shares = tf.softmax(readOut(network, flat, state));
      const expected = await read(shares);
      const { written, margins } = readOutPlain(network, parameters, values, batch.positions);
      const vocabulary = network.symbols.length + 1;
      for (let position = 0; position < batch.positions; position++) {
        const own = expected.subarray(position * vocabulary, (position + 1) * vocabulary);
        const [best, next] = [...own].sort((a, b) => b - a);
        assertEquals(own[written[position]!], best);
        assertAlmostEquals(margins[position]!, best! - next!, 1e-5);
      }
      assert(new Set(written).size > 1, "every position has the same symbol: the test shows little");
      tf.dispose([flat, state, shares]);
    },
  );
}
