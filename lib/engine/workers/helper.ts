import type { BackendName } from "../backend.ts";
import { receivedError } from "../../errors.ts";
import type { Job, Reply, Request, Results } from "./job.ts";

/** A worker as the main thread sees it. */
export class Helper {
  /** Settled once its backend runs, or cannot start. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  #settle: { resolve(results: Results): void; reject(thrown: unknown): void };
  #onProgress: ((piece: number, share: number) => void) | undefined;

  /** Starts the worker. */
  constructor(module: URL, backend: BackendName) {
    const { promise, resolve, reject } = Promise.withResolvers<Results>();
    this.ready = promise.then(() => {});
    this.#settle = { resolve, reject };
    this.#worker = new Worker(module, { type: "module", name: backend });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#receive(data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#settle.reject(new Error(event.message));
    });
  }

  #receive(reply: Reply): void {
    switch (reply.kind) {
      case "ready":
        return this.#settle.resolve([]);
      case "progress":
        return this.#onProgress?.(reply.piece, reply.share);
      case "results":
        return this.#settle.resolve(reply.results);
      case "error":
        return this.#settle.reject(receivedError(reply.error));
      case "bug":
        return this.#settle.reject(new Error(reply.message));
    }
  }

  /** Lets the worker take pieces of a job, and waits for the results of those that it took. It does one job at a time. */
  async compute(
    job: Job,
    next: Int32Array,
    onProgress?: (piece: number, share: number) => void,
  ): Promise<Results> {
    const { promise, resolve, reject } = Promise.withResolvers<Results>();
    this.#settle = { resolve, reject };
    this.#onProgress = onProgress;
    const request: Request = { job, next };
    this.#worker.postMessage(request);
    return await promise;
  }

  /** Ends the worker at once. A promise that `compute` returned is never settled then. */
  terminate(): void {
    this.#worker.terminate();
  }
}
