/** The toolkit's own training step. Arguments: the file of the setup, and `wasm` or `webgpu`. */
import { startEngine } from "../../lib/engine/engine.ts";
import { networkOf } from "../../lib/model/network.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { problems, VERSION } from "../../mod.ts";
import { configurationOf } from "../../lib/bench/workloads.ts";
import { serve } from "./serve.ts";
import { batchOf, type Setup } from "./setup.ts";

const [path, backend] = Deno.args as [string, "wasm" | "webgpu"];
const setup: Setup = JSON.parse(await Deno.readTextFile(path));
const configuration = configurationOf(setup.workload);
const network = networkOf(configuration, problems.badd!.symbols);
const engine = await startEngine({ backend, workers: backend === "wasm" ? setup.threads : 1 });
const training = engine.train({
  network,
  optimizer: configuration,
  parameters: initialParameters(network.table, 1),
});
const { dropout: rate, dropout_on: on, saturation_weight: saturationWeight, learning_rate } = configuration;
const stepOf = (step: number, rate: number) => ({
  batches: [batchOf(setup.workload)],
  options: { dropout: { seed: 1, trainingStep: step, rate, on }, noise: undefined, saturationWeight },
  pull: 0,
  learningRate: learning_rate,
  step,
});

await training.forward(stepOf(0, 0));
const { loss, saturation } = (await training.metrics())[0]!;
let step = 0;
await serve({ version: VERSION, loss: loss + saturationWeight * saturation }, async (times) => {
  for (let i = 0; i < times; i++) await training.step(stepOf(step++, rate));
  await training.metrics();
});
