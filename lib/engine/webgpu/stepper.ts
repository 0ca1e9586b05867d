import { read } from "../device.ts";
import { tf } from "../../deps.ts";
import type { StartStepper } from "../kernels.ts";
import { allocate, bufferOf, generous } from "./gpu.ts";
import { statesByTurns } from "./layout.ts";
import { ownMaps, withPaddedMaps } from "./maps.ts";
import { runOnce } from "./recording.ts";
import { packWeights } from "./recurrence.ts";
import { runBlock, stateSize, type Tuning } from "./run.ts";
import { inferenceRun, stepsOf, stepsTogether } from "./steps.ts";

/** The steps of an inference on tensors. */
export const startStepper =
  (tuning: Pick<Tuning, "software">): StartStepper => (spec, run, initial, parameters) => {
    const shape = inferenceRun(spec, run, initial.shape[2], tuning);
    const size = stateSize(spec, shape);
    const weights = packWeights(spec, parameters, false);
    const block = runBlock({ ...run, batch: shape.rows, saturation: false });
    const padded = tf.tidy(() => withPaddedMaps(initial).clone());
    const states = allocate(generous(statesByTurns(spec) * size));
    let taken = 0;
    return {
      advance(t, most) {
        const steps = Math.min(most, stepsTogether(spec, shape));
        const [source, target] = [bufferOf(padded), bufferOf(states)];
        runOnce(
          [stepsOf(spec, shape, { weights: bufferOf(weights), states: target }, t, steps)],
          block,
          (commands) => t === 0 && commands.copy(source, 0, target, 0, 4 * size),
        );
        taken = t + steps;
        return steps;
      },
      async settle() {
        const probe = tf.slice(states, [0], [1]);
        await read(probe);
        probe.dispose();
      },
      state: () =>
        tf.tidy(() => {
          const last = tf.slice(states, taken * spec.layers % 2 * size, size);
          return ownMaps(spec, shape.rows, shape.positions, last).clone();
        }),
      dispose: () => tf.dispose([states, padded, weights]),
    };
  };
