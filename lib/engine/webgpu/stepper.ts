import { read } from "../device.ts";
import { tf } from "../../deps.ts";
import type { StartStepper } from "../kernels.ts";
import { cellOf } from "../../cells/table.ts";
import { forwardCode } from "./forward.ts";
import { statesByTurns } from "./layout.ts";
import { ownMaps, withPaddedMaps } from "./maps.ts";
import { allocate, bufferOf, generous, onSoftware } from "./gpu.ts";
import { vectors } from "./program.ts";
import { runOnce } from "./recording.ts";
import { packWeights } from "./recurrence.ts";
import { RUN_INPUTS, runBlock, type Tuning } from "./run.ts";
import { flopOf, MOST_DISPATCHES, MOST_WORK } from "./split.ts";
import { tilesOf } from "./tile.ts";
import { type KernelOptions, quadsOf, textKey } from "./wgsl.ts";

const THREADS = 64;

/**
 * Inference for sequences of any length, by the phases of the forward pass: a dispatch for each phase of each cell, whose
 * workgroups split the positions among them. Two states are kept, which applications read and write by turns.
 */
export const startStepper =
  (tuning: Pick<Tuning, "software">): StartStepper => (spec, run, initial, parameters) => {
    const options: KernelOptions = {
      threads: THREADS,
      dropOn: "nowhere",
      noise: false,
      rounds: true,
      saturation: false,
      software: tuning.software ?? onSoftware(),
    };
    const rows = run.lengths.length;
    const phases = cellOf(spec).phases.length;
    const positions = initial.shape[2];
    const size = rows * spec.width * positions * quadsOf(spec) * 4;
    const lanes = Math.ceil(tilesOf(spec, positions) / THREADS) * THREADS;
    const work = rows * flopOf(spec, positions);
    const together = Math.min(MOST_DISPATCHES, MOST_WORK / work);
    const stepsTogether = Math.max(1, Math.floor(together / (phases * spec.layers)));
    const weights = packWeights(spec, parameters, false);
    const block = runBlock({ ...run, batch: rows, saturation: false });
    const padded = tf.tidy(() => withPaddedMaps(initial).clone());
    const states = allocate(generous(statesByTurns(spec) * size));
    let taken = 0;
    return {
      advance(t, most) {
        const steps = Math.min(most, stepsTogether);
        const first = t * spec.layers;
        const [source, target] = [bufferOf(padded), bufferOf(states)];
        runOnce(
          [{
            key: `inference-${textKey(spec, options)}`,
            code: () => forwardCode(spec, { ...options, keeps: false }),
            workgroupSize: THREADS,
            inputs: RUN_INPUTS,
            reads: { weights: vectors(bufferOf(weights)) },
            writes: { result: vectors(target) },
            dispatches: Array.from({ length: phases * steps * spec.layers }, (_, i) => ({
              kernel: `forward${i % phases}Of`,
              workgroups: rows * lanes / THREADS,
              uniforms: { rows, positions, lanes, application: first + Math.floor(i / phases) },
            })),
            work,
          }],
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
          return ownMaps(spec, rows, positions, last).clone();
        }),
      dispose: () => tf.dispose([states, padded, weights]),
    };
  };
