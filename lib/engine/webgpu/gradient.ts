/** The gradient and the metrics of shards, one by one, on tensors: what `RecordedTraining` computes in its steps. */
import type { tf } from "../../deps.ts";
import type { Batch } from "../../model/batch.ts";
import type { Network } from "../../model/network.ts";
import { parameterCount } from "../../model/parameters.ts";
import type { Gradient } from "../kernels.ts";
import { GRADIENT_METRICS } from "../metrics.ts";
import type { Shard } from "../step.ts";
import { bufferOf, copied, flush, largestBuffer } from "./gpu.ts";
import { examplesThatFit } from "./recurrence.ts";
import type { Tuning } from "./run.ts";
import { StepRunner } from "./step_runner.ts";

/** The most examples of a batch that make a shard with buffers of `bytes`; 0 where one example is too large. */
export function examplesTogether(
  { spec }: Network,
  { positions, steps, lengths }: Pick<Batch, "positions" | "steps" | "lengths">,
  bytes: number = largestBuffer(),
): number {
  return examplesThatFit(spec, { lengths, steps, batch: 1, saturation: true }, positions, bytes);
}

/** Computes shards. The buffers of the network that it saw last stay. */
export class ShardGradients {
  readonly #tuning: Tuning;
  #network: Network | undefined;
  #runner: StepRunner | undefined;

  /** Makes no buffer yet. */
  constructor(tuning: Tuning) {
    this.#tuning = tuning;
  }

  /** The gradient of the training loss by the flat parameter vector, and the metrics. */
  gradient(network: Network, parameters: tf.Tensor1D, shard: Shard): Gradient {
    const { buffers } = this.#run(network, parameters, shard, true);
    return { gradient: copied(buffers.gradient, parameterCount(network.table)), metrics: metricsIn(buffers) };
  }

  /** The metrics, without a gradient. */
  metrics(network: Network, parameters: tf.Tensor1D, shard: Shard): tf.Tensor1D {
    return metricsIn(this.#run(network, parameters, shard, false).buffers);
  }

  #run(network: Network, parameters: tf.Tensor1D, shard: Shard, learns: boolean): StepRunner {
    if (network !== this.#network) {
      this.#runner?.dispose();
      [this.#network, this.#runner] = [network, new StepRunner(network, this.#tuning)];
    }
    const runner = this.#runner!;
    const given = bufferOf(parameters);
    flush();
    runner.commands.copy(given, 0, runner.buffers.parameters, 0, 4 * parameters.size);
    runner.pack();
    runner.shard(shard, { adds: false, learns });
    runner.submit();
    return runner;
  }
}

function metricsIn({ metrics }: StepRunner["buffers"]): tf.Tensor1D {
  return copied(metrics, Object.keys(GRADIENT_METRICS).length);
}
