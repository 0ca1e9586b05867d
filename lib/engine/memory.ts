/** What fits in memory, and how many examples an engine computes at once. */
import { option, RunError, say } from "../errors.ts";
import type { Network } from "../model/network.ts";
import { parameterCount } from "../model/parameters.ts";
import type { Backend } from "./backend.ts";
import type { Kernels } from "./kernels.ts";

/** Vectors of the parameters' size that a step holds: parameters, gradient and moments, before and after the update. */
const VECTORS = 8;

/** Tensors of a state's size that a step of inference holds at once, with a margin. */
const STATES_HELD = 12;

/** The length of the longest examples of a training, and how many of them make a batch. */
export interface LongestBatch {
  /** Examples. */
  readonly rows: number;
  /** Positions of each. */
  readonly positions: number;
  /** Steps of each. */
  readonly steps: number;
}

/** Throws a {@linkcode RunError} with the figure if a training step of such a batch does not fit; `what` names it. */
export function checkTrainingFits(
  { divide }: Pick<Kernels, "divide">,
  backend: Backend,
  network: Network,
  { rows, positions, steps }: LongestBatch,
  what: string,
): void {
  const { width, maps, layers } = network.spec;
  const shard = divide(network, { rows, positions, lengths: [positions], steps: [steps] });
  const states = 4 * Math.min(rows, shard.rows) * width * positions * maps * layers * steps *
    shard.statesKept;
  const bytes = states + 4 * VECTORS * parameterCount(network.table);
  if (bytes > backend.memory.total) {
    const [given, expected] = [gigabytes(bytes), `at most ${gigabytes(backend.memory.total)}`];
    const reason = `a step needs at least ${given}, expected ${expected}`;
    const advice = say`try a smaller ${option("max_size")} or fewer ${option("maps")}`;
    throw new RunError(say`Cannot train at ${what} on ${backend.name}: ${reason}; ${advice}`, {
      code: "too_large",
      subject: "max_size",
      given,
      expected,
    });
  }
}

/** Elements of a row's state in inference. */
function stateElements(
  { capacity }: Pick<Kernels, "capacity">,
  { spec }: Network,
  positions: number,
): number {
  return spec.width * positions * capacity.maps(spec);
}

/** Examples of one length that are judged together, by one model after the other. */
export function examplesTogether(
  kernels: Pick<Kernels, "capacity">,
  networks: readonly Network[],
  positions: number,
): number {
  const largest = Math.max(...networks.map((network) => stateElements(kernels, network, positions)));
  return Math.max(1, Math.floor(kernels.capacity.elements / largest));
}

/** Throws a {@linkcode RunError} with the figure if an example of that length does not fit. */
export function checkInferenceFits(
  kernels: Pick<Kernels, "capacity">,
  { name, memory: { tensor, total } }: Backend,
  network: Network,
  positions: number,
): void {
  const state = 4 * stateElements(kernels, network, positions);
  const largest = state * kernels.capacity.statesInTensor(network.spec);
  if (largest > tensor || state * STATES_HELD > total) {
    const given = `${gigabytes(largest)} in one tensor and ${gigabytes(state * STATES_HELD)} in all`;
    const expected = `at most ${gigabytes(tensor)} and ${gigabytes(total)}`;
    const what = `a row of ${positions} positions on ${name}`;
    throw new RunError(`Cannot evaluate ${what}: it needs ${given}, expected ${expected}`, {
      code: "too_large",
      given,
      expected,
    });
  }
}

/** A number of bytes for people. */
function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}
