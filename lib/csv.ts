import { stringifyCsv } from "./deps.ts";

/** One row of CSV with its line end: RFC 4180 quoting, but LF where std writes CRLF. */
export function csvLine(cells: readonly (string | number)[]): string {
  return stringifyCsv([cells], { headers: false }).slice(0, -"\r\n".length) + "\n";
}
