/**
 * Datasets: examples drawn from a problem, and the CSV files that hold them, one row each:
 * `problem,size,input,target`. A cell never holds a line end, so a row is a line.
 */
import { CsvParseStream, stringifyCsv } from "./deps.ts";
import { RunError, UsageError } from "./errors.ts";
import { explainFileError } from "./files.ts";
import { findProblem, type Problem } from "./problems/mod.ts";
import { keyOf, type Random, wordAt } from "./random.ts";

/** One input of a problem and the answer to it. */
export interface Example {
  /** Digits per operand, or symbols of a one-operand problem. */
  size: number;
  /** One character per symbol. */
  input: string;
  /** One character per symbol. */
  target: string;
}

/** A row of a dataset. */
export interface Row extends Example {
  /** The name of the problem. */
  problem: string;
}

/** What a dataset tells of its problem. Every `Problem` is one; a problem of the user's own needs no more than this. */
export type DataProblem = Pick<Problem, "name" | "symbols" | "maxSize">;

/** A dataset in memory. */
export interface Dataset {
  /** The toolkit's problem of the rows' name, or what the rows tell. */
  problem: DataProblem;
  /** All rows, in the order of the file; there is at least one. */
  rows: Row[];
}

/** Draws an example from a suite of the problem. */
export function sampleExample(problem: Problem, suite: string, size: number, random: Random): Example {
  const draw = Object.hasOwn(problem.suites, suite) ? problem.suites[suite] : undefined;
  if (!draw) {
    throw new UsageError(
      `Unknown suite ${JSON.stringify(suite)} of problem ${problem.name}, ` +
        `expected ${Object.keys(problem.suites).join(" or ")}`,
    );
  }
  const input = draw(size, random);
  return { size, input, target: problem.answer(input) };
}

/** The names of the columns. */
const columns = ["problem", "size", "input", "target"];

/** The first line of a dataset, with its line end. */
export const datasetHeader: string = columns.join(",") + "\n";

/** The lines of a dataset that hold the rows, each with its line end. */
export function formatRows(rows: readonly Row[]): string {
  // std ends lines with CRLF.
  return stringifyCsv(rows.map((row) => [row.problem, row.size, row.input, row.target]))
    .replaceAll("\r\n", "\n");
}

/** Whether the row serves validation rather than training: one row in ten, by a hash of its text alone. */
export function isValidationRow(row: Row): boolean {
  return wordAt(keyOf(0, `${row.problem},${row.size},${row.input},${row.target}`), 0) < 2 ** 32 / 10;
}

/**
 * Reads a dataset row by row in constant memory. `complaintAbout` tells what else is wrong with a row, if anything: like
 * anything malformed that becomes a `RunError` of one line, which names the line of the file.
 */
export async function* readRows(
  path: string,
  complaintAbout: (row: Row) => string | undefined = () => undefined,
): AsyncGenerator<Row> {
  let line = 0;
  let headerSeen = false;
  const fail = (reason: string): never => {
    throw new RunError(`Cannot read ${path}, line ${line}: ${reason}`);
  };
  try {
    using file = await Deno.open(path);
    for await (const cells of ReadableStream.from(linesOf(file)).pipeThrough(new CsvParseStream())) {
      line++;
      if (cells.length === 1 && cells[0] === "") continue;
      if (!headerSeen) {
        headerSeen = cells.length === columns.length && cells.join() === columns.join();
        if (!headerSeen) fail(`the header is ${shown(cells.join())}, expected ${columns.join()}`);
        continue;
      }
      if (cells.length !== columns.length) fail(`it has ${cells.length} cells, expected ${columns.join()}`);
      const [problem, size, input, target] = cells as [string, string, string, string];
      const row: Row = { problem, size: /^[1-9][0-9]*$/.test(size) ? Number(size) : NaN, input, target };
      if (!Number.isSafeInteger(row.size)) fail(`size is ${shown(size)}, expected a whole number from 1`);
      const complaint = complaintAboutText(row) ?? complaintAbout(row);
      if (complaint) fail(complaint);
      yield row;
    }
    line++;
    if (!headerSeen) fail(`the file is empty, expected the header ${columns.join()}`);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw explainFileError("read", path, thrown);
    line++;
    fail('a quote is not closed or stands alone, expected cells quoted as "a""b"');
  }
}

/**
 * The text of a CSV file, whole lines at a time. A blank line gets one empty cell, because std's parser would leave it out
 * and the count of lines go wrong. Bytes that are not UTF-8 become U+FFFD, which is refused with its line later.
 */
async function* linesOf(file: Deno.FsFile): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65536);
  let rest = "";
  for (let read; (read = await file.read(buffer)) !== null;) {
    rest += decoder.decode(buffer.subarray(0, read), { stream: true });
    const end = rest.lastIndexOf("\n") + 1;
    yield rest.slice(0, end).replace(/(?<=^|\n)\r?\n/g, '""\n');
    rest = rest.slice(end);
  }
  yield rest + decoder.decode();
}

function complaintAboutText({ problem, input, target }: Row): string | undefined {
  // It becomes a part of file names.
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(problem)) {
    return `problem is ${shown(problem)}, expected a name of letters, digits, - and _`;
  }
  for (const [column, cell] of Object.entries({ input, target })) {
    if (cell === "") return `${column} is empty, expected one character per symbol`;
    const alien = /[^\x21-\x7e]/u.exec(cell)?.[0];
    if (alien) return `${column} has ${shown(alien)}, expected printable ASCII characters other than space`;
  }
}

/** At most 40 characters of a text from a file, in quotes and in printable ASCII. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? text.slice(0, 40) + "..." : text).replace(
    /[^\x20-\x7e]/g,
    (character) => "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/**
 * Reads a whole dataset of one problem. Every symbol must be one that `model`, the problem of a model, has; without
 * it one of the toolkit's for a problem that it knows, and any for another one. The toolkit's answers are not
 * asked for: a dataset may give its own.
 */
export async function loadDataset(
  path: string,
  model?: Pick<DataProblem, "name" | "symbols">,
): Promise<Dataset> {
  const rows: Row[] = [];
  const found = new Set<string>();
  let allowed: ReadonlySet<string> | undefined;
  const complaintAbout = (row: Row): string | undefined => {
    const name = rows[0]?.problem ?? row.problem;
    if (row.problem !== name) return `problem is ${row.problem}, expected ${name} as in the rows before`;
    const expected = model ?? findProblem(name);
    allowed ??= expected && new Set(expected.symbols);
    for (const symbol of row.input + row.target) {
      if (expected && !allowed!.has(symbol)) {
        return `${shown(symbol)} is no symbol of ${expected.name}, expected one of ${expected.symbols}`;
      }
      found.add(symbol);
    }
  };
  for await (const row of readRows(path, complaintAbout)) rows.push(row);
  const name = rows[0]?.problem;
  if (name === undefined) throw new RunError(`Cannot use ${path}: it has no rows, expected one at least`);
  const problem = findProblem(name) ??
    { name, symbols: model?.symbols ?? [...found].sort().join(""), maxSize: rows.reduce(largestSize, 1) };
  return { problem, rows };
}

const largestSize = (largest: number, row: Row): number => Math.max(largest, row.size);
