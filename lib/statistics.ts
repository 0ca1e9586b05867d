/** The middle one of some numbers, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/**
 * The values that never fall and come closest to the given ones, by the squares of their distances times the weights:
 * neighbours that fall are replaced by their mean.
 */
export function neverFalling(values: readonly number[], weights: readonly number[]): number[] {
  const blocks: { value: number; weight: number; count: number }[] = [];
  values.forEach((value, i) => {
    let block = { value, weight: weights[i]!, count: 1 };
    while (blocks.length > 0 && blocks.at(-1)!.value >= block.value) {
      const before = blocks.pop()!;
      const weight = before.weight + block.weight;
      const value = (before.value * before.weight + block.value * block.weight) / weight;
      block = { value, weight, count: before.count + block.count };
    }
    blocks.push(block);
  });
  return blocks.flatMap(({ value, count }) => Array<number>(count).fill(value));
}

/** A share as a percentage that shows 100% only where nothing is wrong. */
export function percent(share: number): string {
  return share === 1 ? "100%" : `${(Math.floor(share * 1000) / 10).toFixed(1)}%`;
}
