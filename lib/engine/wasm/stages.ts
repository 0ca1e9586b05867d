import type { CompiledCell } from "../../cells/compile.ts";
import { inputsOf, withNumbers } from "../../cells/expression.ts";
import { ARRAYS, type Stage } from "../../cells/stage.ts";
import { all, type Code, f32x4, get, i32, type Local, Routine, set, v128 } from "./assembler.ts";
import { forEachLine, type MapShape, moved } from "./elementwise.ts";
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
const STATE_MASK = "stateMask";

/** What a step of training does besides the formulas. */
export interface Beside {
  /** What is dropped; undefined where nothing is. */
  readonly drops: "candidate" | "state" | undefined;
  /** Whether there is a saturation cost. */
  readonly saturates: boolean;
}

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
 * The routine of a stage: `(table, padded, plain, cost, lines, reach, weight)`. `padded` and `plain` are the bytes from a
 * place in the table to the first line of the column, for arrays with and without margins; `reach` are those from a
 * position to the next one. `dropsState` says whether the next state is multiplied by a mask, and so is the derivative by
 * it.
 */
export function stageRoutine(
  name: string,
  cell: CompiledCell,
  shape: MapShape,
  stage: Stage,
  { drops, saturates }: Beside,
  dropsState = false,
): Routine {
  // Pre-activations that are kept as they are stay where the convolution has put them.
  const left = stage.outputs.filter(({ array, value }) =>
    !(array.startsWith("kept") && value.kind === "input") && (saturates || array !== ARRAYS.excess)
  );
  const values = left.map(({ value }) => value);
  const known = drops === "candidate" ? values : withNumbers(values, { [ARRAYS.mask]: 1 });
  const outputs = left.map(({ array }, i) => ({ array, value: known[i]! }));
  const inputs = inputsOf(known);
  const written = outputs.map(({ array }) => array);
  const arrays = [
    ...inputs.map((input) => SOURCES[input] ?? input),
    ...written,
    ...(dropsState ? [STATE_MASK] : []),
  ]
    .filter((array) => array !== ARRAYS.weight && array !== ARRAYS.excess);
  const names = new Set(arrays.map((array) => placeOf(cell, array).name));
  const buffers = buffersOf(cell).map((buffer, slot) => ({ ...buffer, slot })).filter(({ name }) =>
    names.has(name)
  );

  const routine = new Routine(name);
  const [table, padded, plain, cost, lines, reach] = routine.parameters(6);
  const weight = routine.parameter("f32");
  const pointers = new Map(buffers.map(({ name }) => [name, routine.local()]));
  const [saturation, sum] = routine.locals(2, "v128");
  const line = shape.maps * 4;
  /** Pointers to the positions before and after that of what is shifted, or shifted back. */
  const moves = Object.keys(SOURCES).filter((name) => inputs.includes(name)).map((name) => {
    const source = pointers.get(SOURCES[name]!)!;
    const [before, after] = routine.locals(2, "i32");
    const [first, second] = name === ARRAYS.shifted ? [before, after] : [after, before];
    return { name, before, after, places: { first, second, state: source } };
  });
  const place = (array: string, quad: number): [pointer: Code, offset: number] => {
    const { name, part } = placeOf(cell, array);
    return [get(pointers.get(name)!), part * line + 16 * quad];
  };
  const load = (array: string, quad: number) => v128.load(...place(array, quad));
  const store = (array: string, value: Code, quad: number) => {
    if (array === ARRAYS.excess) return set(sum, f32x4.add(get(sum), value));
    const [pointer, offset] = place(array, quad);
    const masked = dropsState && array === ARRAYS.next;
    return v128.store(pointer, masked ? f32x4.mul(value, load(STATE_MASK, quad)) : value, offset);
  };
  const read = (input: string, quad: number): Code => {
    if (input === ARRAYS.weight) return get(saturation);
    const move = moves.find(({ name }) => name === input);
    if (move !== undefined) return moved(shape, quad, move.places);
    return dropsState && input === ARRAYS.d
      ? f32x4.mul(load(input, quad), load(STATE_MASK, quad))
      : load(input, quad);
  };
  const scratch = new Scratch(routine);
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
    ...moves.map(({ before, after, places }) =>
      all(
        set(before, i32.sub(get(places.state), get(reach))),
        set(after, i32.add(get(places.state), get(reach))),
      )
    ),
    inputs.includes(ARRAYS.weight) ? set(saturation, f32x4.splat(get(weight))) : [],
    counts ? set(sum, v128.load(get(cost))) : [],
    forEachLine(
      shape,
      lines,
      [
        ...buffers.map(({ name, arrays }) => ({ local: pointers.get(name)!, bytes: arrays * line })),
        ...moves.flatMap(({ before, after }) => [before, after]).map((local) => ({ local, bytes: line })),
      ],
      (quad) =>
        printed(
          scratch.afresh(),
          outputs.map(({ array, value }) => ({ value, store: (code: Code) => store(array, code, quad) })),
          (input) => read(input, quad),
        ),
    ),
    counts ? v128.store(get(cost), get(sum)) : [],
  );
}

/** Local variables of a routine that are used again and again. */
class Scratch {
  readonly #routine: Routine;
  readonly #locals: Local[] = [];
  #used = 0;

  constructor(routine: Routine) {
    this.#routine = routine;
  }

  /** From now on all of them may be overwritten. */
  afresh(): this {
    this.#used = 0;
    return this;
  }

  /** A variable that nothing else uses. */
  vector(): Local {
    return this.#locals[this.#used++] ??= this.#routine.local("v128");
  }
}
