/**
 * The recurrence in the tfjs operations that a user of tfjs would write, differentiated by tfjs's own tape. Tests check
 * all kernels against it, and `bench` compares their speed with its own.
 */
import { tf } from "../../deps.ts";
import type { CompiledCell } from "../../cells/compile.ts";
import { ARRAYS } from "../../cells/stage.ts";
import { cellOf } from "../../cells/table.ts";
import { bankCount, bankSize, filterSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { dropoutMask } from "../dropout.ts";
import { partsOf, unitOf } from "../levels.ts";
import type { RecurrenceRun } from "../run.ts";
import { shiftedMaps } from "../shift.ts";
import { stateNoise } from "../state_noise.ts";
import { conv2d } from "./conv2d.ts";
import { computed } from "./formulas.ts";
import { type Rows, rowsOf } from "./rows.ts";

type State = tf.Tensor4D;

/** A filter `[kernel_width, kernel_length, maps, maps]` and its bias `[maps]`. */
export interface Bank {
  /** The convolution's filter. */
  readonly filter: tf.Tensor4D;
  /** Added to every position. */
  readonly bias: tf.Tensor1D;
}

/** Cuts the flat parameter vector into the banks of each cell. */
export function cutCells(spec: RecurrenceSpec, parameters: tf.Tensor1D): Bank[][] {
  const { kernel_width, kernel_length, maps } = spec;
  return Array.from(
    { length: spec.sets * spec.layers },
    (_, cell) =>
      Array.from({ length: bankCount(spec) }, (_, bank) => {
        const start = (cell * bankCount(spec) + bank) * bankSize(spec);
        const filter = tf.slice(parameters, start, filterSize(spec));
        return {
          filter: tf.reshape(filter, [kernel_width, kernel_length, maps, maps]),
          bias: tf.slice(parameters, start + filterSize(spec), maps),
        };
      }),
  );
}

/** The state with a third of its maps moved in each direction. */
function shift(state: State): State {
  const [rows, width, positions, maps] = state.shape;
  const third = shiftedMaps(maps);
  if (third === 0) return state; // no map moves
  const [up, down, stay] = tf.split(state, [third, third, maps - 2 * third], 3) as [State, State, State];
  const zero = tf.zeros([rows, width, 1, third]) as State;
  const kept = [rows, width, positions - 1, third] as [number, number, number, number];
  return tf.concat([
    tf.concat([zero, tf.slice(up, 0, kept)], 2),
    tf.concat([tf.slice(down, [0, 0, 1, 0], kept), zero], 2),
    stay,
  ], 3);
}

/** What an application does besides the formulas. */
interface Beside {
  /** Called with how far pre-activations exceed the saturation limit, for the saturation cost. */
  onExcess?(excess: State): void;
  /** Drops units of the candidate. */
  drop?(candidate: State): State;
}

/** One application of a cell, whose result is zero in the padding. */
function apply(
  { phases, forward }: CompiledCell,
  banks: readonly Bank[],
  rows: Rows,
  state: State,
  { onExcess, drop }: Beside,
): State {
  const known = new Map([[ARRAYS.state as string, state]]);
  const read = (name: string): State => {
    if (name === ARRAYS.shifted && !known.has(name)) known.set(name, shift(state));
    return known.get(name)!;
  };
  let input = state;
  phases.forEach(({ first, count }, phase) => {
    banks.slice(first, first + count).forEach(({ filter, bias }, i) =>
      known.set(ARRAYS.pre(first + i), tf.add(conv2d(input, filter), bias))
    );
    const outputs = forward[phase]!.outputs.filter(({ array }) => onExcess || array !== ARRAYS.excess);
    const values = computed(outputs.map(({ value }) => value), { read, ...(drop && { drop }) });
    outputs.forEach(({ array }, i) => {
      if (array === ARRAYS.excess) onExcess!(values[i]!);
      else if (array.startsWith("kept")) known.set(array, values[i]!);
      else input = masked(values[i]!, rows);
    });
  });
  return input;
}

/** The cells of step t, one for each layer. */
function cellsAt<Cell>({ sets, layers }: RecurrenceSpec, cells: readonly Cell[], t: number): readonly Cell[] {
  const first = (t % sets) * layers;
  return cells.slice(first, first + layers);
}

function masked(state: State, { mask }: Rows): State {
  return mask === undefined ? state : tf.mul(state, mask);
}

/** The new state of the rows that take step t; the others stay as they are. */
function where(active: tf.Tensor4D | undefined, after: State, before: State): State {
  return active === undefined ? after : tf.add(tf.mul(active, after), tf.mul(tf.sub(1, active), before));
}

/** One step of inference: all layers in turn, padding zeroed, rounded to the spec's levels. */
export function inferenceStep(
  spec: RecurrenceSpec,
  cells: readonly (readonly Bank[])[],
  rows: Rows,
  state: State,
  t: number,
): State {
  let after = state;
  const cell = cellOf(spec);
  for (const banks of cellsAt(spec, cells, t)) after = apply(cell, banks, rows, after, {});
  return where(rows.active(t), rounded(spec, after), state);
}

/** The state rounded to the spec's levels. */
function rounded({ state_levels: levels }: RecurrenceSpec, state: State): State {
  return levels === 0 ? state : tf.mul(tf.round(tf.mul(state, partsOf(levels))), unitOf(levels));
}

/** The same, with a gradient that passes as though nothing were rounded. */
function roundedStraightThrough(spec: RecurrenceSpec, state: State): State {
  const straight = tf.customGrad((x) => ({
    value: rounded(spec, x as State),
    gradFunc: (dy: tf.Tensor) => dy,
  }));
  return straight(state) as State;
}

/** Drops units of a layer at step t. */
export type Drop = (units: State, layer: number, t: number) => State;

/** The masks that every engine draws. */
function drawnMasks(run: RecurrenceRun): Drop {
  return (units, layer, t) => tf.mul(units, dropoutMask(run.dropout!, layer, t, units.shape));
}

/**
 * The recurrence; for the shapes see `recurrence` in ../recurrence.ts. `drop` may be tfjs's own dropout where masks need
 * not be the same ones on every engine.
 */
export function referenceRecurrence(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
  drop: Drop = drawnMasks(run),
): { state: tf.Tensor4D; cost: tf.Scalar } {
  return tf.tidy(() => {
    const cell = cellOf(spec);
    const cells = cutCells(spec, parameters);
    const rows = rowsOf(run, initial.shape[2]);
    let cost = tf.scalar(0);
    let state = initial;
    for (let t = 0; t < rows.steps; t++) {
      const active = rows.active(t);
      const weight = active === undefined ? rows.saturationWeight : tf.mul(rows.saturationWeight, active);
      const onExcess = (excess: State) => {
        cost = tf.add(cost, tf.sum(tf.mul(excess, weight)));
      };
      const before = state;
      cellsAt(spec, cells, t).forEach((banks, layer) => {
        state = apply(cell, banks, rows, state, {
          ...(run.saturation && { onExcess }),
          ...(run.dropout?.on === "candidate" && { drop: (candidate) => drop(candidate, layer, t) }),
        });
      });
      if (run.dropout?.on === "state") state = drop(state, 0, t);
      if (run.noise !== undefined) state = masked(tf.add(state, stateNoise(run.noise, t, state.shape)), rows);
      if (run.rounds) state = roundedStraightThrough(spec, state);
      state = where(active, state, before);
    }
    return { state: state === initial ? initial.clone() : state, cost };
  });
}
