import { type Backend, gigabytes } from "./backend.ts";
import { RunError } from "../errors.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Network } from "./reference/network.ts";
import { parameterCount } from "../model/parameters.ts";
import { rowsTogether } from "./webgpu/gradient.ts";
import { SHARD } from "./gradient.ts";
import type { ExampleSource } from "../training/examples/source.ts";

/** Vectors of the parameters' size that a step holds: parameters, gradient, moments, and what comes of them. */
const VECTORS = 8;

/** States that a kept application of a cell has at least: on wasm its input, on webgpu what the kernels write. */
const STATES_KEPT = { wasm: 1, cpu: 1, webgpu: 8 } as const;

/** Throws a {@linkcode RunError} with the figure if a training step at the largest size does not fit in memory. */
export function checkTrainingFits(
  configuration: Configuration,
  network: Network,
  source: ExampleSource,
  backend: Backend,
): void {
  const { width, maps, layers } = network.spec;
  const length = Math.max(source.lengthOf(source.sizes[source.sizes.length - 1]!), ...configuration.bins);
  const steps = length + configuration.drawn_extra_steps;
  const batch = { positions: length, steps: [steps], lengths: [length] };
  // As shards are cut, see gradient.ts; where the kernels cannot take a row the composed version takes them all.
  const together = backend.name === "webgpu"
    ? rowsTogether(network, batch, backend.memory.tensor) || Infinity
    : SHARD;
  const rows = Math.min(configuration.batch_size, together);
  const applications = layers * steps;
  const states = 4 * rows * width * length * maps * applications * STATES_KEPT[backend.name];
  const bytes = states + 4 * VECTORS * parameterCount(network.table);
  if (bytes > backend.memory.total) {
    throw new RunError(
      `Cannot train at size ${source.sizes.at(-1)} on ${backend.name}: a step needs at least ${
        gigabytes(bytes)
      }, ` +
        `expected at most ${gigabytes(backend.memory.total)}; try a smaller --max-size or fewer --maps`,
    );
  }
}
