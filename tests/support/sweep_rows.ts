import Papa from "papaparse";

/** The rows of CSV, texts by column, as another parser than the toolkit's reads them. */
export function parseRows(csv: string): Record<string, string>[] {
  return Papa.parse(csv, { header: true, skipEmptyLines: true }).data;
}
