/**
 * The toolkit's own recurrence in WebAssembly, the fastest way without a GPU: it multiplies four numbers at once and
 * keeps an example's state in the cache. Examples are computed one after the other, each for its own length and steps.
 * What a cell computes between its convolutions is printed from its formulas, see stages.ts.
 */
import { tf } from "../../deps.ts";
import { extend, type Key, keyOf } from "../../random.ts";
import { dropThreshold } from "../dropout.ts";
import { bankCount, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { RecurrenceRun } from "../run.ts";
import { noiseKey } from "../state_noise.ts";
import { type ApplicationBuffers, Cell, type Masks } from "./cell.ts";
import { cellAt, filled, Filters } from "./filters.ts";
import { routinesOf } from "./module.ts";
import { allocate, floatsAt, release } from "./memory.ts";

/** The most bytes of pre-activations that are kept for the backward pass; beyond that only input states are kept. */
const MEMORY_BUDGET = 1e9;

/** What is kept of one example for the backward pass. */
interface KeptExample {
  /** The block of memory: for each application its input state and, where these are kept, its pre-activations. */
  readonly start: number;
  /** Bytes that one application takes in the block. */
  readonly bytes: number;
}

/** What the forward pass keeps for the backward pass. */
export interface WasmTrajectory {
  readonly rows: readonly KeptExample[];
  /** Whether pre-activations are kept. */
  readonly keepsPre: boolean;
}

/** The forward pass. Where the trajectory takes more than `budget` bytes, the backward pass computes the pre-activations again. */
export function wasmForward(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
  budget: number = MEMORY_BUDGET,
): { state: tf.Tensor4D; cost: tf.Scalar; trajectory: WasmTrajectory } {
  const values = initial.dataSync<"float32">();
  const last = new Float32Array(values.length);
  using filters = filled(spec, parameters.dataSync<"float32">(), ["forward"]);
  const draw = maskDrawer(spec, run);
  const rows: KeptExample[] = [];
  const keepsPre = bytesToKeep(spec, run) <= budget;
  let cost = 0;
  try {
    run.lengths.forEach((length, row) => {
      using cell = new Cell(spec, length, false);
      const applications = run.steps[row]! * spec.layers;
      const bytes = cell.stateBytes + (keepsPre ? cell.preBytes : 0);
      const kept = { start: allocate(applications * bytes + cell.stateBytes), bytes };
      rows.push(kept);
      const stride = initial.shape[2];
      const first = row * spec.width * stride * spec.maps;
      cell.load(kept.start, "state", values, first, stride);
      withScratch(cell, (scratch) => {
        for (let i = 0; i < applications; i++) {
          const buffers = buffersOf(kept, cell, i, keepsPre ? undefined : scratch);
          cell.clearMargins(buffers.state);
          const masks = draw(cell, row, i, scratch.mask);
          const next = kept.start + (i + 1) * bytes;
          cell.apply(filters.cells[cellAt(spec, i)]!, buffers, next, masks);
          endStep(spec, run, cell, row, i, next);
        }
      });
      cell.store(kept.start + applications * bytes, "state", last, first, stride);
      if (run.saturation) {
        const sums = floatsAt(cell.cost, 4);
        cost += (sums[0]! + sums[1]! + sums[2]! + sums[3]!) / (length * length * run.batch);
      }
    });
  } catch (error) {
    disposeWasm({ rows, keepsPre });
    throw error;
  }
  return {
    state: tf.tensor4d(last, initial.shape),
    cost: tf.scalar(cost),
    trajectory: { rows, keepsPre },
  };
}

/** The gradients, from those of the last state and of the cost. Frees the trajectory. */
export function wasmBackward(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  parameters: tf.Tensor1D,
  trajectory: WasmTrajectory,
  dState: tf.Tensor4D,
  dCost: tf.Scalar,
): { dInitial: tf.Tensor4D; dParameters: tf.Tensor1D } {
  using _trajectory = { [Symbol.dispose]: () => disposeWasm(trajectory) };
  const values = dState.dataSync<"float32">();
  const dInitial = new Float32Array(values.length);
  const weight = run.saturation ? dCost.dataSync<"float32">()[0]! : 0;
  using filters = filled(
    spec,
    parameters.dataSync<"float32">(),
    trajectory.keepsPre ? ["back"] : ["forward", "back"],
  );
  const draw = maskDrawer(spec, run);
  using sums = new Filters(spec, routinesOf(spec), ["forward"]);
  trajectory.rows.forEach((kept, row) => {
    const length = run.lengths[row]!;
    using cell = new Cell(spec, length, true);
    const stride = dState.shape[2];
    const first = row * spec.width * stride * spec.maps;
    cell.load(cell.gradient, "plain", values, first, stride);
    withScratch(cell, (scratch) => {
      for (let i = run.steps[row]! * spec.layers - 1; i >= 0; i--) {
        const buffers = buffersOf(kept, cell, i, trajectory.keepsPre ? undefined : scratch);
        const masks = draw(cell, row, i, scratch.mask);
        const own = cellAt(spec, i);
        if (!trajectory.keepsPre) cell.apply(filters.cells[own]!, buffers, scratch.next, masks);
        const rowWeight = weight / (length * length * run.batch);
        cell.differentiate(filters.cells[own]!, sums.cells[own]!, buffers, masks, rowWeight);
      }
    });
    cell.store(cell.gradient, "plain", dInitial, first, stride);
  });
  return { dInitial: tf.tensor4d(dInitial, dState.shape), dParameters: tf.tensor1d(sums.read()) };
}

/** Frees a trajectory. */
export function disposeWasm(trajectory: WasmTrajectory): void {
  for (const { start } of trajectory.rows) release(start);
}

/** About how many bytes a trajectory takes that keeps everything. */
function bytesToKeep(spec: RecurrenceSpec, run: RecurrenceRun): number {
  const { maps } = routinesOf(spec);
  const perPosition = 4 * (1 + bankCount(spec)) * spec.width * maps;
  return run.lengths.reduce(
    (sum, length, row) => sum + run.steps[row]! * spec.layers * length * perPosition,
    0,
  );
}

/** Arrays that every application overwrites. */
interface Scratch {
  readonly pre: number;
  readonly next: number;
  readonly mask: number;
}

function withScratch(cell: Cell, use: (scratch: Scratch) => void): void {
  const start = allocate(cell.preBytes + cell.plainBytes + cell.stateBytes);
  const mask = start + cell.preBytes;
  try {
    use({ pre: start, mask, next: mask + cell.plainBytes });
  } finally {
    release(start);
  }
}

function buffersOf(
  kept: KeptExample,
  cell: Cell,
  i: number,
  scratch: Scratch | undefined,
): ApplicationBuffers {
  const state = kept.start + i * kept.bytes;
  return { state, pre: scratch?.pre ?? state + cell.stateBytes };
}

/** Adds the run's noise to the state `next` after application i of an example, and rounds it, where that ends a step. */
function endStep(
  spec: RecurrenceSpec,
  { noise, rounds }: RecurrenceRun,
  cell: Cell,
  row: number,
  i: number,
  next: number,
): void {
  if (i % spec.layers < spec.layers - 1) return;
  if (noise !== undefined) {
    const key = noiseKey(noise, row, Math.floor(i / spec.layers));
    cell.addNoise(next, columnKeys(spec, key), Math.fround(noise.scale));
  }
  if (rounds && spec.state_levels > 0) cell.round(next);
}

/** The keys of the columns of an example's state. */
function columnKeys({ width }: RecurrenceSpec, key: Key): Key[] {
  return Array.from({ length: width }, (_, column) => extend(key, column));
}

/** Returns a function that draws the dropout masks of application i of an example, at `place` where units are dropped. */
function maskDrawer(
  spec: RecurrenceSpec,
  { dropout }: RecurrenceRun,
): (cell: Cell, row: number, i: number, place: number) => Masks {
  if (dropout === undefined) return ({ ones }) => ({ candidate: ones, state: ones });
  const { on, rate, firstExample } = dropout;
  const stepKey = extend(keyOf(dropout.seed, "dropout"), dropout.trainingStep);
  const kept = Math.fround(1 / (1 - rate));
  return (cell, row, i, place) => {
    const none = { candidate: cell.ones, state: cell.ones };
    const layer = i % spec.layers;
    if (on === "state" && layer < spec.layers - 1) return none;
    const t = Math.floor(i / spec.layers);
    const key = extend(stepKey, firstExample + row, on === "state" ? 0 : layer, t);
    cell.dropMask(place, columnKeys(spec, key), dropThreshold(rate), kept);
    return { ...none, [on]: place };
  };
}
