import type { Network } from "../../model/network.ts";
import { GRADIENT_METRICS, type GradientMetric, type StepMetrics } from "../metrics.ts";
import { updateNumbers } from "../optimizer.ts";
import { shardsOf, sharedFloats } from "../shards.ts";
import type { OptimizerSettings, Training, TrainingStart, TrainingStep } from "../training.ts";
import type { Pool } from "../workers/pool.ts";
import { divide } from "./divide.ts";
import { endsOf } from "./ends.ts";
import { Filters } from "./filters.ts";
import { shardGradient } from "./gradient.ts";
import type { NetworkLayout } from "./network_layout.ts";
import { WasmOptimizer } from "./update.ts";

/**
 * A training in the kernels' memory: parameters, moments and gradients have the layout of the products' panels, so that a
 * step moves none of them but to flip the filters.
 */
export class WasmTraining implements Training {
  readonly size: number;
  readonly #network: Network;
  readonly #settings: OptimizerSettings;
  readonly #pool: Pool;
  readonly #layout: NetworkLayout;
  readonly #optimizer: WasmOptimizer;
  readonly #parameters: Filters;
  readonly #moments: readonly [Filters, Filters];
  /** The gradients of the shards; the first one becomes their sum. */
  readonly #gradients: Filters[] = [];
  /** Memory that workers share: the block of the parameters, and those of the shards' gradients. */
  #shared = sharedFloats(0);
  #noted: StepMetrics[] = [];

  /** Starts a training before its first step. */
  constructor(pool: Pool, { network, optimizer, parameters, moments }: TrainingStart) {
    this.size = parameters.length;
    this.#network = network;
    this.#settings = optimizer;
    this.#pool = pool;
    this.#layout = endsOf(network).layout;
    this.#optimizer = new WasmOptimizer(optimizer, this.#layout.size);
    this.#parameters = new Filters(this.#layout, true);
    this.#parameters.write(parameters);
    this.#moments = [new Filters(this.#layout, false), new Filters(this.#layout, false)];
    moments?.forEach((own, i) => this.#moments[i]!.write(own));
  }

  async step(step: TrainingStep): Promise<void> {
    const { batches, options, pull } = step;
    const { size } = this.#layout;
    const shards = shardsOf({ divide }, this.#network, batches, options);
    while (this.#gradients.length < shards.length) this.#gradients.push(new Filters(this.#layout, false));
    const metrics = await this.#pool.run<Float32Array>({
      count: shards.length,
      here: (piece) => {
        const sums = this.#gradients[piece]!;
        sums.clear();
        return shardGradient(this.#network, this.#parameters, shards[piece]!, sums);
      },
      job: () => {
        const needed = (1 + shards.length) * size;
        if (this.#shared.length !== needed) this.#shared = sharedFloats(needed);
        this.#shared.set(this.#parameters.values);
        return Promise.resolve({
          kind: "gradient",
          model: { network: this.#network, parameters: this.#shared.subarray(0, size) },
          ...{ shards, gradients: this.#shared.subarray(size) },
        });
      },
      receive: ([metrics], piece) => {
        this.#gradients[piece]!.values.set(this.#shared.subarray((1 + piece) * size, (2 + piece) * size));
        return metrics!;
      },
    });
    const [sum, ...others] = this.#gradients.slice(0, shards.length);
    for (const { start } of others) this.#optimizer.add(sum!.start, start);
    const { values } = sum!;
    for (const element of this.#layout.padding) values[element] = 0;
    const distance = this.#pull(sum!, pull);
    this.#note(metrics, batches.length, this.#update(sum!, step), distance);
  }

  forward({ batches, options }: TrainingStep): Promise<void> {
    const shards = shardsOf({ divide }, this.#network, batches, options);
    const metrics = shards.map((shard) => shardGradient(this.#network, this.#parameters, shard));
    this.#note(metrics, batches.length, 0, 0);
    return Promise.resolve();
  }

  /** Notes the metrics of a step, from those of its shards. */
  #note(shards: readonly Float32Array[], batches: number, gradient_norm: number, set_distance: number): void {
    const sums = Object.entries(GRADIENT_METRICS).map(([name, adds], i) => {
      const sum = shards.reduce((sum, own) => sum + own[i]!, 0);
      return [name, adds === "mean" ? sum / batches : sum] as const;
    });
    const metrics = Object.fromEntries(sums) as Record<GradientMetric, number>;
    this.#noted.push({ ...metrics, gradient_norm, set_distance });
  }

  /** Adds the pull between the parameter sets to a gradient, and returns the squared distance between them. */
  #pull({ values: gradient }: Filters, weight: number): number {
    const { sets, layers } = this.#network.spec;
    if (sets === 1) return 0;
    const { values } = this.#parameters;
    const size = this.#layout.cells[layers]![0]!;
    let distance = 0;
    for (let i = 0; i < size; i++) {
      let mean = 0;
      for (let set = 0; set < sets; set++) mean += values[set * size + i]! / sets;
      for (let place = i; place < sets * size; place += size) {
        const apart = values[place]! - mean;
        distance += apart * apart;
        gradient[place]! += 2 * weight * apart;
      }
    }
    return distance;
  }

  /** Updates parameters and moments, and returns the gradient's norm before it is clipped. */
  #update({ start }: Filters, { learningRate, step, gradientNoise }: TrainingStep): number {
    const [first, second] = this.#moments;
    const norm = this.#optimizer.update(
      { parameters: this.#parameters.start, first: first.start, second: second.start },
      start,
      updateNumbers(this.#settings.optimizer, learningRate, step),
      gradientNoise && ((gradient) => {
        this.#layout.places.forEach((place, i) => gradient[place]! += gradientNoise[i]!);
      }),
    );
    this.#parameters.flip();
    return norm;
  }

  metrics(): Promise<StepMetrics[]> {
    const noted = this.#noted;
    this.#noted = [];
    return Promise.resolve(noted);
  }

  parameters(): Promise<Float32Array> {
    return Promise.resolve(this.#parameters.read());
  }

  async vectors(): Promise<{ parameters: Float32Array; moments: [Float32Array, Float32Array] }> {
    const [first, second] = this.#moments;
    return { parameters: await this.parameters(), moments: [first.read(), second.read()] };
  }

  dispose(): void {
    for (const own of [this.#parameters, ...this.#moments, ...this.#gradients]) own[Symbol.dispose]();
  }
}
