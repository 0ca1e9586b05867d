import { CsvParseStream, stringifyCsv } from "./deps.ts";
import { RunError } from "./errors.ts";
import { explainFileError } from "./files.ts";

/** One row of CSV with its line end: RFC 4180 quoting, but LF where std writes CRLF. */
export function csvLine(cells: readonly (string | number)[]): string {
  return stringifyCsv([cells], { headers: false }).slice(0, -"\r\n".length) + "\n";
}

/** The rows of a CSV file, its header among them; blank lines are left out. */
export async function readCsv(path: string): Promise<string[][]> {
  const text = await Deno.readTextFile(path).catch((thrown) => {
    throw explainFileError("read", path, thrown);
  });
  return await parseCsv(text, path);
}

/** The rows of CSV, which messages call `path`. */
export async function parseCsv(text: string, path: string): Promise<string[][]> {
  try {
    return await Array.fromAsync(ReadableStream.from([text]).pipeThrough(new CsvParseStream()));
  } catch (cause) {
    throw new RunError(`Cannot read ${path}: a quote is not closed or stands alone, expected CSV`, { cause });
  }
}
