/** The training step on the tape of tfjs, on one thread. Arguments: the file of the setup, and `wasm` or `webgpu`. */
import { contestant } from "../../lib/bench/contestants.ts";
import { tapeLoss } from "../../lib/bench/tape.ts";
import { configurationOf } from "../../lib/bench/workloads.ts";
import { tf, version_core } from "../../lib/deps.ts";
import { kernelsOf, startBackend } from "../../lib/engine/backends.ts";
import { networkOf } from "../../lib/model/network.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { problems } from "../../mod.ts";
import { serve } from "./serve.ts";
import { batchOf, type Setup } from "./setup.ts";

const [path, backend] = Deno.args as [string, "wasm" | "webgpu"];
const { workload }: Setup = JSON.parse(await Deno.readTextFile(path));
await startBackend(backend);
const configuration = configurationOf(workload);
const network = networkOf(configuration, problems.badd!.symbols);
const loss = tapeLoss(network, tf.tensor1d(initialParameters(network.table, 1)), batchOf(workload), {
  dropout: undefined,
  saturationWeight: configuration.saturation_weight,
});
const tape = contestant(workload, "tape", kernelsOf(backend));
await serve({ version: version_core, loss: (await loss.data())[0]! }, (times) => tape.step(times));
