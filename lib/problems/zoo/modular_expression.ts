/** Expressions of digits modulo 5 in which each operation stands in brackets, as the Chomsky hierarchy has them. */
import type { Random } from "../../random.ts";

/** All is counted modulo this number. */
export const MODULUS = 5;

/** What a malformed expression has for a value. */
export const BROKEN = "broken";

/** Draws an expression of exactly that length; hard ones are nested on one side, as deep as can be. */
export function draw(length: number, signs: string, random: Random, hard: boolean): string {
  const digit = () => String(random.integer(MODULUS));
  if (length === 1) return digit();
  if (length === 2) return `-${digit()}`;
  if (length === 3) return `(${digit()})`;
  if (length === 4) return `(-${digit()})`;
  const most = length - 4;
  const left = hard ? random.pick([1, most]) : random.between(1, most);
  const before = draw(left, signs, random, hard);
  const after = draw(length - 3 - left, signs, random, hard);
  return `(${before}${random.pick([...signs])}${after})`;
}

const SIGNS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a + MODULUS - b,
  "*": (a, b) => a * b,
};

/** The value of an expression, in which `x` stands for a number. */
export function valueOf(text: string, x: number): number | typeof BROKEN {
  let next = 0;
  let isFine = true;
  const digit = () => {
    const symbol = text[next++] ?? "";
    if (symbol === "x") return x;
    isFine &&= /^[0-4]$/.test(symbol);
    return Number(symbol);
  };
  const part = (): number => {
    if (text[next] === "-") {
      next++;
      return (MODULUS - digit()) % MODULUS;
    }
    if (text[next] !== "(") return digit();
    next++;
    let value = part();
    const compute = Object.hasOwn(SIGNS, text[next] ?? "") ? SIGNS[text[next]!] : undefined;
    if (compute !== undefined) {
      next++;
      value = compute(value, part()) % MODULUS;
    }
    isFine &&= text[next++] === ")";
    return value;
  };
  const value = part();
  return isFine && next === text.length ? value : BROKEN;
}
