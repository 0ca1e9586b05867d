/** Kernels in WebAssembly, for whole steps of training and for inference. They compute on memory of their own. */
import type { Kernels } from "../kernels.ts";
import { divide } from "./divide.ts";
import { endsOf } from "./ends.ts";
import { Filters } from "./filters.ts";
import { shardGradient } from "./gradient.ts";
import { WasmModel } from "./model.ts";
import { wasmRecurrence } from "./recurrence.ts";
import { WasmTraining } from "./training.ts";

/** The kernels for a machine without a GPU. */
export const wasm: Kernels = {
  recurrence: wasmRecurrence,
  startTraining: (start, pool) => new WasmTraining(pool, start),
  shardGradient({ network, parameters }, shard, gradient) {
    const { layout } = endsOf(network);
    using filters = new Filters(layout, true);
    filters.values.set(parameters);
    filters.flip();
    using sums = new Filters(layout, false);
    const metrics = shardGradient(network, filters, shard, sums);
    gradient.set(sums.values);
    return Promise.resolve(metrics);
  },
  load: (weights) => new WasmModel(weights),
  divide,
  capacity: {
    threads: true,
    elements: 2 ** 16,
    products: 2 ** 31,
    maps: ({ maps }) => maps,
    statesInTensor: () => 1,
  },
};
