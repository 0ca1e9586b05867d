import type { BackendName } from "../backend.ts";
import { messageOf, UsageError } from "../../errors.ts";
import { abortable } from "../../deps.ts";
import { bundled } from "../../io/embedded.ts";
import { checkModule } from "./check_module.ts";
import { Helper } from "./helper.ts";
import { type Job, type PieceResult, taken } from "./job.ts";

/** Threads that compute, from 1 to 64, or `auto` for one for each core, at most 4. On webgpu it is always one. */
export type WorkerCount = number | "auto";

/** The most threads that `auto` chooses: a training step of 32 examples has four shards. */
const MOST_BY_ITSELF = 4;

/** Threads that can be asked for. */
export const MOST_WORKERS = 64;

/** Options of a pool. */
export interface PoolOptions {
  /** Threads that compute, this one included. */
  readonly threads: number;
  /** The backend that runs, which every worker starts for itself. */
  readonly backend: BackendName;
  /** Called where workers cannot start. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** The workers' module: another than the toolkit's in tests only. */
  readonly module?: URL | undefined;
}

/** A computation in independent pieces, numbered from 0. */
export interface Pieces<Result> {
  /** How many there are. */
  readonly count: number;
  /** Computes one of them in this thread. */
  here(piece: number): Result | Promise<Result>;
  /** All of them, as a message for workers. */
  job(): Promise<Job>;
  /** A worker's result for a piece, as `here` would have yielded it. */
  receive(result: PieceResult, piece: number): Result;
  /** Called from time to time with a worker's piece and the share of it that is done. */
  readonly onProgress?: ((piece: number, share: number) => void) | undefined;
  /** Ends them with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Spreads pieces over this thread and workers: each takes the next piece when it is done with one. Workers are started
 * with the first pieces and join when they are ready. A piece yields the same bits in every thread, so no result depends
 * on which thread computed it.
 */
export class Pool {
  /** Threads, this one included. */
  readonly size: number;
  readonly #options: PoolOptions;
  #helpers: Helper[] | undefined;
  #ready: Helper[] = [];
  #join: ((helper: Helper) => void) | undefined;

  /** Makes a pool whose workers are started with the first pieces. */
  constructor(options: PoolOptions) {
    this.#options = options;
    this.size = options.threads;
  }

  /** Computes all pieces. The results are in the order of the pieces. */
  async run<Result>(pieces: Pieces<Result>): Promise<Result[]> {
    const { count, signal, onProgress } = pieces;
    const results = new Array<Result>(count);
    const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const helping: Promise<void>[] = [];
    try {
      if (count > 1 && this.size > 1) {
        this.#start();
        const job = await pieces.job();
        const help = async (helper: Helper) => {
          for (const [piece, result] of await helper.compute(job, next, onProgress)) {
            results[piece] = pieces.receive(result, piece);
          }
        };
        this.#join = (helper) => {
          const done = help(helper);
          done.catch(() => {}); // it is waited for below
          helping.push(done);
        };
        this.#ready.forEach(this.#join);
      }
      for (const piece of taken(next, count)) results[piece] = await pieces.here(piece);
      while (helping.length > 0) {
        const done = helping.shift()!;
        await (signal === undefined ? done : abortable(done, signal));
      }
      return results;
    } catch (thrown) {
      this.close();
      throw thrown;
    } finally {
      this.#join = undefined;
    }
  }

  /** Starts the workers, without waiting for them. */
  #start(): void {
    if (this.#helpers !== undefined) return;
    const helpers: Helper[] = this.#helpers = [];
    const { module = new URL(bundled ? "" : "./worker.ts", import.meta.url), backend, onNote } =
      this.#options;
    let noted = false;
    const refuse = (thrown: unknown) => {
      if (!noted && this.#helpers === helpers) onNote?.(`Going on with fewer workers: ${firstLine(thrown)}`);
      noted = true;
    };
    checkModule(module).then(() => {
      if (this.#helpers !== helpers) return;
      for (let i = 1; i < this.size; i++) {
        const helper = new Helper(module, backend);
        helpers.push(helper);
        helper.ready.then(() => {
          this.#ready.push(helper);
          this.#join?.(helper);
        }, refuse);
      }
    }).catch(refuse);
  }

  /** Ends all workers at once. A later `run` starts others. */
  close(): void {
    this.#helpers?.forEach((helper) => helper.terminate());
    this.#helpers = undefined;
    this.#ready = [];
  }
}

/** A pool of this thread alone. */
export const alone = new Pool({ threads: 1, backend: "cpu" });

/**
 * The number of threads, from what was asked for: 1 where several are no faster. Throws a `UsageError` where that is no
 * number of workers.
 */
export function threadsOf(workers: WorkerCount, several: boolean): number {
  if (workers !== "auto" && !(Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS)) {
    const expected = `auto or a whole number from 1 to ${MOST_WORKERS}`;
    throw new UsageError(`Cannot use ${workers} workers: expected ${expected}`, {
      code: "wrong_value",
      subject: "workers",
      given: String(workers),
      expected,
    });
  }
  if (!several) return 1;
  return workers === "auto" ? Math.min(navigator.hardwareConcurrency, MOST_BY_ITSELF) : workers;
}

function firstLine(thrown: unknown): string {
  return messageOf(thrown).split("\n")[0]!;
}
