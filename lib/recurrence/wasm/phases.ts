import { shiftedMaps } from "../shift.ts";
import type { CellKind } from "../spec.ts";
import { excess, excessSlope, vectorActivations } from "./activations.ts";
import {
  all,
  type Code,
  f32x4,
  get,
  i32,
  i32x4,
  increase,
  type Local,
  repeat,
  Routine,
  set,
  v128,
  when,
} from "./assembler.ts";

/**
 * What happens element by element between the products, for one column of positions. The gates stand together at each
 * position: r, then g. Pointers are to position 0; states have room before it and after the last position, for the
 * neighbours that the shift reads.
 */

/** What the phases are generated for. */
export interface PhaseShape {
  /** The cell's formulas. */
  readonly cell: CellKind;
  /** What is cut off the CGRU's gates. */
  readonly gate_cutoff: number;
  /** Maps in memory: a multiple of 4. */
  readonly maps: number;
  /** Maps of the model. */
  readonly ownMaps: number;
}

/** The phases, in the order of their use. */
export function phases(shape: PhaseShape): Routine[] {
  return [reset(shape), blend(shape), throughBlend(shape), throughReset(shape), dropMask(shape)];
}

/** A loop over all groups of four maps at all positions. */
function forEachQuad(
  routine: Routine,
  { maps }: PhaseShape,
  positions: Local,
  pointers: readonly { readonly local: Local; readonly maps: number }[],
  body: (quad: Local) => Code,
): Code {
  const quad = routine.local();
  return repeat(
    all(
      set(quad, i32.const(0)),
      repeat(
        all(
          body(quad),
          ...pointers.map(({ local }) => increase(local, 16)),
          increase(quad, 16),
        ),
        i32.ltS(get(quad), i32.const(maps * 4)),
      ),
      // To the next position, where an array has more maps than were gone through.
      ...pointers.filter((pointer) => pointer.maps > maps).map((pointer) =>
        increase(pointer.local, (pointer.maps - maps) * 4)
      ),
      increase(positions, -1),
    ),
    get(positions),
  );
}

function parametersOf<Name extends string>(
  routine: Routine,
  ...names: readonly Name[]
): Record<Name, Local> {
  return Object.fromEntries(names.map((name) => [name, routine.parameter()])) as Record<Name, Local>;
}

/**
 * `(gates, state, resetState, cost, positions)`: the gates' pre-activations become gates, and r ⊙ s is written. What is
 * beyond the saturation limit is added to the four numbers at `cost`.
 */
function reset(shape: PhaseShape): Routine {
  const routine = new Routine("reset");
  const { gates, state, resetState, cost, positions } = parametersOf(
    routine,
    "gates",
    "state",
    "resetState",
    "cost",
    "positions",
  );
  const [r, g, sum] = routine.locals(3, "v128") as [Local, Local, Local];
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
 * The state at `pointer`, its maps moved by one position as the diagonal cell does: `from` for the first third, one
 * position the other way for the second. `masks` points at two rows of masks for the maps of a position.
 */
function moved(
  { cell, maps }: PhaseShape,
  pointer: Local,
  masks: Local,
  quad: Local,
  from: "before" | "after",
): Code {
  const stays = v128.load(get(pointer));
  if (cell === "cgru") return stays;
  // An offset cannot be negative: the pointer is moved.
  const before = v128.load(i32.sub(get(pointer), i32.const(maps * 4)));
  const after = v128.load(get(pointer), maps * 4);
  const [first, second] = from === "before" ? [before, after] : [after, before];
  const mask = i32.add(get(masks), get(quad));
  return v128.select(
    v128.load(mask),
    first,
    v128.select(v128.load(mask, maps * 4), second, stays),
  );
}

/** The masks that the phases take: all ones in the first third of the maps, then all ones in the second third. */
export function shiftMasks({ maps, ownMaps }: Pick<PhaseShape, "maps" | "ownMaps">): Int32Array {
  const third = shiftedMaps(ownMaps);
  return new Int32Array(2 * maps).fill(-1, 0, third).fill(-1, maps + third, maps + 2 * third);
}

/**
 * `(gates, candidate, state, next, candidateMask, stateMask, masks, cost, positions)`: the candidate's pre-activation
 * becomes the candidate, and the next state is written.
 */
function blend(shape: PhaseShape): Routine {
  const routine = new Routine("blend");
  const { gates, candidate, state, next, candidateMask, stateMask, masks, cost, positions } = parametersOf(
    routine,
    "gates",
    "candidate",
    "state",
    "next",
    "candidateMask",
    "stateMask",
    "masks",
    "cost",
    "positions",
  );
  const [c, sum] = routine.locals(2, "v128") as [Local, Local];
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

/**
 * `(gradient, gates, candidate, state, candidateMask, stateMask, masks, dCandidate, dGates, dShifted, positions,
 * weight)`: from the gradient of the next state those of the pre-activations of c and g, and of the shifted state.
 * `weight` is that of the saturation cost.
 */
function throughBlend(shape: PhaseShape): Routine {
  const routine = new Routine("throughBlend");
  const {
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
  } = parametersOf(
    routine,
    "gradient",
    "gates",
    "candidate",
    "state",
    "candidateMask",
    "stateMask",
    "masks",
    "dCandidate",
    "dGates",
    "dShifted",
    "positions",
  );
  const weight = routine.parameter("f32");
  const [d, g, c, drop, shifted, saturation] = routine.locals(6, "v128") as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
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
 * `(dResetState, gates, state, dShifted, masks, dGates, resetState, gradient, positions, weight)`: from the gradient of
 * r ⊙ s that of r's pre-activation, and what of the state's gradient is known so far. r ⊙ s is written again, for the
 * gradient of the candidate's filter.
 */
function throughReset(shape: PhaseShape): Routine {
  const routine = new Routine("throughReset");
  const { dResetState, gates, state, dShifted, masks, dGates, resetState, gradient, positions } =
    parametersOf(
      routine,
      "dResetState",
      "gates",
      "state",
      "dShifted",
      "masks",
      "dGates",
      "resetState",
      "gradient",
      "positions",
    );
  const weight = routine.parameter("f32");
  const [d, r, s, saturation] = routine.locals(4, "v128") as [Local, Local, Local, Local];
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

/** As in random.ts. */
const GOLDEN = 0x9e3779b9;

/**
 * `(mask, keyA, keyB, threshold, positions, kept)`: the dropout mask of a column as `dropoutMask` makes it, 0 where a
 * unit's random word is below the threshold, else `kept`.
 */
function dropMask(shape: PhaseShape): Routine {
  const routine = new Routine("dropMask");
  const { mask, keyA, keyB, threshold, positions } = parametersOf(
    routine,
    "mask",
    "keyA",
    "keyB",
    "threshold",
    "positions",
  );
  const kept = routine.parameter("f32");
  const [counter, word, a, b, least, value] = routine.locals(6, "v128") as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const all32 = (word: number) => i32x4.const(word, word, word, word);
  const mixed = (bits: number) => set(word, v128.xor(get(word), i32x4.shrU(get(word), bits)));
  const step = (units: number) => set(counter, i32x4.add(get(counter), all32(Math.imul(units, GOLDEN))));
  const { maps, ownMaps } = shape;
  return routine.does(
    set(a, i32x4.splat(get(keyA))),
    set(b, i32x4.splat(get(keyB))),
    set(least, i32x4.splat(get(threshold))),
    set(value, f32x4.splat(get(kept))),
    // The counter runs over the units of the model, times the constant; this array may have more maps.
    set(counter, i32x4.const(0, GOLDEN, 2 * GOLDEN, 3 * GOLDEN)),
    forEachQuad(routine, shape, positions, [{ local: mask, maps }], (quad) =>
      all(
        set(word, v128.xor(i32x4.add(get(a), get(counter)), get(b))),
        mixed(16),
        set(word, i32x4.mul(get(word), all32(0x85ebca6b))),
        mixed(13),
        set(word, i32x4.mul(get(word), all32(0xc2b2ae35))),
        mixed(16),
        v128.store(get(mask), v128.and(i32x4.geU(get(word), get(least)), get(value))),
        step(4),
        ownMaps === maps ? [] : when(i32.eq(get(quad), i32.const(maps * 4 - 16)), step(ownMaps - maps)),
      )),
  );
}
