/** Arithmetic as in school, on digits, the least significant first: an oracle without big numbers. */

/** Digits of a text. */
export const digitsOf = (text: string): number[] => Array.from(text, Number);

/** Digits without leading zeros, which stand at the end. */
export function stripped(digits: readonly number[]): number[] {
  let length = digits.length;
  while (length > 1 && digits[length - 1] === 0) length--;
  return digits.slice(0, length);
}

/** Digits as a text of some width. */
export const textOf = (digits: readonly number[], width = 1): string =>
  stripped(digits).join("").padEnd(width, "0");

/** The sum. */
export function plus(x: readonly number[], y: readonly number[], radix: number): number[] {
  const sum: number[] = [];
  let carry = 0;
  for (let i = 0; i < Math.max(x.length, y.length) + 1; i++) {
    const total = (x[i] ?? 0) + (y[i] ?? 0) + carry;
    sum.push(total % radix);
    carry = total >= radix ? 1 : 0;
  }
  return stripped(sum);
}

/** The product: y added up, shifted, as often as each digit says. */
export function times(x: readonly number[], y: readonly number[], radix: number): number[] {
  let product = [0];
  x.forEach((digit, place) => {
    for (let n = 0; n < digit; n++) product = plus(product, [...Array(place).fill(0), ...y], radix);
  });
  return stripped(product);
}

/** Whether x is less than y. */
export function isLess(x: readonly number[], y: readonly number[]): boolean {
  for (let i = Math.max(x.length, y.length) - 1; i >= 0; i--) {
    if ((x[i] ?? 0) !== (y[i] ?? 0)) return (x[i] ?? 0) < (y[i] ?? 0);
  }
  return false;
}

/** x less y, which is not larger. */
export function minus(x: readonly number[], y: readonly number[], radix: number): number[] {
  let borrow = 0;
  return stripped(x.map((digit, i) => {
    const rest = digit - (y[i] ?? 0) - borrow;
    borrow = rest < 0 ? 1 : 0;
    return rest + borrow * radix;
  }));
}

/** Quotient and remainder, by long division. */
export function dividedBy(x: readonly number[], y: readonly number[], radix: number): [number[], number[]] {
  const quotient: number[] = [];
  let rest: number[] = [0];
  for (const digit of [...x].reverse()) {
    rest = stripped([digit, ...rest]);
    let times = 0;
    for (; !isLess(rest, y); times++) rest = minus(rest, y, radix);
    quotient.unshift(times);
  }
  return [stripped(quotient), rest];
}

/** The greatest common divisor. */
export function divisorOf(x: readonly number[], y: readonly number[], radix: number): number[] {
  let [a, b] = [stripped(x), stripped(y)];
  while (b.some((digit) => digit > 0)) [a, b] = [b, dividedBy(a, b, radix)[1]];
  return a;
}
