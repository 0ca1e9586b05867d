/** The module of a worker: computes tasks on a backend of its own, the one that the worker is named after. */
import type { BackendName } from "../backend.ts";
import { runningKernels, startBackend } from "../backends.ts";
import { tf } from "../../deps.ts";
import { messageOf, sentError } from "../../errors.ts";
import { read } from "../device.ts";
import { judgeBatch, withLoaded } from "../shares.ts";
import { type Job, type Reply, type Request, type Results, taken, type TaskResult } from "./job.ts";

/** A worker's global scope, as far as it is used here; the types of the main thread do not have it. */
interface Scope {
  readonly name: string;
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(message: Reply, transfer?: readonly ArrayBufferLike[]): void;
}

// The main thread imports this module too, to see that it is there.
if (import.meta.main) await serve();

/** Does what the main thread asks for. */
export async function serve(): Promise<void> {
  const scope = globalThis as unknown as Scope;
  try {
    await startBackend(scope.name as BackendName);
  } catch (thrown) {
    return scope.postMessage(errorReply(thrown));
  }
  scope.onmessage = async ({ data: { job, next } }) => {
    try {
      const results = await doTasks(job, next, (task, share) => {
        scope.postMessage({ kind: "progress", task, share });
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

async function doTasks(
  job: Job,
  next: Int32Array,
  onProgress: (task: number, share: number) => void,
): Promise<Results> {
  const kernels = runningKernels();
  const results: [number, TaskResult][] = [];
  await withLoaded(job.kind === "gradient" ? [job.model] : job.models, async (loaded) => {
    if (job.kind === "gradient") {
      const { network, parameters } = loaded[0]!;
      for (const task of taken(next, job.shards.length)) {
        const { gradient, metrics } = kernels.gradient(network, parameters, job.shards[task]!);
        results.push([task, await Promise.all([gradient, metrics].map(read))]);
        tf.dispose([gradient, metrics]);
      }
    } else {
      for (const task of taken(next, job.batches.length)) {
        const judged = await judgeBatch(kernels, loaded, job.batches[task]!, job.predicts, {
          onProgress: (share) => onProgress(task, share),
        });
        results.push([task, judged]);
      }
    }
  });
  return results;
}
