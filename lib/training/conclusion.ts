import type { ReportRow } from "../model/model.ts";
import type { TrainingEnd } from "./state.ts";

/** The result of a run. */
export interface Conclusion {
  /** Whether the report has no error at any size that the run was validated at; or without it, how the run ended. */
  readonly solved: boolean;
  /** Why, in words that follow `Solved: ` or `Not solved: `. */
  readonly reason: string;
}

/** The most rows that a verdict names. If there are more, it tells their number. */
const NAMED = 3;

/**
 * Judges a run by its report, which is shown beside the verdict. Every example up to size `reach`, that of the longest
 * validation, must be right. Longer sizes are in the report for information only.
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

/** Judges a run of which no report was asked for, by how it ended. */
export function concludeWithoutReport(ended: TrainingEnd): Conclusion {
  const solved = ended === "confirmed";
  return { solved, reason: `${solved ? "a" : "no"} validation was confirmed, and no report was asked for` };
}
