/** Whole numbers as the digits of inputs and answers, least significant first. */

/** The number that digits mean; undefined where they are none. */
export function readNumber(written: string, radix: number): bigint | undefined {
  const digits = [...written].map((digit) => parseInt(digit, radix));
  if (digits.length === 0 || digits.some(Number.isNaN)) return undefined;
  return digits.reduceRight((value, digit) => value * BigInt(radix) + BigInt(digit), 0n);
}

/** A number that is not negative, in `width` digits at least. */
export function writeNumber(value: bigint, radix: number, width = 1): string {
  return [...value.toString(radix)].reverse().join("").padEnd(width, "0");
}
