/**
 * The unrolled recurrence and its hand-derived gradient in plain tfjs operations, for any backend: the readable
 * reference of every faster version.
 *
 *     r = gate(conv(s, W_r) + b_r)      g = gate(conv(s, W_g) + b_g)      c = act(conv(r⊙s, W_c) + b_c)
 *     s' = g ⊙ shift(s) + (1 − g) ⊙ drop(c) + noise
 *
 * (Freivalds & Liepins 2017; without shift and with g written u, Kaiser & Sutskever 2015, section 2.)
 */
import { tf } from "../../deps.ts";
import { excess, excessSign } from "./activations.ts";
import { type Bank, bankActivations, type CellBanks, cutBanks, flipped } from "./banks.ts";
import { dropoutMask } from "../dropout.ts";
import { rounded } from "./levels.ts";
import { type Rows, rowsOf } from "./rows.ts";
import { type Shift, shiftOf } from "./shift.ts";
import type { Dropout, RecurrenceRun, RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { stateNoise } from "../state_noise.ts";
import { WeightGradient } from "./weight_gradient.ts";

/** Bytes that the forward pass may keep for the backward pass before it keeps input states alone. */
const MEMORY_BUDGET = 1e9;

/** The activations within one application of a cell: all that the backward pass needs beside its input. */
interface Gates {
  readonly r: tf.Tensor4D;
  readonly g: tf.Tensor4D;
  readonly c: tf.Tensor4D;
  /** r ⊙ s, the candidate's input. */
  readonly rs: tf.Tensor4D;
}

/** One application of a cell, kept for the backward pass. Without gates they are computed again there. */
interface Application {
  readonly s: tf.Tensor4D;
  readonly gates: Gates | undefined;
  /** The mask of the candidate, where units are dropped and the gates are kept. */
  readonly drop: tf.Tensor4D | undefined;
}

/** What the forward pass keeps for the backward pass, in order of time. */
export interface Trajectory {
  readonly applications: Application[];
}

/** Convolution with a bank, bias included. */
function convolve(input: tf.Tensor4D, { filter, bias }: Bank): tf.Tensor4D {
  return tf.add(tf.conv2d(input, filter, 1, "same"), bias);
}

/** Gates and candidate of one application; `observe` sees the three pre-activations on the way. */
function gatesOf(
  spec: RecurrenceSpec,
  banks: CellBanks,
  s: tf.Tensor4D,
  observe?: (bank: number, p: tf.Tensor4D) => void,
): Gates {
  const act = (bank: 0 | 1 | 2, input: tf.Tensor4D) => {
    const p = convolve(input, banks[bank]);
    observe?.(bank, p);
    return bankActivations(spec)[bank].apply(p);
  };
  const r = act(0, s);
  const g = act(1, s);
  const rs: tf.Tensor4D = tf.mul(r, s);
  return { r, g, c: act(2, rs), rs };
}

/** g ⊙ shift(s) + (1 − g) ⊙ c. */
function blend(g: tf.Tensor4D, shifted: tf.Tensor4D, c: tf.Tensor4D): tf.Tensor4D {
  return tf.add(tf.mul(g, tf.sub(shifted, c)), c);
}

/** One step without dropout and without a trace: all layers in turn, padding zeroed, rounded. For inference. */
export function plainStep(
  spec: RecurrenceSpec,
  banks: readonly CellBanks[],
  shift: Shift,
  mask: tf.Tensor4D | undefined,
  state: tf.Tensor4D,
  t: number,
): tf.Tensor4D {
  for (let layer = 0; layer < spec.layers; layer++) {
    const { g, c } = gatesOf(spec, banks[cellIndex(spec, layer, t)]!, state);
    state = masked(blend(g, shift.forward(state), c), mask);
  }
  return rounded(spec, state);
}

function cellIndex(spec: RecurrenceSpec, layer: number, t: number): number {
  return (t % spec.sets) * spec.layers + layer;
}

function masked(x: tf.Tensor4D, mask: tf.Tensor4D | undefined): tf.Tensor4D {
  return mask === undefined ? x : tf.mul(x, mask);
}

/** The dropout mask for one place of the recurrence, where the run drops units there. */
function dropped(
  dropout: Dropout | undefined,
  on: Dropout["on"],
  layer: number,
  t: number,
  state: tf.Tensor4D,
): tf.Tensor4D | undefined {
  return dropout === undefined || dropout.on !== on ? undefined : dropoutMask(dropout, layer, t, state.shape);
}

/** What the forward pass yields: the last state, the saturation cost (a scalar) and the trajectory. */
export interface Forward {
  readonly state: tf.Tensor4D;
  readonly cost: tf.Scalar;
  readonly trajectory: Trajectory;
}

/**
 * Runs all steps from `initial` `[batch, width, positions, maps]`. The trajectory is kept until `backward` frees it; the
 * gates are part of it where that takes `budget` bytes at most.
 */
export function forward(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
  budget: number = MEMORY_BUDGET,
): Forward {
  const trajectory: Trajectory = { applications: [] };
  const [state, cost] = tf.tidy(() => {
    const rows = rowsOf(run, initial.shape[2]);
    const banks = cutBanks(spec, parameters);
    const shift = shiftOf(spec);
    const keepGates = 6 * 4 * initial.size * spec.layers * rows.steps <= budget;
    const cost = run.saturation ? new SaturationCost(spec, rows) : undefined;
    let state = initial.clone();
    for (let t = 0; t < rows.steps; t++) {
      const active = rows.active(t);
      const before = state;
      state = tf.tidy(() => {
        for (let layer = 0; layer < spec.layers; layer++) {
          const s = tf.keep(state);
          const gates = gatesOf(
            spec,
            banks[cellIndex(spec, layer, t)]!,
            s,
            cost && ((bank, p) => cost.add(bank, p, active)),
          );
          const drop = dropped(run.dropout, "candidate", layer, t, s);
          trajectory.applications.push({
            s,
            gates: keepGates ? keepAll(gates) : undefined,
            drop: keepGates && drop !== undefined ? tf.keep(drop) : undefined,
          });
          const c: tf.Tensor4D = drop === undefined ? gates.c : tf.mul(gates.c, drop);
          state = masked(blend(gates.g, shift.forward(s), c), rows.mask);
        }
        const drop = dropped(run.dropout, "state", 0, t, state);
        if (drop !== undefined) state = tf.mul(state, drop);
        if (run.noise !== undefined) {
          state = masked(tf.add(state, stateNoise(run.noise, t, state.shape)), rows.mask);
        }
        return active === undefined
          ? state
          : tf.add(tf.mul(active, state), tf.mul(tf.sub(1, active), before));
      });
    }
    return [state, cost?.finish() ?? tf.scalar(0)];
  });
  return { state, cost, trajectory };
}

/** Frees a trajectory whose gradient is not wanted. */
export function disposeTrajectory(trajectory: Trajectory): void {
  tf.dispose(trajectory.applications.map(({ s, gates, drop }) => [s, gates ? { ...gates } : [], drop ?? []]));
  trajectory.applications.length = 0;
}

/**
 * The gradients of the initial state and of the parameters, from those of the last state and of the saturation cost.
 * Frees the trajectory.
 */
export function backward(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  parameters: tf.Tensor1D,
  trajectory: Trajectory,
  dState: tf.Tensor4D,
  dCost: tf.Scalar,
): { dInitial: tf.Tensor4D; dParameters: tf.Tensor1D } {
  const weights = new WeightGradient(spec);
  const acts = bankActivations(spec);
  const dInitial = tf.tidy(() => {
    const rows = rowsOf(run, dState.shape[2]);
    const banks = cutBanks(spec, parameters);
    const flips = banks.map((cell) => cell.map(({ filter }) => flipped(filter)));
    const shift = shiftOf(spec);
    const costWeight = tf.mul(rows.saturationWeight, dCost);
    const byBank = acts.map((act) => tf.div(costWeight, act.scale));
    let d = dState;
    for (let t = rows.steps - 1; t >= 0; t--) {
      const active = rows.active(t);
      const after = d;
      d = tf.tidy(() => {
        if (active !== undefined) d = tf.mul(d, active);
        const drop = dropped(run.dropout, "state", 0, t, d);
        if (drop !== undefined) d = tf.mul(d, drop);
        for (let layer = spec.layers - 1; layer >= 0; layer--) {
          const cell = cellIndex(spec, layer, t);
          const { s, gates, drop: kept } = trajectory.applications.pop()!;
          const { r, g, c, rs } = gates ?? gatesOf(spec, banks[cell]!, s);
          const weighted = (bank: 0 | 1 | 2) =>
            active === undefined ? byBank[bank]! : tf.mul(byBank[bank]!, active);
          /** Through an activation: the gradient of a becomes that of p, with the saturation cost's added. */
          const through = (bank: 0 | 1 | 2, a: tf.Tensor4D, da: tf.Tensor4D): tf.Tensor4D => {
            const dp: tf.Tensor4D = tf.mul(da, acts[bank].slope(a));
            return run.saturation ? tf.add(dp, tf.mul(excessSign(acts[bank], a), weighted(bank))) : dp;
          };
          d = masked(d, rows.mask);
          const drop = kept ?? dropped(run.dropout, "candidate", layer, t, s);
          const droppedC: tf.Tensor4D = drop === undefined ? c : tf.mul(c, drop);
          const dShifted: tf.Tensor4D = tf.mul(d, g);
          const dDropped: tf.Tensor4D = tf.sub(d, dShifted);
          const dpCandidate = through(2, c, drop === undefined ? dDropped : tf.mul(dDropped, drop));
          const dpGate = through(1, g, tf.mul(d, tf.sub(shift.forward(s), droppedC)));
          const drs = tf.conv2d(dpCandidate, flips[cell]![2]!, 1, "same");
          const dpReset = through(0, r, tf.mul(drs, s));
          d = tf.addN([
            tf.mul(drs, r),
            shift.backward(dShifted),
            tf.conv2d(dpReset, flips[cell]![0]!, 1, "same"),
            tf.conv2d(dpGate, flips[cell]![1]!, 1, "same"),
          ]);
          weights.add(cell, s, rs, [dpReset, dpGate, dpCandidate]);
          if (gates !== undefined) tf.dispose([r, g, c, ...(kept ? [kept] : [])]);
        }
        return active === undefined ? d : tf.add(d, tf.mul(tf.sub(1, active), after));
      });
    }
    return d === dState ? d.clone() : d;
  });
  return { dInitial, dParameters: weights.finish(acts.map((act) => act.scale)) };
}

function keepAll(gates: Gates): Gates {
  return { r: tf.keep(gates.r), g: tf.keep(gates.g), c: tf.keep(gates.c), rs: tf.keep(gates.rs) };
}

/** Σ relu(|pre| − 0.9) over the units that count, weighted by row; sums over steps stay element-wise until the end. */
class SaturationCost {
  readonly #acts: ReturnType<typeof bankActivations>;
  readonly #rows: Rows;
  readonly #sums: (tf.Tensor4D | undefined)[] = [undefined, undefined, undefined];

  constructor(spec: RecurrenceSpec, rows: Rows) {
    this.#acts = bankActivations(spec);
    this.#rows = rows;
  }

  add(bank: number, p: tf.Tensor4D, active: tf.Tensor4D | undefined): void {
    const sum = this.#sums[bank];
    this.#sums[bank] = tf.tidy(() => {
      const own = excess(this.#acts[bank]!, p);
      const counted: tf.Tensor4D = active === undefined ? own : tf.mul(own, active);
      return tf.keep(sum === undefined ? counted : tf.add(sum, counted));
    });
    sum?.dispose();
  }

  finish(): tf.Scalar {
    const total = tf.addN(
      this.#sums.map((sum, bank) =>
        tf.sum(tf.mul(tf.div(sum!, this.#acts[bank]!.scale), this.#rows.saturationWeight))
      ),
    ) as tf.Scalar;
    tf.dispose(this.#sums as tf.Tensor[]);
    return total;
  }
}
