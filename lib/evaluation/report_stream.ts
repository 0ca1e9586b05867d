import type { Row } from "../problems/dataset.ts";
import type { ReportRow } from "../model/model.ts";
import { type EvaluationState, formatReport, REPORT_HEADER, reportLine } from "./report.ts";

/** A report on standard output or in a pipe: CSV row by row, JSON at the end. It cannot be resumed. */
export class ReportStream {
  /** The rows that are known. */
  readonly rows: ReportRow[] = [];
  /** What searches found for these rows. */
  readonly failures: Row[] = [];
  /** There is no state to resume from. */
  readonly state: EvaluationState | undefined = undefined;
  readonly #json: boolean;
  readonly #write: (text: string) => Promise<void>;

  /** Makes a report that is written by `write`. */
  constructor(json: boolean, write: (text: string) => Promise<void>) {
    this.#json = json;
    this.#write = write;
  }

  /** Does nothing, because the report cannot be resumed. */
  async note(): Promise<void> {}

  /** Adds a row, and keeps what a search found for it. A CSV row is written at once. */
  async add(row: ReportRow, failures: readonly Row[]): Promise<void> {
    this.rows.push(row);
    for (const failure of failures) this.failures.push(failure);
    if (!this.#json) await this.#write((this.rows.length === 1 ? REPORT_HEADER : "") + reportLine(row));
  }

  /** Ends the report. Rows of JSON are written now. */
  async finish(): Promise<void> {
    if (this.#json) await this.#write(formatReport(this.rows, true));
  }

  /** Writes the rows that are known, which may be the work of hours. The report cannot be resumed. */
  async leave(): Promise<false> {
    if (this.rows.length > 0) await this.finish();
    return false;
  }
}
