import type { RowSteps } from "../run.ts";

/** Examples of a batch that are computed together. */
export interface Group {
  /** Their numbers in the batch. */
  readonly rows: readonly number[];
  /** The length of each. */
  readonly length: number;
  /** The steps of each. */
  readonly steps: number;
}

/**
 * Lines, one for each position of each example, that are computed together: enough to fill the registers and to read the
 * filters seldom, and few enough that a trajectory stays in the cache.
 */
const LINES = 96;

/** The examples of a batch in groups of the same length and steps, in their order. */
export function groupsOf({ lengths, steps }: RowSteps): Group[] {
  const alike = Map.groupBy(lengths.keys(), (row) => `${lengths[row]} ${steps[row]}`);
  return [...alike.values()].flatMap((rows) => {
    const length = lengths[rows[0]!]!;
    const parts = Math.ceil(rows.length / Math.max(1, Math.floor(LINES / length)));
    return Array.from({ length: parts }, (_, part) => ({
      rows: rows.slice(Math.ceil(part * rows.length / parts), Math.ceil((part + 1) * rows.length / parts)),
      length,
      steps: steps[rows[0]!]!,
    }));
  });
}
