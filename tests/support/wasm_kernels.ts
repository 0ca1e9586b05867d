/** The WebAssembly kernels as ones that take and yield tensors, to compare them with others. */
import { tf } from "../../lib/deps.ts";
import type { TensorKernels } from "../../lib/engine/kernels.ts";
import { allocate, clear, floatsAt, release } from "../../lib/engine/wasm/memory.ts";
import { startSequences } from "../../lib/engine/wasm/sequences.ts";
import { WasmOptimizer } from "../../lib/engine/wasm/update.ts";

/** The kernels. */
export const wasmTensors: Pick<TensorKernels, "startInference" | "update"> = {
  startInference(spec, run, initial, parameters) {
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
  },
  update(settings, numbers, { parameters, first, second }, gradient, noise) {
    const size = 4 * Math.ceil(parameters.size / 4);
    const vectors = [parameters, first, second, gradient];
    const blocks = vectors.map((vector) => {
      const start = allocate(4 * size);
      clear(start, 4 * size);
      floatsAt(start, vector.size).set(vector.dataSync());
      return start;
    });
    const added = noise?.dataSync();
    const norm = new WasmOptimizer(settings, size).update(
      { parameters: blocks[0]!, first: blocks[1]!, second: blocks[2]! },
      blocks[3]!,
      numbers,
      added && ((gradient) => added.forEach((value, i) => gradient[i]! += value)),
    );
    const [updated, ...moments] = blocks.slice(0, 3)
      .map((start) => tf.tensor1d(floatsAt(start, parameters.size).slice()));
    blocks.forEach(release);
    return [updated!, tf.scalar(norm), moments[0]!, moments[1]!];
  },
};
