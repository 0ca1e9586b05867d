/** What a backend computes. The folders reference/, wasm/ and webgpu/ each implement it. */
import type { Batch } from "../model/batch.ts";
import type { Network } from "../model/network.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";
import type { Recurrence } from "./operation.ts";
import type { LoadedModel, Weights } from "./shares.ts";
import type { Division, Shard } from "./tensor_kernels.ts";
import type { Training, TrainingStart } from "./training.ts";
import type { Pool } from "./workers/pool.ts";

/** The computations of an engine within one thread. */
export interface Kernels {
  /** The recurrence, differentiable. */
  readonly recurrence: Recurrence;
  /** Starts a training, whose shards are spread over the pool. */
  startTraining(start: TrainingStart, pool: Pool): Training;
  /** A shard's part of a step's gradient and of its metrics, for a training in another thread. */
  shardGradient(
    weights: Weights,
    shard: Shard,
  ): Promise<readonly [gradient: Float32Array, metrics: Float32Array]>;
  /** Takes a model's parameters to the device. */
  load(weights: Weights): LoadedModel;
  /** Says how a batch is divided into shards, whose gradients are computed one by one. */
  divide(network: Network, batch: Pick<Batch, "rows" | "positions" | "lengths" | "steps">): Division;
  /** How much these kernels compute at once, and how much memory they need. */
  readonly capacity: Capacity;
}

/** How much kernels compute at once, and how much memory they need. */
export interface Capacity {
  /** Whether several threads, each with kernels of its own, are faster than one. */
  readonly threads: boolean;
  /**
   * Elements of a state that inference computes at once: on a CPU as many as stay in its cache, on a GPU as many as use
   * all of it.
   */
  readonly elements: number;
  /**
   * Multiplications for one tap of the filters after which an evaluation can be stopped and resumed: some seconds of
   * work.
   */
  readonly products: number;
  /** Maps of a state in the kernels' memory, which may be padded. */
  maps(spec: RecurrenceSpec): number;
  /** States that inference holds in one tensor. */
  statesInTensor(spec: RecurrenceSpec): number;
}
