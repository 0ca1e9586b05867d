const HEIGHTS = "▁▂▃▄▅▆▇█";

/** Positive numbers as a small curve of one character each, on a logarithmic scale from the least to the largest. */
export function sparkline(values: readonly number[]): string {
  const logarithms = values.map((value) => Math.log(Math.max(value, Number.MIN_VALUE)));
  const [least, most] = [Math.min(...logarithms), Math.max(...logarithms)];
  const scale = most > least ? (HEIGHTS.length - 1) / (most - least) : 0;
  return logarithms.map((value) => HEIGHTS[Math.round((value - least) * scale)]!).join("");
}
