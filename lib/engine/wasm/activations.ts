import { type SaturatedValues, saturatedValues } from "../saturation.ts";
import { type RecurrenceSpec, SATURATION_LIMIT } from "../../model/recurrence_spec.ts";
import { all, type Code, f32x4, get, i32x4, type Local, type Routine, set, v128 } from "./assembler.ts";

/** The formulas of an activation a = f(pre), computed for four numbers at once. */
interface Formulas {
  /** Replaces `x` by f(x). */
  apply(x: Local): Code;
  /** f′, as an expression of a. */
  slope(a: Code): Code;
}

/** An activation, with the bounds beyond which it counts as saturated. */
export interface VectorActivation extends Formulas {
  readonly saturated: SaturatedValues;
}

const constant = f32x4.const;

/** x within [low, high]. */
function clip(x: Code, low: number, high: number): Code {
  return f32x4.min(f32x4.max(x, constant(low)), constant(high));
}

/** `value` where low < a < high, else 0. */
function inside(a: Code, low: number, high: number, value: Code): Code {
  return v128.and(v128.and(f32x4.gt(a, constant(low)), f32x4.lt(a, constant(high))), value);
}

const hardSigmoid: Formulas = {
  apply: (x) => set(x, clip(f32x4.multiplyAdd(get(x), constant(0.5), constant(0.5)), 0, 1)),
  slope: (a) => inside(a, 0, 1, constant(0.5)),
};

const hardTanh: Formulas = {
  apply: (x) => set(x, clip(get(x), -1, 1)),
  slope: (a) => inside(a, -1, 1, constant(1)),
};

/** 1.5·2^23. Adding a small number to it rounds that to a whole one, which is then in the lowest bits of the sum. */
const ROUNDER = 12582912;
/** Coefficients of e^x on ± ln 2/2, to within an f32 (Cephes, expf). */
const POWERS = [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5];

/** Replaces x by σ(scale·x) = 1/(1 + e^(−scale·x)). */
function logistic(x: Local, scale: number, power: Local): Code {
  const { multiplyAdd, sub, add } = f32x4;
  const whole = sub(get(power), constant(ROUNDER));
  const polynomial = POWERS.slice(1).reduce(
    (sum, next) => multiplyAdd(sum, get(x), constant(next)),
    constant(POWERS[0]!),
  );
  const one = constant(1);
  return all(
    set(x, clip(f32x4.mul(get(x), constant(-scale)), -87, 87)),
    set(power, multiplyAdd(get(x), constant(Math.LOG2E), constant(ROUNDER))),
    // x − whole·ln 2, where ln 2 is split into two parts to lose no precision.
    set(x, multiplyAdd(whole, constant(-0.693359375), get(x))),
    set(x, multiplyAdd(whole, constant(2.12194440e-4), get(x))),
    set(x, multiplyAdd(polynomial, f32x4.mul(get(x), get(x)), add(get(x), one))),
    set(power, i32x4.add(i32x4.shl(get(power), 23), i32x4.const(127 << 23, 127 << 23, 127 << 23, 127 << 23))),
    set(x, f32x4.div(one, multiplyAdd(get(x), get(power), one))),
  );
}

function cutOffSigmoid(cutoff: number, power: Local): Formulas {
  const reach = 1 + 2 * cutoff;
  return {
    apply: (x) =>
      all(
        logistic(x, 1, power),
        set(x, clip(f32x4.multiplyAdd(get(x), constant(reach), constant(-cutoff)), 0, 1)),
      ),
    // reach σ (1 − σ), where σ = (a + cutoff)/reach.
    slope: (a) => {
      const sigma = f32x4.mul(f32x4.add(a, constant(cutoff)), constant(1 / reach));
      const slope = f32x4.mul(f32x4.mul(sigma, f32x4.sub(constant(1), sigma)), constant(reach));
      return inside(a, 0, 1, slope);
    },
  };
}

function tanh(power: Local): Formulas {
  return {
    apply: (x) =>
      all(
        logistic(x, 2, power),
        set(x, f32x4.multiplyAdd(get(x), constant(2), constant(-1))),
      ),
    slope: (a) => f32x4.sub(constant(1), f32x4.mul(a, a)),
  };
}

/** The gates' and the candidate's activation of a cell, for use in one routine. */
export function vectorActivations(
  shape: Pick<RecurrenceSpec, "cell" | "gate_cutoff">,
  routine: Routine,
): { gate: VectorActivation; candidate: VectorActivation } {
  const { gate: ofGate, candidate: ofCandidate } = saturatedValues(shape);
  if (shape.cell === "diagonal") {
    return {
      gate: { ...hardSigmoid, saturated: ofGate },
      candidate: { ...hardTanh, saturated: ofCandidate },
    };
  }
  const power = routine.local("v128");
  return {
    gate: { ...cutOffSigmoid(shape.gate_cutoff, power), saturated: ofGate },
    candidate: { ...tanh(power), saturated: ofCandidate },
  };
}

/** relu(|pre| − 0.9). */
export function excess(pre: Code): Code {
  return f32x4.max(f32x4.sub(f32x4.abs(pre), constant(SATURATION_LIMIT)), constant(0));
}

/** `weight` times the sign of pre where |pre| > 0.9, otherwise 0, computed from a. */
export function excessSlope({ saturated: [low, high] }: VectorActivation, a: Code, weight: Code): Code {
  return f32x4.sub(
    v128.and(f32x4.gt(a, constant(high)), weight),
    v128.and(f32x4.lt(a, constant(low)), weight),
  );
}
