import type { Row } from "../problems/dataset.ts";
import type { ReportRow } from "../model/model.ts";
import { type EvaluationState, formatReport, REPORT_HEADER, reportLine } from "./report.ts";

/** A report on standard output or in a pipe: CSV row by row, JSON at the end. It cannot be gone on with. */
export class ReportStream {
  /** The rows that are known. */
  readonly rows: ReportRow[] = [];
  /** What searches found for these rows. */
  readonly failures: Row[] = [];
  /** There is no state to go on from. */
  readonly state: EvaluationState | undefined = undefined;
  readonly #json: boolean;
  readonly #write: (text: string) => Promise<void>;

  /** Of what writes text. */
  constructor(json: boolean, write: (text: string) => Promise<void>) {
    this.#json = json;
    this.#write = write;
  }

  /** Forgets it. */
  async note(): Promise<void> {}

  /** Writes a row, of CSV, and keeps what a search found for it. */
  async add(row: ReportRow, failures: readonly Row[]): Promise<void> {
    this.rows.push(row);
    for (const failure of failures) this.failures.push(failure);
    if (!this.#json) await this.#write((this.rows.length === 1 ? REPORT_HEADER : "") + reportLine(row));
  }

  /** Writes all rows, of JSON. */
  async finish(): Promise<void> {
    if (this.#json) await this.#write(formatReport(this.rows, true));
  }

  /** Writes what is known: it may be the work of hours. There is nothing to go on with. */
  async leave(): Promise<false> {
    if (this.rows.length > 0) await this.finish();
    return false;
  }
}
