/** From a cell's texts to what the engines compute, in stages between its convolutions. */
import { shown } from "../errors.ts";
import type { Bank, Cell } from "./cell.ts";
import { differentiateStages } from "./backward.ts";
import { COMPUTE, type Expression, Expressions, inputsOf, partsOf } from "./expression.ts";
import { fromKept, keptOf } from "./kept.ts";
import { parse } from "./parse.ts";
import { excess } from "./saturation.ts";
import { ARRAYS, type Backward, type Phase, type Stage } from "./stage.ts";

/** A cell in the form in which engines use it. */
export interface CompiledCell {
  /** The data that it was made of. */
  readonly cell: Cell;
  /** A text that no other cell of this process has. */
  readonly key: string;
  /** The banks, in the order of the parameters. */
  readonly banks: readonly (Bank & { readonly name: string })[];
  /** The phases in their order: each convolves what those before have made. */
  readonly phases: readonly Phase[];
  /** The number of the phase of each bank. */
  readonly phaseOf: readonly number[];
  /** What follows the convolutions of each phase: it yields what the next phase convolves, the last one the next state. */
  readonly forward: readonly Stage[];
  /** The backward pass; `saturates` says whether there is a saturation cost. */
  backward(saturates: boolean): Backward;
}

/** The most of each part that a cell may have. Engines reserve memory and write code for each. */
const MOST = { phases: 3, banks: 6, formulas: 20, characters: 300, parts: 300 } as const;

/** Compiles a cell. Throws an `Error` that says what is wrong with it. */
export function compile(cell: Cell, key: string): CompiledCell {
  const made = new Expressions();
  const banks = Object.entries(cell.banks).map(([name, bank]) => ({ name, ...bank }));
  atMost("banks", banks.length);
  atMost("formulas", Object.keys(cell.formulas).length);
  const read = reader(made, cell, banks.map(({ name }) => name));
  const phases: Phase[] = [];
  banks.forEach(({ convolves, name }, bank) => {
    const input = read(convolves);
    const last = phases.at(-1);
    if (input === last?.input) phases[phases.length - 1] = { ...last, count: last.count + 1 };
    else phases.push({ first: bank, count: 1, input });
    const own = phases.at(-1)!;
    const early = inputsOf([input]).find((name) => ARRAYS.preNumber(name)! >= own.first);
    if (early !== undefined) throw new Error(`bank ${name} convolves what is known only after it`);
    if (inputsOf([input]).includes(ARRAYS.mask)) throw new Error(`bank ${name} convolves drop(…)`);
  });
  atMost("phases", phases.length);
  const constant = banks.find((_, bank) =>
    phases.some(({ first, input }) => first === bank && inputsOf([input]).length === 0)
  );
  if (constant !== undefined) throw new Error(`bank ${constant.name} convolves a number`);
  if (phases[0]?.input !== made.input(ARRAYS.state)) throw new Error("its first bank does not convolve s");
  const next = read(cell.next);
  // What nothing uses is read as well, so that a mistake in it is found, and so that it is bounded.
  Object.keys(cell.formulas).forEach(read);
  const all = [...phases.map(({ input }) => input), next];
  checkParts(all);
  const unused = banks.findIndex((_, bank) => !inputsOf(all).includes(ARRAYS.pre(bank)));
  if (unused >= 0) throw new Error(`nothing depends on its bank ${banks[unused]!.name}`);
  const kept = banks.map((_, bank) => keptOf(made, bank, all));
  const known = new Map<boolean, Backward>();
  return {
    cell,
    key,
    banks,
    phases,
    phaseOf: phases.flatMap(({ count }, phase) => Array<number>(count).fill(phase)),
    forward: phases.map(({ first, count }, phase) => {
      const [earlier, own] = [numbers(0, first), numbers(first, count)];
      const pres = own.filter((bank) => banks[bank]!.saturates !== false)
        .map((bank) => made.input(ARRAYS.pre(bank)));
      return {
        outputs: [
          {
            array: phase + 1 < phases.length ? ARRAYS.input(phase + 1) : ARRAYS.next,
            value: fromKept(made, phases[phase + 1]?.input ?? next, kept, earlier),
          },
          ...(pres.length === 0 ? [] : [{ array: ARRAYS.excess, value: excess(made, pres) }]),
          ...own.map((bank) => ({ array: ARRAYS.kept(bank), value: kept[bank]!.value })),
        ],
      };
    }),
    backward: (saturates) => {
      const found = known.get(saturates) ??
        differentiateStages(
          made,
          phases,
          next,
          kept,
          banks.map((bank) => saturates && bank.saturates !== false),
        );
      known.set(saturates, found);
      return found;
    },
  };
}

/** So many numbers from `first` on. */
function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** A function that reads a formula of the cell. */
function reader(made: Expressions, { formulas }: Cell, banks: readonly string[]) {
  const known = new Map<string, Expression>();
  const busy = new Set<string>();
  const value = (name: string): Expression => {
    if (name === "s") return made.input(ARRAYS.state);
    if (banks.includes(name)) return made.input(ARRAYS.pre(banks.indexOf(name)));
    if (!Object.hasOwn(formulas, name)) throw new Error(`there is no bank or formula ${shown(name)}`);
    const before = known.get(name);
    if (before !== undefined) return before;
    if (busy.has(name)) throw new Error(`formula ${name} depends on itself`);
    busy.add(name);
    const read = text(formulas[name]!);
    known.set(name, read);
    return read;
  };
  const call = (name: string, args: readonly Expression[]): Expression => {
    const found = FUNCTIONS[name];
    if (!Object.hasOwn(FUNCTIONS, name) || found === undefined) {
      throw new Error(`there is no function ${shown(name)}, only ${Object.keys(FUNCTIONS).join(", ")}`);
    }
    const count = found in COMPUTE ? COMPUTE[found as keyof typeof COMPUTE].length : 1;
    if (args.length !== count) throw new Error(`${name} takes ${count} arguments, not ${args.length}`);
    const [first] = args;
    if (found === "drop") {
      if (first!.kind === "constant") throw new Error("drop takes more than a number");
      if (inputsOf([first!]).includes(ARRAYS.mask)) {
        throw new Error("drop takes nothing that is dropped already");
      }
      return made.apply("multiply", first!, made.input(ARRAYS.mask));
    }
    if (found === "shift") {
      if (first !== made.input(ARRAYS.state)) throw new Error("shift takes s and nothing else");
      return made.input(ARRAYS.shifted);
    }
    if (found === "clamp") checkBounds(args[1]!, args[2]!);
    return made.apply(found, ...args);
  };
  const text = (formula: string): Expression => {
    if (formula.length > MOST.characters) {
      throw new Error(`a formula has ${formula.length} characters, expected at most ${MOST.characters}`);
    }
    return parse(made, formula, { value, call });
  };
  return text;
}

const FUNCTIONS: Readonly<
  Record<string, "min" | "max" | "clamp" | "abs" | "sigmoid" | "tanh" | "shift" | "drop">
> = {
  ...{ min: "min", max: "max", clamp: "clamp", abs: "abs", sigmoid: "sigmoid", tanh: "tanh" },
  ...{ shift: "shift", drop: "drop" },
};

function checkBounds(low: Expression, high: Expression): void {
  const fits = low.kind === "constant" && high.kind === "constant" && low.value < high.value;
  if (!fits) throw new Error("clamp takes two numbers as bounds, the lower one first");
}

function atMost(what: keyof typeof MOST, count: number): void {
  if (count > MOST[what]) throw new Error(`it has ${count} ${what}, expected at most ${MOST[what]}`);
}

/** Whether it is zero in single precision. */
function isZero(part: Expression): boolean {
  return part.kind === "constant" && Math.fround(part.value) === 0;
}

function checkParts(all: readonly Expression[]): void {
  const parts = partsOf(all);
  atMost("parts", parts.length);
  const odd = parts.find((part) => part.kind === "constant" && !Number.isFinite(Math.fround(part.value)));
  if (odd !== undefined) throw new Error("a number in it is too large");
  const byZero = parts.some((part) =>
    part.kind === "operation" && part.operation === "divide" && isZero(part.args[1]!)
  );
  if (byZero) throw new Error("it divides by zero");
}
