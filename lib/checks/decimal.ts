/** The number that a text in decimal digits says, such as 0.005 or 5e-3; NaN where it says none. */
export function parseDecimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}
