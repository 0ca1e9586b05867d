import { tf } from "../../deps.ts";
import type { StartStepper } from "../kernels.ts";
import { startSequences } from "./sequences.ts";

/** Inference by the kernels of cell.ts. */
export const wasmStepper: StartStepper = (spec, run, initial, parameters) => {
  const { shape } = initial;
  const [values, banks] = [initial.dataSync<"float32">(), parameters.dataSync<"float32">()];
  const sequences = startSequences(spec, run, values, shape[2], banks);
  return {
    advance(t) {
      sequences.advance(t);
      return 1;
    },
    settle: () => Promise.resolve(),
    state: () => tf.tensor4d(sequences.state(), shape),
    dispose: () => sequences.dispose(),
  };
};
