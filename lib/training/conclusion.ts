import type { ReportRow } from "../model/model.ts";

/** What a run came to. */
export interface Conclusion {
  /** Whether the report has no error at any size that the run was validated at. */
  readonly solved: boolean;
  /** Why, in words that follow `Solved: ` or `Not solved: `. */
  readonly reason: string;
}

/** Rows that are named; of more it is said how many there are. */
const NAMED = 3;

/**
 * Judges a run by its report, as the table beside the verdict shows it. Up to size `reach`, the longest validation, every
 * example must be right; longer sizes are there to be seen.
 */
export function concludeFrom(results: readonly ReportRow[], reach: number): Conclusion {
  const seen = results.filter(({ size }) => size <= reach);
  if (seen.length === 0) return { solved: false, reason: "there is no report" };
  const largest = Math.max(...seen.map(({ size }) => size));
  const wrong = results.filter(({ errors }) => errors > 0);
  const within = wrong.filter(({ size }) => size <= reach);
  if (within.length > 0) {
    return { solved: false, reason: `the report has errors up to size ${largest}: ${listed(within)}` };
  }
  const right = `the report has no error up to size ${largest}`;
  return { solved: true, reason: wrong.length === 0 ? right : `${right}, and beyond: ${listed(wrong)}` };
}

function listed(rows: readonly ReportRow[]): string {
  const named = rows.slice(0, NAMED).map(({ errors, examples, suite, size }) =>
    `${errors} of ${examples} wrong (${suite}, size ${size})`
  );
  const more = rows.length - named.length;
  return named.join(", ") + (more > 0 ? `, and some in ${more} more ${more === 1 ? "row" : "rows"}` : "");
}
