/** The 97.5% quantile of the standard normal distribution: an interval of ± this many deviations holds 95%. */
const Z = 1.959963984540054;

/** Wilson's 95% confidence interval for a share of which `hits` of `count` were seen (Wilson 1927). */
export function wilsonInterval(hits: number, count: number): [low: number, high: number] {
  const share = hits / count;
  const square = Z * Z / count;
  const middle = share + square / 2;
  const reach = Math.sqrt(share * (1 - share) * square + square * square / 4);
  return [Math.max(0, (middle - reach) / (1 + square)), Math.min(1, (middle + reach) / (1 + square))];
}
