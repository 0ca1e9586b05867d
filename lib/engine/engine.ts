/**
 * An engine trains, judges and predicts on one backend and a number of threads, and knows what fits in memory. All that
 * depends on the backend is in this folder.
 */
import { isAutomaton } from "../automaton/automaton.ts";
import { encodeAutomaton } from "../automaton/file.ts";
import type { Batch } from "../model/batch.ts";
import type { Network, Weights } from "../model/network.ts";
import { judgeAutomaton, writtenBy } from "./automaton/judge.ts";
import type { Backend, BackendChoice } from "./backend.ts";
import { kernelsOf, startKernels } from "./backends.ts";
import type { Kernels } from "./kernels.ts";
import { checkInferenceFits, checkTrainingFits, examplesTogether, type LongestBatch } from "./memory.ts";
import { networksOf, type Runnable } from "./runnable.ts";
import { judgeBatch, type Judged, predict, type PredictOptions, withLoaded } from "./shares.ts";
import type { Training, TrainingStart } from "./training.ts";
import { Pool, threadsOf, type WorkerCount } from "./workers/pool.ts";

/** How to compute. */
export interface ComputeOptions {
  /**
   * Backend to compute on.
   *
   * @default {"auto"}
   */
  readonly backend?: BackendChoice | undefined;
  /**
   * Threads that compute: a number, or `auto` for one for each core and at most 4. On webgpu there is always one. Their
   * number changes the time, and no result.
   *
   * @default {"auto"}
   */
  readonly workers?: WorkerCount | undefined;
}

/** Options of {@linkcode startEngine}. */
export interface EngineOptions extends ComputeOptions {
  /** Called with a text where workers cannot start. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** Options of `Engine.judge`. */
export interface JudgeOptions {
  /** Whether the symbols that the models wrote are wanted too, not only the verdicts. */
  readonly predicts: boolean;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with a batch's number and the share of it that is done. */
  readonly onProgress?: ((batch: number, share: number) => void) | undefined;
}

/** Cells of automata that are judged together. */
const CELLS_TOGETHER = 2 ** 20;

/** Computes on one backend. Automata are run in WebGPU where it is that one, and else in WebAssembly. */
export class Engine {
  /** The backend that it computes on. */
  readonly backend: Backend;
  readonly #kernels: Kernels;
  readonly #pool: Pool;

  /** Makes the engine of a backend that has been started. Only tests give other `kernels` than the backend's own. */
  constructor(backend: Backend, pool: Pool, kernels: Kernels = kernelsOf(backend.name)) {
    this.backend = backend;
    this.#pool = pool;
    this.#kernels = kernels;
  }

  get #onGpu(): boolean {
    return this.backend.name === "webgpu";
  }

  /** Threads that compute. */
  get threads(): number {
    return this.#pool.size;
  }

  /**
   * Multiplications for one tap of the filters after which an evaluation can be stopped and resumed: some seconds of
   * work.
   */
  get products(): number {
    return this.#kernels.capacity.products;
  }

  /** Throws a `RunError` with the figure if a training step of such a batch does not fit; `what` names it. */
  checkTrainingFits(network: Network, longest: LongestBatch, what: string): void {
    checkTrainingFits(this.#kernels, this.backend, network, longest, what);
  }

  /** Throws a `RunError` with the figure if an example of that length does not fit. */
  checkInferenceFits(models: Runnable, positions: number): void {
    for (const network of networksOf(models)) {
      checkInferenceFits(this.#kernels, this.backend, network, positions);
    }
  }

  /** Examples of one length that are judged together. */
  examplesTogether(models: Runnable, positions: number): number {
    return isAutomaton(models)
      ? Math.max(1, Math.floor(CELLS_TOGETHER / positions))
      : examplesTogether(this.#kernels, networksOf(models), positions);
  }

  /** Starts a training. */
  train(start: TrainingStart): Training {
    return this.#kernels.startTraining(start, this.#pool);
  }

  /**
   * Judges batches whose examples all have the batch's length; the outputs of several models are averaged. Returns for
   * each batch the numbers of its verdicts and, where `predicts` is true, the symbols that were written: see judge.ts.
   */
  async judge(
    models: Runnable,
    batches: readonly Batch[],
    { predicts, signal, onProgress }: JudgeOptions,
  ): Promise<Judged[]> {
    if (isAutomaton(models)) {
      return await this.#pool.run<Judged>({
        count: batches.length,
        here: (piece) =>
          judgeAutomaton(models, batches[piece]!, predicts, {
            onGpu: this.#onGpu,
            signal,
            onProgress: (share) => onProgress?.(piece, share),
          }),
        job: () =>
          Promise.resolve({ kind: "automaton", automaton: encodeAutomaton(models), batches, predicts }),
        receive: (result) => result,
        onProgress,
        signal,
      });
    }
    return await withLoaded(this.#kernels, models, (loaded) =>
      this.#pool.run<Judged>({
        count: batches.length,
        here: (piece) =>
          judgeBatch(loaded, batches[piece]!, predicts, {
            signal,
            onProgress: (share) => onProgress?.(piece, share),
          }),
        job: () => Promise.resolve({ kind: "judge", models, batches, predicts }),
        receive: (result) => result,
        onProgress,
        signal,
      }));
  }

  /** The symbol numbers that models write for a batch, `[rows × positions]`. */
  async predict(
    models: Runnable,
    batch: Batch,
    options: PredictOptions = {},
  ): Promise<ArrayLike<number>> {
    if (isAutomaton(models)) return await writtenBy(models, batch, { onGpu: this.#onGpu, ...options });
    return await withLoaded(this.#kernels, models, (loaded) => predict(loaded, batch, options));
  }

  /**
   * The states of a model for a batch of one row, `[width, positions, maps]`, from the initial one to that after the last
   * step. They are computed as they are asked for.
   */
  async *trace(
    weights: Weights,
    batch: Batch,
    signal?: AbortSignal,
  ): AsyncGenerator<Float32Array> {
    const loaded = this.#kernels.load(weights);
    try {
      yield* loaded.states(batch, signal);
    } finally {
      loaded.dispose();
    }
  }

  /** Ends the workers. */
  close(): void {
    this.#pool.close();
  }
}

/** Starts an engine. Throws a `RunError` that says what is missing, a `UsageError` for a wrong number of workers. */
export async function startEngine(
  { backend: choice = "auto", workers = "auto", onNote }: EngineOptions,
): Promise<Engine> {
  const backend = await startKernels(choice);
  const threads = threadsOf(workers, kernelsOf(backend.name).capacity.threads);
  return new Engine(backend, new Pool({ threads, backend: backend.name, onNote }));
}
