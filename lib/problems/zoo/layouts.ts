/** How two numbers are written in one row, least significant digit first, with a sign. */
import type { Digits } from "../numbers.ts";
import { digitsIn, groupsOf, numberIn, refuse } from "./texts.ts";

/** Two numbers as they are read from an input. */
export interface Operands {
  readonly x: bigint;
  readonly y: bigint;
  /** Digits per operand, where these are padded. */
  readonly digits: number;
}

/** A way to write two numbers. */
export interface Layout {
  /** In words, after those of the operation. */
  readonly words: string;
  /** Whether an answer is padded with zeros to a fixed width. */
  readonly padded: boolean;
  write(x: Digits, y: Digits, sign: string): string;
  read(input: string, sign: string, radix: number): Operands;
}

/** One number after the other, both padded with zeros to as many digits. */
export const paddedLayout: Layout = {
  words: "",
  padded: true,
  write: (x, y, sign) => x.join("") + sign + y.join(""),
  read(input, sign, radix) {
    const expected = `two numbers in base ${radix} of equal length with ${sign} between them`;
    const [x, y] = groupsOf(input, between(sign, `[${digitsIn(radix)}]+`), expected) as [string, string];
    if (x.length !== y.length) refuse(input, expected);
    return { x: numberIn(x, radix), y: numberIn(y, radix), digits: x.length };
  },
};

/** One number after the other, both without leading zeros, which stand at the end. */
export const plainLayout: Layout = {
  words: "without leading zeros",
  padded: false,
  write: (x, y, sign) => stripped(x) + sign + stripped(y),
  read(input, sign, radix) {
    const expected = `two numbers in base ${radix} without leading zeros with ${sign} between them`;
    const [x, y] = groupsOf(input, between(sign, `0|[${digitsIn(radix)}]*[1-${radix - 1}]`), expected);
    return { x: numberIn(x!, radix), y: numberIn(y!, radix), digits: 1 };
  },
};

/** The digits of both numbers by turns, and the sign at the end. */
export const alignedLayout: Layout = {
  words: "digits by turns, the sign at the end (two rows in the original)",
  padded: true,
  write: (x, y, sign) => x.map((digit, i) => `${digit}${y[i]}`).join("") + sign,
  read(input, sign, radix) {
    const digits = digitsIn(radix);
    const pattern = new RegExp(`^((?:[${digits}]{2})+)\\${sign}$`);
    const [both] = groupsOf(input, pattern, `digits of two numbers in base ${radix} by turns, then ${sign}`);
    const part = (from: number) => [...both!].filter((_, i) => i % 2 === from).join("");
    return { x: numberIn(part(0), radix), y: numberIn(part(1), radix), digits: both!.length / 2 };
  },
};

/** Two numbers of a pattern with a sign between them. */
function between(sign: string, number: string): RegExp {
  return new RegExp(`^(${number})\\${sign}(${number})$`);
}

/** A number without leading zeros; zero is one. */
function stripped(digits: Digits): string {
  const last = digits.findLastIndex((digit) => digit > 0);
  return digits.slice(0, Math.max(1, last + 1)).join("");
}
