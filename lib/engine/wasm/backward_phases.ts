import { excessSlope, vectorActivations } from "./activations.ts";
import { all, f32x4, get, Routine, set, v128 } from "./assembler.ts";
import { forEachQuad, moved, type PhaseShape } from "./elementwise.ts";

/**
 * `(gradient, gates, candidate, state, candidateMask, stateMask, masks, dCandidate, dGates, dShifted, positions,
 * weight)`: computes, from the gradient of the next state, the gradients of the pre-activations of c and g, and of the
 * shifted state. `weight` is the weight of the saturation cost.
 */
export function throughBlend(shape: PhaseShape): Routine {
  const routine = new Routine("throughBlend");
  const [
    gradient,
    gates,
    candidate,
    state,
    candidateMask,
    stateMask,
    masks,
    dCandidate,
    dGates,
    dShifted,
    positions,
  ] = routine.parameters(11);
  const weight = routine.parameter("f32");
  const [d, g, c, drop, shifted, saturation] = routine.locals(6, "v128");
  const acts = vectorActivations(shape, routine);
  const { maps } = shape;
  return routine.does(
    set(saturation, f32x4.splat(get(weight))),
    forEachQuad(routine, shape, positions, [
      { local: gates, maps: 2 * maps },
      { local: dGates, maps: 2 * maps },
      ...[gradient, candidate, state, candidateMask, stateMask, dCandidate, dShifted]
        .map((local) => ({ local, maps })),
    ], (quad) =>
      all(
        set(d, f32x4.mul(v128.load(get(gradient)), v128.load(get(stateMask)))),
        set(g, v128.load(get(gates), maps * 4)),
        set(c, v128.load(get(candidate))),
        set(drop, v128.load(get(candidateMask))),
        set(shifted, f32x4.mul(get(d), get(g))),
        v128.store(get(dShifted), get(shifted)),
        v128.store(
          get(dCandidate),
          f32x4.multiplyAdd(
            f32x4.mul(f32x4.sub(get(d), get(shifted)), get(drop)),
            acts.candidate.slope(get(c)),
            excessSlope(acts.candidate, get(c), get(saturation)),
          ),
        ),
        v128.store(
          get(dGates),
          f32x4.multiplyAdd(
            f32x4.mul(
              get(d),
              f32x4.sub(moved(shape, state, masks, quad, "before"), f32x4.mul(get(c), get(drop))),
            ),
            acts.gate.slope(get(g)),
            excessSlope(acts.gate, get(g), get(saturation)),
          ),
          maps * 4,
        ),
      )),
  );
}

/**
 * `(dResetState, gates, state, dShifted, masks, dGates, resetState, gradient, positions, weight)`: computes, from the
 * gradient of r ⊙ s, the gradient of r's pre-activation and a first part of the state's gradient. It also writes r ⊙ s
 * again, for the gradient of the candidate's filter.
 */
export function throughReset(shape: PhaseShape): Routine {
  const routine = new Routine("throughReset");
  const [dResetState, gates, state, dShifted, masks, dGates, resetState, gradient, positions] = routine
    .parameters(9);
  const weight = routine.parameter("f32");
  const [d, r, s, saturation] = routine.locals(4, "v128");
  const { gate } = vectorActivations(shape, routine);
  const { maps } = shape;
  return routine.does(
    set(saturation, f32x4.splat(get(weight))),
    forEachQuad(routine, shape, positions, [
      { local: gates, maps: 2 * maps },
      { local: dGates, maps: 2 * maps },
      ...[dResetState, state, dShifted, resetState, gradient].map((local) => ({ local, maps })),
    ], (quad) =>
      all(
        set(d, v128.load(get(dResetState))),
        set(r, v128.load(get(gates))),
        set(s, v128.load(get(state))),
        v128.store(get(resetState), f32x4.mul(get(r), get(s))),
        v128.store(
          get(dGates),
          f32x4.multiplyAdd(
            f32x4.mul(get(d), get(s)),
            gate.slope(get(r)),
            excessSlope(gate, get(r), get(saturation)),
          ),
        ),
        v128.store(
          get(gradient),
          f32x4.multiplyAdd(get(d), get(r), moved(shape, dShifted, masks, quad, "after")),
        ),
      )),
  );
}
