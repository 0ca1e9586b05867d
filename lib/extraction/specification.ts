/**
 * Cellular automata written by hand that are right on inputs of every length, each by the argument that stands with it. By
 * them `proof.ts` measures those that were learned. The state of a cell is a text, `""` is the border, and a rule sees one
 * cell to each side. The row of an example has n cells.
 */
import { problems } from "../problems/mod.ts";
import type { Problem } from "../problems/problem.ts";

/** A cellular automaton that is right on all inputs of a problem. */
export interface Specification {
  /** The state of a cell before the first step, by its symbol; `.` is the padding. */
  initial(symbol: string): string;
  /** The next state of a cell. */
  next(left: string, own: string, right: string): string;
  /** Whether a cell may be so after a step up to n. On every input, all cells are. */
  isPossible?(own: string): boolean;
  /**
   * Whether two neighbours, one of which may be the border, may stand so after step n. On every input, all neighbours do.
   */
  isFinal(left: string, right: string): boolean;
  /** The symbol that is read out of a cell after step n; `.` is the padding. */
  output(own: string): string;
}

/**
 * The next mark of a cell: `|` where a signal has passed that starts at the left end and moves one cell a step, else `:`.
 * After step t it has passed the first t cells. So after step n, and no earlier, it has passed all.
 */
const sweep = (left: string) => left === "" || left.endsWith("|") ? "|" : ":";
const passed = (cell: string) => cell === "" || cell.endsWith("|");

/** A cell is its symbol, which stays, and a mark. */
const copy: Specification = {
  initial: (symbol) => symbol + ":",
  next: (left, own) => own[0]! + sweep(left),
  isFinal: (left, right) => passed(left) && passed(right),
  output: (own) => own[0]!,
};

/**
 * A cell is a symbol that moves to the left and one that moves to the right, or dots where there is none. A symbol that
 * starts at position i, counted from 0, is at position 0 after step i, turns round there in the next one, and is at
 * position n − 1 − i after step n: where it belongs.
 */
const reverse: Specification = {
  initial: (symbol) => symbol + ".",
  next: (left, own, right) => (right[0] ?? ".") + (left[1] ?? own[0]!),
  isFinal: (left, right) => [left, right].every((cell) => cell === "" || cell[0] === "." && cell[1] !== "."),
  output: (own) => own[1]!,
};

/**
 * A cell is a bit and a mark. The first step leaves the bits as they are. In each step after it, every 1 with a 0 to its
 * right changes places with it (rule 184). Let p(j, t) be the number of zeros to the right of the j-th 1 from the right
 * after t of these steps, and p(0, t) = 0. A step makes it one less where p(j, t) > p(j − 1, t), and else leaves it equal to
 * p(j − 1, t). So by induction on j and t, p(j, t) ≤ max(0, p(j, 0) + j − 1 − t). As p(j, 0) + j is at most n, all are 0
 * after n − 1 of these steps, which is after step n, and the bits are sorted.
 */
const sort: Specification = {
  initial: (symbol) => symbol + "?",
  next: (left, own, right) => {
    const moved = own[0] === "1" ? right[0] ?? "1" : left[0] ?? "0";
    return (own[1] === "?" ? own[0]! : moved) + sweep(left);
  },
  isFinal: (left, right) => passed(left) && passed(right) && !(left[0] === "1" && right[0] === "0"),
  output: (own) => own[0]!,
};

/**
 * A cell is its own symbol, a copy on its way to the right, and a marker; dots where there is none. Of the d symbols, the
 * one at position j is passed by the marker `<` in step d − j, where its copy sets out: after step t it is at position
 * 2j − d + t. The marker `>` is at the right end after step d, turns round in the next one as `s`, and is at position 3d − t
 * after step t. So it meets that copy after step 2d − j, at position d + j, and there the copy stays: where it belongs. From
 * step d + 1 to step 2d = n it meets a copy in each step, and it is no earlier than that at a symbol of the input.
 */
const duplicate: Specification = {
  initial: (symbol) => symbol + ".?",
  next: (left, own, right) => {
    const isFirst = own.endsWith("?");
    const isPad = own[0] === ".";
    const leaves = isFirst ? !isPad && right[0] === "." : right.endsWith("<");
    const stops = right.endsWith("s") || own.endsWith(">") && right === "";
    const marks = isFirst ? isPad && left !== "" && left[0] !== "." : left.endsWith(">");
    const copy = leaves ? own[0]! : left[1] ?? ".";
    if (stops) return isPad ? `${copy}.s` : own.slice(0, 2) + "!";
    return own[0]! + copy + (leaves ? "<" : marks ? ">" : ".");
  },
  isPossible: (own) => own !== "..s" && !own.endsWith("!"),
  isFinal: (left, right) => left[0] !== "." && right[0] !== ".",
  output: (own) => own[0]!,
};

/**
 * A cell is its own symbol, a digit on its way to the left, and a mark; dots where there is none. From the plus sign at
 * position d the marks `<` and `>` set out, and are at positions d − t and d + t after step t. As `>` comes to digit j of the
 * second number, in step j + 1, the digit sets out: after step t it is at position d + 1 + 2j − t, and so at position j
 * after step d + 1 + j. The mark `<` turns round at position 0 as the carry 0, marked `0`, and is at position j after step
 * d + 1 + j too, where digit j of the first number has waited. There the three are added, and the mark becomes the next
 * carry. After step 2d + 1 = n it is at the plus sign and takes its place, marked `=`. Nothing else is left behind.
 */
const badd: Specification = {
  initial: (symbol) => symbol + ".?",
  next: (left, own, right) => {
    const digit = own === "+.?" || own.endsWith(">") ? right[0] ?? "." : right[1] ?? ".";
    const carry = own.endsWith("<") && left === "" ? "0" : /[01]$/.exec(left)?.[0];
    if (carry !== undefined && own[0] === "+") return `${carry}.=`;
    if (carry !== undefined && digit !== ".") {
      const sum = Number(own[0]) + Number(digit) + Number(carry);
      return `${sum % 2}.${sum > 1 ? 1 : 0}`;
    }
    if (carry !== undefined || own.endsWith("=")) return "..!";
    if (left === "+.?" || left.endsWith(">")) return `.${digit}>`;
    return own[0]! + digit + (right === "+.?" || right.endsWith("<") ? "<" : ".");
  },
  isPossible: (own) => !own.endsWith("!"),
  isFinal: (left, right) => left[0] !== "+" && right[0] !== "+",
  output: (own) => own[0]!,
};

/** The specifications of the toolkit's problems. */
export const specifications: ReadonlyMap<Problem, Specification> = new Map([
  [problems.badd, badd],
  [problems.copy, copy],
  [problems.duplicate, duplicate],
  [problems.reverse, reverse],
  [problems.sort, sort],
]);

/** The rows of a specification after steps 0 to n, from an input with the padding behind. */
export function* rowsOf(specification: Specification, input: string): Generator<readonly string[]> {
  let row = Array.from(input, (symbol) => specification.initial(symbol));
  yield row;
  for (let step = 1; step <= input.length; step++) {
    row = row.map((own, i) => specification.next(row[i - 1] ?? "", own, row[i + 1] ?? ""));
    yield row;
  }
}
