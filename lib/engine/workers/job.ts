/** The messages between the main thread and a worker. */
import type { SentError } from "../../errors.ts";
import type { Batch } from "../../model/batch.ts";
import type { Weights } from "../../model/network.ts";
import type { Shard } from "../step.ts";

/** A piece of work for each shard or batch, and all that the pieces need. */
export type Job =
  | {
    readonly kind: "gradient";
    readonly model: Weights;
    readonly shards: readonly Shard[];
    /** Where the gradients of the shards go, one after the other: memory that all threads share. */
    readonly gradients: Float32Array;
  }
  | {
    readonly kind: "judge";
    readonly models: readonly Weights[];
    readonly batches: readonly Batch[];
    /** Whether the symbols that the models wrote are wanted too, not only the verdicts. */
    readonly predicts: boolean;
  }
  | {
    readonly kind: "automaton";
    /** As the text of its file. */
    readonly automaton: string;
    readonly batches: readonly Batch[];
    readonly predicts: boolean;
  };

/** What one piece yields: the metrics of a shard, or the verdicts on a batch and what was written. */
export type PieceResult = readonly Float32Array[];

/** The results of the pieces that a worker took, by the pieces' numbers. */
export type Results = readonly (readonly [piece: number, result: PieceResult])[];

/**
 * The message to a worker that asks it to do pieces of a job. Each thread takes the piece whose number is in `next`,
 * and adds one to it.
 */
export interface Request {
  /** The job. */
  readonly job: Job;
  /** The number of the next piece: one element in memory that all threads share. */
  readonly next: Int32Array;
}

/** A message from a worker. */
export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly piece: number; readonly share: number }
  | { readonly kind: "results"; readonly results: Results }
  | { readonly kind: "error"; readonly error: SentError }
  | { readonly kind: "bug"; readonly message: string };

/** Yields the numbers of pieces, taking one at a time, until this and the other threads have taken all `count`. */
export function* taken(next: Int32Array, count: number): Generator<number> {
  for (let piece; (piece = Atomics.add(next, 0, 1)) < count;) yield piece;
}
