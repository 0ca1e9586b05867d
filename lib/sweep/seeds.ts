import { range } from "../cli/arguments.ts";
import { UsageError } from "../errors.ts";

const MOST = 100_000;

/** Seeds from a text such as `1..10` or `1,2,5..7`. */
export function seedList(text: string): number[] {
  const ranges = text.split(",").map((part) => range("seeds", part, 0, Number.MAX_SAFE_INTEGER));
  if (ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0) > MOST) {
    throw new UsageError(`Cannot use --seeds ${text}: expected at most ${MOST} seeds`);
  }
  const seeds = ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i)
  );
  return [...new Set(seeds)];
}
