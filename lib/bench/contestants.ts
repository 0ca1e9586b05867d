/** The training step of a workload in its variants. */
import { read } from "../engine/device.ts";
import type { Kernels } from "../engine/kernels.ts";
import { sampleExample } from "../problems/dataset.ts";
import { tf } from "../deps.ts";
import { type Batch, encodeBatch } from "../model/batch.ts";
import type { Configuration } from "../model/configuration.ts";
import { type Network, networkOf } from "../model/network.ts";
import { initialParameters } from "../model/parameters.ts";
import { problems } from "../problems/mod.ts";
import { Random } from "../random.ts";
import { batchGradient, shardsOf } from "../engine/shards.ts";
import { Optimizer } from "../engine/optimizer.ts";
import { alone } from "../engine/workers/pool.ts";
import { configurationOf, type Variant } from "./workloads.ts";
import type { Workload } from "./report.ts";
import { tapeLoss } from "./tape.ts";
import type { Contestant } from "./turns.ts";

/**
 * One variant of a workload's training step. Its batch follows from the workload alone, so that all variants get the
 * same.
 */
export function contestant(of: Workload, variant: Variant, kernels: Kernels): Contestant {
  const problem = problems.badd!;
  const configuration = configurationOf(of);
  const network = networkOf(configuration, problem.symbols);
  const examples = Array.from(
    { length: of.batch },
    (_, i) => sampleExample(problem, "random", of.size, new Random(1, "bench", i)),
  );
  const batch = encodeBatch(problem.symbols, examples, { extraSteps: configuration.extra_steps });
  return variant === "tape"
    ? tape(network, configuration, batch)
    : own(kernels, network, configuration, batch);
}

const DRAWS = { seed: 1, trainingStep: 0 } as const;

function dropoutOf({ dropout: rate, dropout_on: on }: Configuration) {
  return { ...DRAWS, rate, on };
}

/** The toolkit's own training step. */
function own(kernels: Kernels, network: Network, configuration: Configuration, batch: Batch): Contestant {
  const { state_noise: scale, saturation_weight: saturationWeight, learning_rate } = configuration;
  const noise = scale === 0 ? undefined : { ...DRAWS, scale };
  const options = { dropout: dropoutOf(configuration), noise, saturationWeight };
  const optimizer = new Optimizer(kernels, configuration, initialParameters(network.table, 1).length);
  let parameters = tf.tensor1d(initialParameters(network.table, 1));

  const forward = () =>
    shardsOf(kernels, network, [batch], options).map((shard) => kernels.metrics(network, parameters, shard));
  const step = async () => {
    const { gradient, metrics } = await batchGradient(kernels, network, parameters, [batch], options, alone);
    const update = optimizer.update(parameters, gradient, learning_rate, 0);
    tf.dispose([parameters, gradient, metrics, update.gradientNorm]);
    parameters = update.parameters;
  };
  return {
    variant: "fused",
    forward: (times) => repeat(forward, times),
    async step(times) {
      for (let i = 0; i < times; i++) await step();
      await read(parameters);
    },
    dispose() {
      parameters.dispose();
      optimizer.dispose();
    },
  };
}

/** What a user of tfjs would write, with its tape, its dropout and its optimizer, but without noise on the state. */
function tape(network: Network, configuration: Configuration, batch: Batch): Contestant {
  const options = {
    dropout: { ...dropoutOf(configuration), firstExample: 0 },
    saturationWeight: configuration.saturation_weight,
  };
  const initial = tf.tensor1d(initialParameters(network.table, 1));
  const parameters = tf.variable(initial);
  initial.dispose();
  const optimizer = configuration.optimizer === "adam"
    ? tf.train.adam(configuration.learning_rate)
    : tf.train.adamax(configuration.learning_rate);
  const loss = () => tapeLoss(network, parameters as tf.Tensor1D, batch, options);
  return {
    variant: "tape",
    forward: (times) => repeat(() => [tf.tidy(loss)], times),
    async step(times) {
      for (let i = 0; i < times; i++) optimizer.minimize(loss, false, [parameters as tf.Variable]);
      await read(parameters);
    },
    dispose() {
      parameters.dispose();
      optimizer.dispose();
    },
  };
}

/** Computes something `times` times and waits for the last: a backend does its operations in order. */
async function repeat(work: () => tf.Tensor[], times: number): Promise<void> {
  for (let i = 1; i < times; i++) tf.dispose(work());
  const last = work();
  await read(last.at(-1)!);
  tf.dispose(last);
}
