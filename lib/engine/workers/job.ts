/** What a worker is asked and what it answers. */
import type { SentError } from "../../errors.ts";
import type { Batch } from "../../model/batch.ts";
import type { Shard } from "../kernels.ts";
import type { Weights } from "../shares.ts";

/** Tasks of one kind, and all that they need. */
export type Job =
  | { readonly kind: "gradient"; readonly model: Weights; readonly shards: readonly Shard[] }
  | {
    readonly kind: "judge";
    readonly models: readonly Weights[];
    readonly batches: readonly Batch[];
    /** Whether what was written is asked for besides the verdicts. */
    readonly predicts: boolean;
  };

/** What one task yields: gradient and metrics of a shard, or what was judged of a batch. */
export type TaskResult = readonly Float32Array[];

/** The results of the tasks that a worker took, by the tasks' numbers. */
export type Results = readonly (readonly [task: number, result: TaskResult])[];

/** To a worker: do tasks of a job. Each thread takes the task that `next` counts to, and counts on. */
export interface Request {
  /** The job. */
  readonly job: Job;
  /** One element, in shared memory. */
  readonly next: Int32Array;
}

/** From a worker. */
export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly task: number; readonly share: number }
  | { readonly kind: "results"; readonly results: Results }
  | { readonly kind: "error"; readonly error: SentError }
  | { readonly kind: "bug"; readonly message: string };

/** Takes tasks until all `count` are taken, also by other threads. */
export function* taken(next: Int32Array, count: number): Generator<number> {
  for (let task; (task = Atomics.add(next, 0, 1)) < count;) yield task;
}
