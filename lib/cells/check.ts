/** Checks the data of a cell, which may come from a file or a module of somebody else. Its formulas are read by compile. */
import { isObject } from "../checks/is_object.ts";
import { shown } from "../errors.ts";
import type { Bank, Cell } from "./cell.ts";

/** Names that formulas know already. */
const TAKEN = ["s", "shift", "drop", "sigmoid", "tanh", "abs", "min", "max", "clamp", "next"];

/** The largest initial bias. */
const MOST_BIAS = 100;

/** A copy of the data of a cell, each part read once. Throws an `Error` that says why it is none. */
export function checkedCell(value: unknown): Cell {
  if (!isObject(value)) {
    throw new Error(`it is ${shown(value)}, expected an object of name, frame, banks, formulas and next`);
  }
  const { name, frame, banks, formulas, next, ...rest } = value;
  const refuse = (reason: string): never => {
    throw new Error(reason);
  };
  if (typeof name !== "string" || !/^[a-z][\w -]{0,39}$/i.test(name)) {
    refuse(
      `its name is ${shown(name)}, expected a letter and then letters, digits, spaces, _ and -, at most 40`,
    );
  }
  if (name === "diagonal" || name === "cgru") {
    refuse("a cell of that name comes with the toolkit, expected another");
  }
  if (frame !== "diagonal" && frame !== "cgru") {
    refuse(`its frame is ${shown(frame)}, expected "diagonal" or "cgru"`);
  }
  if (!isObject(banks) || Object.keys(banks).length === 0) {
    refuse("it has no banks, expected at least one by its name");
  }
  if (!isObject(formulas)) refuse("it has no formulas, expected an object of them, which may be empty");
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) refuse(`it has a part ${shown(unknown)}, which no cell has`);

  const known = new Set(TAKEN);
  const checkName = (own: string) => {
    if (!/^[a-z]\w{0,29}$/i.test(own)) {
      refuse(`${shown(own)} is no name, expected a letter and then letters, digits and _, at most 30`);
    }
    if (known.has(own)) refuse(`the name ${own} is taken, expected another`);
    known.add(own);
  };
  const text = (what: string, formula: unknown): string =>
    typeof formula === "string"
      ? formula
      : refuse(`${what} is ${shown(formula)}, expected a formula as a text`);
  const checkedBank = (own: string, bank: unknown): Bank => {
    checkName(own);
    if (!isObject(bank)) return refuse(`bank ${own} is ${shown(bank)}, expected convolves and bias`);
    const { convolves, bias, saturates, ...rest } = bank;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) refuse(`bank ${own} has a part ${shown(unknown)}, which no bank has`);
    if (typeof bias !== "number" || !(Math.abs(bias) <= MOST_BIAS)) {
      return refuse(`the bias of bank ${own} is ${shown(bias)}, expected a number within ±${MOST_BIAS}`);
    }
    if (saturates !== undefined && typeof saturates !== "boolean") {
      return refuse(`saturates of bank ${own} is ${shown(saturates)}, expected true or false`);
    }
    return Object.freeze({
      convolves: text(`what bank ${own} convolves`, convolves),
      bias,
      ...(saturates !== undefined && { saturates }),
    });
  };
  const each = <Value>(object: unknown, check: (own: string, part: unknown) => Value) =>
    Object.freeze(Object.fromEntries(
      Object.entries(object as object).map(([own, part]) => [own, check(own, part)]),
    ));
  return Object.freeze({
    name: name as string,
    frame: frame as Cell["frame"],
    banks: each(banks, checkedBank),
    formulas: each(formulas, (own, formula) => {
      checkName(own);
      return text(`formula ${own}`, formula);
    }),
    next: text("next", next),
  });
}
