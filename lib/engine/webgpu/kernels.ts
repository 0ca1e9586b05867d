/** The toolkit's own WebGPU kernels for a whole training step and for inference. */
import { bankCount } from "../../model/recurrence_spec.ts";
import type { Kernels } from "../kernels.ts";
import { STATES_KEPT } from "../reference/kernels.ts";
import { TensorModel } from "../reference/model.ts";
import { referenceRecurrence } from "../reference/recurrence.ts";
import { operationOf, type Recurrence } from "../operation.ts";
import { onTape } from "../tape.ts";
import { fieldCount, statesByTurns } from "./layout.ts";
import { largestBuffer } from "./gpu.ts";
import { disposeFused, examplesThatFit, fusedBackward, fusedForward } from "./recurrence.ts";
import type { Tuning } from "./run.ts";
import { RecordedModel } from "./model.ts";
import { startStepper } from "./stepper.ts";
import { RecordedTraining } from "./training.ts";
import { quadsOf } from "./wgsl.ts";

let saidTooLarge = false;

function sayTooLarge(): void {
  if (!saidTooLarge) {
    console.warn(
      "A row's trajectory exceeds the GPU's largest buffer: going on with the reference in tfjs operations, more slowly",
    );
  }
  saidTooLarge = true;
}

function recurrenceWith(tuning: Tuning): Recurrence {
  const buffer = () => tuning.buffer ?? largestBuffer();
  const kernels = operationOf((spec, run, initial, parameters) => {
    const rows = examplesThatFit(spec, run, initial.shape[2], buffer());
    const { state, cost, trajectory } = fusedForward(spec, run, initial, parameters, rows, tuning);
    return {
      state,
      cost,
      backward: (dState, dCost, saved) => fusedBackward(spec, saved, trajectory, dState, dCost),
      dispose: () => disposeFused(trajectory),
    };
  });
  return (spec, run, initial, parameters) => {
    if (examplesThatFit(spec, run, initial.shape[2], buffer()) > 0) {
      return kernels(spec, run, initial, parameters);
    }
    sayTooLarge(); // the reference fits: tfjs's tape keeps many small tensors
    return referenceRecurrence(spec, run, initial, parameters);
  };
}

/** The kernels. What `tuning` does not set follows from the device and the work. */
export function webgpuKernels(tuning: Tuning = {}): Kernels {
  const recurrence = recurrenceWith(tuning);
  const tape = onTape(recurrence, STATES_KEPT);
  const startInference = startStepper(tuning);
  const divide: Kernels["divide"] = (network, batch) => {
    const { spec } = network;
    const run = { ...batch, batch: batch.rows, saturation: true };
    const rows = examplesThatFit(spec, run, batch.positions, tuning.buffer ?? largestBuffer());
    return rows > 0
      ? { rows, mixed: true, statesKept: fieldCount(spec) + bankCount(spec) }
      : tape.divide(network, batch);
  };
  return {
    recurrence,
    startTraining: (start) => new RecordedTraining({ divide }, tape, start, tuning),
    load: (weights) => new RecordedModel(weights, new TensorModel({ startInference }, weights), tuning),
    divide,
    capacity: {
      threads: false,
      elements: 2 ** 22,
      products: 2 ** 38,
      maps: (spec) => 4 * quadsOf(spec),
      statesInTensor: statesByTurns,
    },
  };
}

/** The kernels for a GPU. */
export const webgpu: Kernels = webgpuKernels();
