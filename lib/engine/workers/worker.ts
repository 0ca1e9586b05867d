/** The module of a worker. It computes pieces on a backend of its own; the worker's name says which. */
import { decodeAutomaton } from "../../automaton/file.ts";
import { judgeAutomaton } from "../automaton/judge.ts";
import type { BackendName } from "../backend.ts";
import { kernelsOf, startKernels } from "../backends.ts";
import type { Kernels } from "../kernels.ts";
import { messageOf, sentError } from "../../errors.ts";
import { judgeBatch, withLoaded } from "../shares.ts";
import { type Job, type PieceResult, type Reply, type Request, type Results, taken } from "./job.ts";

/** The part of a worker's global scope that is used here. The types of the main thread do not have it. */
interface Scope {
  readonly name: string;
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(message: Reply, transfer?: readonly ArrayBufferLike[]): void;
}

// The main thread imports this module too, to find out whether it can be loaded.
if (import.meta.main) await serve();

/** Starts the backend, and computes what the main thread asks for. */
export async function serve(): Promise<void> {
  const scope = globalThis as unknown as Scope;
  const backend = scope.name as BackendName;
  try {
    await startKernels(backend);
  } catch (thrown) {
    return scope.postMessage(errorReply(thrown));
  }
  scope.onmessage = async ({ data: { job, next } }) => {
    try {
      const results = await doPieces(kernelsOf(backend), job, next, (piece, share) => {
        scope.postMessage({ kind: "progress", piece, share });
      });
      const buffers = results.flatMap(([, result]) => result.map(({ buffer }) => buffer));
      scope.postMessage({ kind: "results", results }, buffers);
    } catch (thrown) {
      scope.postMessage(errorReply(thrown));
    }
  };
  scope.postMessage({ kind: "ready" });
}

function errorReply(thrown: unknown): Reply {
  const error = sentError(thrown);
  return error === undefined ? { kind: "bug", message: messageOf(thrown) } : { kind: "error", error };
}

async function doPieces(
  kernels: Kernels,
  job: Job,
  next: Int32Array,
  onShare: (piece: number, share: number) => void,
): Promise<Results> {
  const results: [number, PieceResult][] = [];
  if (job.kind === "automaton") {
    const automaton = decodeAutomaton(job.automaton, "the automaton");
    for (const piece of taken(next, job.batches.length)) {
      const onProgress = (share: number) => onShare(piece, share);
      const judged = await judgeAutomaton(automaton, job.batches[piece]!, job.predicts, { onProgress });
      results.push([piece, judged]);
    }
    return results;
  }
  if (job.kind === "gradient") {
    const { model, shards, gradients } = job;
    const size = gradients.length / shards.length;
    for (const piece of taken(next, shards.length)) {
      const gradient = gradients.subarray(piece * size, (piece + 1) * size);
      results.push([piece, [await kernels.shardGradient!(model, shards[piece]!, gradient)]]);
    }
    return results;
  }
  await withLoaded(kernels, job.models, async (loaded) => {
    for (const piece of taken(next, job.batches.length)) {
      const judged = await judgeBatch(loaded, job.batches[piece]!, job.predicts, {
        onProgress: (share) => onShare(piece, share),
      });
      results.push([piece, judged]);
    }
  });
  return results;
}
