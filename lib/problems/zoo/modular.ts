/** One step of modular arithmetic, least significant digit first. */
import type { Random } from "../../random.ts";
import type { Problem } from "../problem.ts";
import { OWN } from "../sources.ts";
import { writeNumber } from "../digits.ts";
import { BASES, digitsIn, groupsOf, integerBelow, numberIn, refuse } from "./texts.ts";

/** A step: its operands, of which the last is the modulus and the others are below it. */
interface Step {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** The signs between the numbers. */
  readonly signs: string;
  readonly example: (write: (value: bigint) => string) => string;
  compute(operands: readonly bigint[], modulus: bigint): bigint;
}

const STEPS: readonly Step[] = [
  {
    name: "double-add",
    title: "(2r + a) mod m, written r+a%m: a step of modular multiplication, with a = 0 for a bit that is 0",
    source: "SAIR modular arithmetic challenge 2026, github.com/eyang07/modmul",
    signs: "+%",
    example: (write) => `${write(5n)}+${write(3n)}%${write(7n)}`,
    compute: ([r, a]) => 2n * r! + a!,
  },
  {
    name: "mod-square",
    title: "r² mod m, written r%m",
    source: OWN,
    signs: "%",
    example: (write) => `${write(5n)}%${write(7n)}`,
    compute: ([r]) => r! * r!,
  },
];

/** A modulus of at most that many digits, where hard ones are next to a power of the base, or tiny. */
function modulusOf(radix: number, size: number, random: Random, hard: boolean): bigint {
  const most = BigInt(radix) ** BigInt(size);
  if (!hard || random.integer(3) === 0) return 1n + integerBelow(most - 1n, random);
  const power = BigInt(radix) ** BigInt(random.between(0, size - 1));
  const hardest = random.pick([power, power + 1n, power * BigInt(radix) - 1n, most - 1n]);
  return hardest < most ? hardest : 1n;
}

/** A number below the modulus: any, or at its ends and in its middle. */
function below(modulus: bigint, random: Random, hard: boolean): bigint {
  if (!hard) return integerBelow(modulus, random);
  return random.pick([0n, modulus - 1n, modulus / 2n, (modulus - 1n) / 2n, integerBelow(modulus, random)]);
}

function problemOf([radix, letter, word]: typeof BASES[number], step: Step): Problem {
  const { name, title, source, signs, example, compute } = step;
  const symbols = digitsIn(radix);
  const number = `([${symbols}]+)`;
  const pattern = new RegExp(`^${number}${[...signs].map((sign) => `\\${sign}${number}`).join("")}$`);
  const draw = (size: number, random: Random, hard: boolean) => {
    const modulus = modulusOf(radix, size, random, hard);
    const operands = [...signs].map((_, i) =>
      i > 0 && random.integer(2) === 0 ? 0n : below(modulus, random, hard) // half of the bits are 0
    );
    return [...operands, modulus].map((value, i) => writeNumber(value, radix, size) + (signs[i] ?? "")).join(
      "",
    );
  };
  return {
    name: letter + name,
    title: `${word} ${title}`,
    symbols: symbols + signs,
    maxSize: 20,
    suites: {
      random: (size, random) => draw(size, random, false),
      carry: (size, random) => draw(size, random, true),
    },
    answer(input) {
      const expected =
        `numbers in base ${radix} of equal length with ${signs} between them, all below the last`;
      const digits = groupsOf(input, pattern, expected);
      const values = digits.map((text) => numberIn(text, radix));
      const [modulus, operands] = [values.at(-1)!, values.slice(0, -1)];
      const fits = digits.every(({ length }) => length === digits[0]!.length) &&
        operands.every((value) => value < modulus);
      if (!fits) refuse(input, expected);
      return writeNumber(compute(operands, modulus) % modulus, radix, digits[0]!.length);
    },
    about: {
      ...{ family: "modular", size: "digits per number", source },
      example: example((value) => writeNumber(value, radix, 3)),
    },
  };
}

/** The problems of modular arithmetic. */
export const modular: readonly Problem[] = STEPS.flatMap((step) =>
  BASES.map((base) => problemOf(base, step))
);
