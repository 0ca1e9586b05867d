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
  const step = { batches: [batch], options, pull: 0, learningRate: learning_rate, step: 0 };
  const parameters = initialParameters(network.table, 1);
  const training = kernels.startTraining({ network, optimizer: configuration, parameters }, alone);
  const repeat = async (work: () => Promise<void>, times: number) => {
    for (let i = 0; i < times; i++) await work();
    await training.metrics();
  };
  return {
    variant: "fused",
    forward: (times) => repeat(() => training.forward(step), times),
    step: (times) => repeat(() => training.step(step), times),
    dispose: () => training.dispose(),
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
    async forward(times) {
      for (let i = 1; i < times; i++) tf.tidy(loss).dispose();
      const last = tf.tidy(loss); // a backend does its operations in order
      await read(last);
      last.dispose();
    },
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
