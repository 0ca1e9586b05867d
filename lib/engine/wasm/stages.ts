import type { CompiledCell } from "../../cells/compile.ts";
import { inputsOf } from "../../cells/expression.ts";
import { ARRAYS, type Stage } from "../../cells/stage.ts";
import { all, type Code, f32x4, get, i32, type Local, Routine, set, v128 } from "./assembler.ts";
import { forEachQuad, type MapShape, moved } from "./elementwise.ts";
import { printed } from "./formulas.ts";

/** The stages of a cell, which compute one column of positions element by element. */

/** Arrays that are together in memory: those of all banks of a phase, or a single one. */
export interface Buffer {
  /** The name: that of the array, or `pre` or `dPre` and the number of a phase. */
  readonly name: string;
  /** The arrays that are together in each position. */
  readonly arrays: number;
  /** Whether it has margins, as states have. */
  readonly margins: boolean;
  /** Whether each application has its own, or all share one, which may be wanted for gradients only. */
  readonly held: "by applications" | "always" | "for gradients";
}

/** The mask of the next state, which is no matter of the cell. */
export const STATE_MASK = "stateMask";

/** The buffers of a cell. A table in memory has their places, in this order. */
export function buffersOf({ phases }: CompiledCell): readonly Buffer[] {
  const { state, next, mask, d, dState, dShifted, input } = ARRAYS;
  const buffer = (name: string, margins: boolean, held: Buffer["held"], arrays = 1): Buffer => ({
    ...{ name, arrays, margins, held },
  });
  return [
    ...[state, next].map((name) => buffer(name, true, "by applications")),
    ...[mask, STATE_MASK].map((name) => buffer(name, false, "by applications")),
    ...phases.slice(1).map((_, i) => buffer(input(i + 1), true, "always")),
    ...[d, dState].map((name) => buffer(name, false, "for gradients")),
    buffer(dShifted, true, "for gradients"),
    ...phases.flatMap(({ count }, phase) => [
      buffer(`pre${phase}`, false, "by applications", count),
      buffer(`dPre${phase}`, true, "for gradients", count),
    ]),
  ];
}

/** The name of an array's buffer, and the array's number in it. What is kept of a bank replaces its pre-activation. */
function placeOf({ phases, phaseOf }: CompiledCell, array: string): { name: string; part: number } {
  const [, kind, bank] = /^(pre|kept|dPre)(\d+)$/.exec(array) ?? [];
  if (kind === undefined) return { name: array, part: 0 };
  const phase = phaseOf[Number(bank)]!;
  return { name: `${kind === "dPre" ? "dPre" : "pre"}${phase}`, part: Number(bank) - phases[phase]!.first };
}

/** Arrays that are computed from other ones. */
const SOURCES: Readonly<Record<string, string>> = {
  [ARRAYS.shifted]: ARRAYS.state,
  [ARRAYS.carried]: ARRAYS.dShifted,
};

/**
 * The routine of a stage: `(table, padded, plain, masks, cost, positions, weight)`. `padded` and `plain` are the bytes
 * from a place in the table to position 0 of the column, for arrays with and without margins. The next state is multiplied
 * by the mask of the state, and so is the derivative by it, which the stage takes where `masked` is set.
 */
export function stageRoutine(
  name: string,
  cell: CompiledCell,
  shape: MapShape,
  stage: Stage,
  masked: boolean,
): Routine {
  // Pre-activations that are kept as they are stay where the convolution has put them.
  const outputs = stage.outputs.filter(({ array, value }) =>
    !(array.startsWith("kept") && value.kind === "input")
  );
  const inputs = inputsOf(outputs.map(({ value }) => value));
  const written = outputs.map(({ array }) => array);
  const arrays = [
    ...inputs.map((input) => SOURCES[input] ?? input),
    ...written,
    ...(masked ? [STATE_MASK] : []),
  ]
    .filter((array) => array !== ARRAYS.weight && array !== ARRAYS.excess);
  const names = new Set(arrays.map((array) => placeOf(cell, array).name));
  const buffers = buffersOf(cell).map((buffer, slot) => ({ ...buffer, slot })).filter(({ name }) =>
    names.has(name)
  );

  const routine = new Routine(name);
  const [table, padded, plain, masks, cost, positions] = routine.parameters(6);
  const weight = routine.parameter("f32");
  const pointers = new Map(buffers.map(({ name }) => [name, routine.local()]));
  const [saturation, sum] = routine.locals(2, "v128");
  const { maps } = shape;
  const place = (array: string): [pointer: Code, offset: number] => {
    const { name, part } = placeOf(cell, array);
    return [get(pointers.get(name)!), part * maps * 4];
  };
  const load = (array: string) => v128.load(...place(array));
  const store = (array: string, value: Code) => {
    if (array === ARRAYS.excess) return set(sum, f32x4.add(get(sum), value));
    const [pointer, offset] = place(array);
    return v128.store(pointer, array === ARRAYS.next ? f32x4.mul(value, load(STATE_MASK)) : value, offset);
  };
  const read = (input: string, quad: Local): Code => {
    if (input === ARRAYS.weight) return get(saturation);
    if (input === ARRAYS.shifted) return moved(shape, pointers.get(ARRAYS.state)!, masks, quad, "before");
    if (input === ARRAYS.carried) return moved(shape, pointers.get(ARRAYS.dShifted)!, masks, quad, "after");
    return input === ARRAYS.d && masked ? f32x4.mul(load(input), load(STATE_MASK)) : load(input);
  };
  const counts = written.includes(ARRAYS.excess);
  return routine.does(
    ...buffers.map(({ name, slot, arrays, margins }) =>
      set(
        pointers.get(name)!,
        i32.add(
          i32.load(get(table), 4 * slot),
          i32.mul(get(margins ? padded : plain), i32.const(arrays)),
        ),
      )
    ),
    inputs.includes(ARRAYS.weight) ? set(saturation, f32x4.splat(get(weight))) : [],
    counts ? set(sum, v128.load(get(cost))) : [],
    forEachQuad(
      routine,
      shape,
      positions,
      buffers.map((buffer) => ({ local: pointers.get(buffer.name)!, maps: buffer.arrays * maps })),
      (quad) =>
        all(printed(
          routine,
          outputs.map(({ array, value }) => ({ value, store: (code: Code) => store(array, code) })),
          (input) => read(input, quad),
        )),
    ),
    counts ? v128.store(get(cost), get(sum)) : [],
  );
}
