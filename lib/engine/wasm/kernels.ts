/** Kernels with the toolkit's own recurrence in WebAssembly. tfjs's wasm backend computes the rest of a step. */
import { operationOf } from "../operation.ts";
import { update } from "../reference/optimizer.ts";
import { type KernelsOnTensors, onTensors } from "../reference/tensors.ts";
import { onTape } from "../tape.ts";
import { disposeWasm, wasmBackward, wasmForward } from "./recurrence.ts";
import { wasmStepper } from "./stepper.ts";

const recurrence = operationOf((spec, run, initial, parameters) => {
  const { state, cost, trajectory } = wasmForward(spec, run, initial, parameters);
  return {
    state,
    cost,
    backward: (dState, dCost, saved) => wasmBackward(spec, run, saved, trajectory, dState, dCost),
    dispose: () => disposeWasm(trajectory),
  };
});

/** The kernels for a machine without a GPU. */
export const wasm: KernelsOnTensors = onTensors({
  recurrence,
  startInference: wasmStepper,
  ...onTape(recurrence, 1),
  update,
  capacity: {
    threads: true,
    elements: 2 ** 16,
    products: 2 ** 31,
    maps: ({ maps }) => maps,
    statesInTensor: () => 1,
  },
});
