/**
 * The recurrence as the papers print it, in the tfjs operations that a user of tfjs would write, differentiated by
 * tfjs's own tape. Tests check all kernels against it, and `bench` compares their speed with its own.
 *
 *     r = gate(conv(s, W_r) + b_r)      g = gate(conv(s, W_g) + b_g)      c = act(conv(r⊙s, W_c) + b_c)
 *     s' = g ⊙ shift(s) + (1 − g) ⊙ drop(c) + noise
 *
 * (Freivalds & Liepins 2017; without shift and with g written u, Kaiser & Sutskever 2015, section 2.)
 */
import { tf } from "../../deps.ts";
import {
  BANKS,
  bankSize,
  filterSize,
  type RecurrenceSpec,
  SATURATION_LIMIT,
} from "../../model/recurrence_spec.ts";
import { dropoutMask } from "../dropout.ts";
import { partsOf, unitOf } from "../levels.ts";
import type { RecurrenceRun } from "../run.ts";
import { shiftedMaps } from "../shift.ts";
import { stateNoise } from "../state_noise.ts";
import { conv2d } from "./conv2d.ts";
import { type Rows, rowsOf } from "./rows.ts";

type State = tf.Tensor4D;

/** A filter `[kernel_width, kernel_length, maps, maps]` and its bias `[maps]`. */
export interface Bank {
  /** The convolution's filter. */
  readonly filter: tf.Tensor4D;
  /** Added to every position. */
  readonly bias: tf.Tensor1D;
}

/** Cuts the flat parameter vector into cells of three banks. */
export function cutCells(spec: RecurrenceSpec, parameters: tf.Tensor1D): Bank[][] {
  const { kernel_width, kernel_length, maps } = spec;
  return Array.from({ length: spec.sets * spec.layers }, (_, cell) =>
    BANKS.map((_, bank) => {
      const start = (cell * BANKS.length + bank) * bankSize(spec);
      const filter = tf.slice(parameters, start, filterSize(spec));
      return {
        filter: tf.reshape(filter, [kernel_width, kernel_length, maps, maps]),
        bias: tf.slice(parameters, start + filterSize(spec), maps),
      };
    }));
}

const hardSigmoid = (pre: State): State => tf.clipByValue(tf.add(tf.mul(pre, 0.5), 0.5), 0, 1);
const hardTanh = (pre: State): State => tf.clipByValue(pre, -1, 1);
const cutOffSigmoid = (cutoff: number) => (pre: State): State =>
  tf.clipByValue(tf.sub(tf.mul(tf.sigmoid(pre), 1 + 2 * cutoff), cutoff), 0, 1);
const tanh = (pre: State): State => tf.tanh(pre);

/** The diagonal cell's carried state. */
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

/** What an application does besides the formula. */
interface Beside {
  /** Called with the pre-activations of each bank, for the saturation cost. */
  onPreActivation?(pre: State): void;
  /** Drops units of the candidate. */
  drop?(candidate: State): State;
}

/** One application of a cell. */
function apply(spec: RecurrenceSpec, banks: readonly Bank[], s: State, beside: Beside): State {
  const diagonal = spec.cell === "diagonal";
  const gate = diagonal ? hardSigmoid : cutOffSigmoid(spec.gate_cutoff);
  const activate = diagonal ? hardTanh : tanh;
  const preActivation = (input: State, bank: number): State => {
    const pre: State = tf.add(conv2d(input, banks[bank]!.filter), banks[bank]!.bias);
    beside.onPreActivation?.(pre);
    return pre;
  };
  const r = gate(preActivation(s, 0));
  const g = gate(preActivation(s, 1));
  const c = activate(preActivation(tf.mul(r, s), 2));
  const carried = diagonal ? shift(s) : s;
  return tf.add(tf.mul(g, carried), tf.mul(tf.sub(1, g), beside.drop?.(c) ?? c));
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
  for (const banks of cellsAt(spec, cells, t)) after = masked(apply(spec, banks, after, {}), rows);
  const levels = spec.state_levels;
  if (levels > 0) after = tf.mul(tf.round(tf.mul(after, partsOf(levels))), unitOf(levels));
  return where(rows.active(t), after, state);
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
    const cells = cutCells(spec, parameters);
    const rows = rowsOf(run, initial.shape[2]);
    let cost = tf.scalar(0);
    let state = initial;
    for (let t = 0; t < rows.steps; t++) {
      const active = rows.active(t);
      const weight = active === undefined ? rows.saturationWeight : tf.mul(rows.saturationWeight, active);
      const onPreActivation = (pre: State) => {
        const excess = tf.relu(tf.sub(tf.abs(pre), SATURATION_LIMIT));
        cost = tf.add(cost, tf.sum(tf.mul(excess, weight)));
      };
      const before = state;
      cellsAt(spec, cells, t).forEach((banks, layer) => {
        state = masked(
          apply(spec, banks, state, {
            ...(run.saturation && { onPreActivation }),
            ...(run.dropout?.on === "candidate" && { drop: (candidate) => drop(candidate, layer, t) }),
          }),
          rows,
        );
      });
      if (run.dropout?.on === "state") state = drop(state, 0, t);
      if (run.noise !== undefined) state = masked(tf.add(state, stateNoise(run.noise, t, state.shape)), rows);
      state = where(active, state, before);
    }
    return { state: state === initial ? initial.clone() : state, cost };
  });
}
