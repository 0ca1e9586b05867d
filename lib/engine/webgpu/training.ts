/** A training on WebGPU: all of a step runs from recordings, and the steps of a window are submitted together. */
import type { Kernels, TensorKernels } from "../kernels.ts";
import { readStepMetrics, STEP_METRICS, type StepMetrics } from "../metrics.ts";
import { updateNumbers } from "../optimizer.ts";
import { batchGradient, shardsOf } from "../shards.ts";
import type { Training, TrainingStart, TrainingStep } from "../training.ts";
import { alone } from "../workers/pool.ts";
import { bufferOf, copied, flush } from "./gpu.ts";
import type { Block, Inputs } from "./inputs.ts";
import { logging, updateInputs, updating } from "./optimizer.ts";
import { ReadBack } from "./read_back.ts";
import type { Tuning } from "./run.ts";
import { LOG_STEPS } from "./step_buffers.ts";
import { StepRunner } from "./step_runner.ts";

/** The most steps of one submission: the device works on some while others are recorded. */
const STEPS_TOGETHER = 4;

/** Kernels that compute a gradient on tensors. */
type Tape = Pick<TensorKernels, "divide" | "gradient">;

/** A training on WebGPU. */
export class RecordedTraining implements Training {
  readonly size: number;
  readonly #kernels: Pick<Kernels, "divide">;
  readonly #tape: Tape;
  readonly #start: TrainingStart;
  readonly #runner: StepRunner;
  readonly #reader: ReadBack;
  /** Steps in the log, and those before them whose metrics were read already. */
  #logged = 0;
  #read: StepMetrics[] = [];

  /** Starts a training before its first step. `kernels` divide batches; the tape takes those that are too large. */
  constructor(kernels: Pick<Kernels, "divide">, tape: Tape, start: TrainingStart, tuning: Tuning) {
    this.#kernels = kernels;
    this.#tape = tape;
    this.#start = start;
    this.size = start.parameters.length;
    this.#runner = new StepRunner(start.network, tuning);
    const { device, buffers } = this.#runner;
    this.#reader = new ReadBack(device);
    const [first, second] = start.moments ?? [new Float32Array(this.size), new Float32Array(this.size)];
    const write = (buffer: GPUBuffer, values: Float32Array) =>
      device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
    write(buffers.parameters, start.parameters);
    write(buffers.first, first);
    write(buffers.second, second);
  }

  async step(step: TrainingStep): Promise<void> {
    const { network, optimizer } = this.#start;
    const { buffers } = this.#runner;
    await this.#compute(step, true);
    const noisy = step.gradientNoise !== undefined;
    this.#runner.run(
      `update ${noisy}`,
      () => updating(network, optimizer, buffers, noisy),
      ...this.#updateInputs(step),
    );
  }

  async forward(step: TrainingStep): Promise<void> {
    const { network } = this.#start;
    await this.#compute(step, false);
    const sequences = () => [logging(network, this.#runner.buffers, { noisy: false, learns: false })];
    this.#runner.run("log", sequences, ...this.#updateInputs({ ...step, gradientNoise: undefined }));
  }

  /** Computes metrics and gradient, where it `learns`. */
  async #compute({ batches, options }: TrainingStep, learns: boolean): Promise<void> {
    const runner = this.#runner;
    const { network } = this.#start;
    if (this.#logged === LOG_STEPS) this.#read = await this.metrics();
    if (this.#logged % STEPS_TOGETHER === 0) runner.submit();
    const shards = shardsOf(this.#kernels, network, batches, options);
    if (shards.every(({ clean }) => clean !== undefined)) {
      runner.pack();
      shards.forEach((shard, i) => runner.shard(shard, { adds: i > 0, learns }));
    } else await this.#onTape(batches, options);
  }

  /** The gradient of a step with rows that no buffer holds. */
  async #onTape(batches: TrainingStep["batches"], options: TrainingStep["options"]): Promise<void> {
    const { network } = this.#start;
    const { buffers, commands } = this.#runner;
    this.#runner.submit();
    const parameters = copied(buffers.parameters, this.size);
    const found = await batchGradient(this.#tape, network, parameters, batches, options, alone);
    for (const name of ["gradient", "metrics"] as const) {
      commands.copy(bufferOf(found[name]), 0, buffers[name], 0, 4 * found[name].size);
    }
    flush();
    this.#runner.submit();
    for (const tensor of [parameters, found.gradient, found.metrics]) tensor.dispose();
  }

  #updateInputs({ batches, learningRate, step, pull, gradientNoise }: TrainingStep): [Inputs, Block] {
    const { optimizer } = this.#start;
    const { rate, beta2 } = updateNumbers(optimizer.optimizer, learningRate, step);
    return [updateInputs(gradientNoise !== undefined), {
      numbers: {
        rate,
        beta2,
        growth: 1 - beta2, // in double precision: in single precision 1 − 0.999 has a relative error of 5e-5
        epsilon: optimizer.adam_epsilon,
        clipNorm: optimizer.clip_norm,
        pull,
        share: 1 / batches.length,
        place: this.#logged++,
      },
      arrays: gradientNoise === undefined ? [] : [gradientNoise],
    }];
  }

  async metrics(): Promise<StepMetrics[]> {
    const [steps, size] = [this.#logged, STEP_METRICS.length];
    const before = this.#read;
    [this.#logged, this.#read] = [0, []];
    if (steps === 0) return before;
    const numbers = await this.#values(this.#runner.buffers.log, steps * size);
    const own = Array.from(
      { length: steps },
      (_, i) => readStepMetrics(numbers.subarray(i * size, (i + 1) * size)),
    );
    return [...before, ...own];
  }

  async #values(buffer: GPUBuffer, elements = this.size): Promise<Float32Array> {
    return await this.#reader.read(this.#runner.commands, buffer, 4 * elements);
  }

  async parameters(): Promise<Float32Array> {
    return await this.#values(this.#runner.buffers.parameters);
  }

  async vectors(): Promise<{ parameters: Float32Array; moments: [Float32Array, Float32Array] }> {
    const { first, second } = this.#runner.buffers;
    const [parameters, ...moments] = await Promise.all([
      this.parameters(),
      this.#values(first),
      this.#values(second),
    ]);
    return { parameters, moments };
  }

  dispose(): void {
    this.#reader.dispose();
    this.#runner.dispose();
  }
}
