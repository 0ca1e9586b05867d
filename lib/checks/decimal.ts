/** The number of a text in decimal digits, such as 0.005 or 5e-3; NaN where the text is no such number. */
export function parseDecimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}
