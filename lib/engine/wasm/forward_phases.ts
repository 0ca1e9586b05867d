import { excess, vectorActivations } from "./activations.ts";
import { all, f32x4, get, Routine, set, v128 } from "./assembler.ts";
import { forEachQuad, moved, type PhaseShape } from "./elementwise.ts";

/**
 * `(gates, state, resetState, cost, positions)`: replaces the gates' pre-activations by the gates, and writes r ⊙ s. Adds
 * how far pre-activations exceed the saturation limit to the four numbers at `cost`.
 */
export function reset(shape: PhaseShape): Routine {
  const routine = new Routine("reset");
  const [gates, state, resetState, cost, positions] = routine.parameters(5);
  const [r, g, sum] = routine.locals(3, "v128");
  const { gate } = vectorActivations(shape, routine);
  const { maps } = shape;
  return routine.does(
    set(sum, v128.load(get(cost))),
    forEachQuad(routine, shape, positions, [
      { local: gates, maps: 2 * maps },
      { local: state, maps },
      { local: resetState, maps },
    ], () =>
      all(
        set(r, v128.load(get(gates))),
        set(g, v128.load(get(gates), maps * 4)),
        set(sum, f32x4.add(get(sum), f32x4.add(excess(get(r)), excess(get(g))))),
        gate.apply(r),
        gate.apply(g),
        v128.store(get(gates), get(r)),
        v128.store(get(gates), get(g), maps * 4),
        v128.store(get(resetState), f32x4.mul(get(r), v128.load(get(state)))),
      )),
    v128.store(get(cost), get(sum)),
  );
}

/**
 * `(gates, candidate, state, next, candidateMask, stateMask, masks, cost, positions)`: replaces the candidate's
 * pre-activation by the candidate, and writes the next state.
 */
export function blend(shape: PhaseShape): Routine {
  const routine = new Routine("blend");
  const [gates, candidate, state, next, candidateMask, stateMask, masks, cost, positions] = routine
    .parameters(9);
  const [c, sum] = routine.locals(2, "v128");
  const activation = vectorActivations(shape, routine).candidate;
  const { maps } = shape;
  return routine.does(
    set(sum, v128.load(get(cost))),
    forEachQuad(routine, shape, positions, [
      { local: gates, maps: 2 * maps },
      ...[candidate, state, next, candidateMask, stateMask].map((local) => ({ local, maps })),
    ], (quad) =>
      all(
        set(c, v128.load(get(candidate))),
        set(sum, f32x4.add(get(sum), excess(get(c)))),
        activation.apply(c),
        v128.store(get(candidate), get(c)),
        set(c, f32x4.mul(get(c), v128.load(get(candidateMask)))),
        v128.store(
          get(next),
          f32x4.mul(
            f32x4.multiplyAdd(
              v128.load(get(gates), maps * 4),
              f32x4.sub(moved(shape, state, masks, quad, "before"), get(c)),
              get(c),
            ),
            v128.load(get(stateMask)),
          ),
        ),
      )),
    v128.store(get(cost), get(sum)),
  );
}

/** `(state, positions, parts, unit)`: rounds a column of a state to whole multiples of `unit`, which is 1/`parts`. */
export function round(shape: PhaseShape): Routine {
  const routine = new Routine("round");
  const [state, positions] = routine.parameters(2);
  const [parts, unit] = [routine.parameter("f32"), routine.parameter("f32")];
  const { maps } = shape;
  return routine.does(
    forEachQuad(routine, shape, positions, [{ local: state, maps }], () =>
      v128.store(
        get(state),
        f32x4.mul(
          f32x4.nearest(f32x4.mul(v128.load(get(state)), f32x4.splat(get(parts)))),
          f32x4.splat(get(unit)),
        ),
      )),
  );
}
