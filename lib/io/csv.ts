import { parseCsv as parseWholeCsv, stringifyCsv } from "../deps.ts";
import { wrongFile } from "../errors.ts";
import { MOST_BYTES, readText } from "./read_file.ts";

/** One row of CSV with its line end. The quoting is that of RFC 4180, but lines end with LF where std writes CRLF. */
export function csvLine(cells: readonly (string | number)[]): string {
  return stringifyCsv([cells], { headers: false }).slice(0, -"\r\n".length) + "\n";
}

/**
 * The cells of a line, which is given without its line end; undefined where its quotes are wrong. It is for files whose
 * cells hold no line ends. The parser of std reads character by character, and a line of megabytes would take seconds.
 */
export function cellsOf(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(",");
  const cells: string[] = [];
  for (let start = 0; start <= line.length;) {
    const [cell, end] = line[start] === '"' ? quotedCell(line, start) : plainCell(line, start);
    if (cell === undefined) return undefined;
    cells.push(cell);
    start = end + 1;
  }
  return cells;
}

/** The cell that starts at a place, and the place of the comma or the line's end after it. */
type Cell = [cell: string | undefined, end: number];

function plainCell(line: string, start: number): Cell {
  const comma = line.indexOf(",", start);
  const end = comma < 0 ? line.length : comma;
  const cell = line.slice(start, end);
  return [cell.includes('"') ? undefined : cell, end];
}

function quotedCell(line: string, start: number): Cell {
  let end = line.indexOf('"', start + 1);
  while (end > 0 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
  const whole = end > 0 && [",", undefined].includes(line[end + 1]);
  return [whole ? line.slice(start + 1, end).replaceAll('""', '"') : undefined, end + 1];
}

/** The rows of a CSV file, its header among them; blank lines are left out. */
export async function readCsv(path: string): Promise<string[][]> {
  return parseCsv(await readText(path, MOST_BYTES.report), path);
}

/** The rows of CSV, which messages call `path`. */
export function parseCsv(text: string, path: string): string[][] {
  try {
    return parseWholeCsv(text);
  } catch {
    throw wrongFile(path, "a quote is not closed or stands alone", "CSV");
  }
}
