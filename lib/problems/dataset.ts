/**
 * Datasets: examples drawn from a problem, and the CSV files that hold them, one row each:
 * `problem,size,input,target`. A cell never holds a line end, so a row is a line.
 */
import { cellsOf } from "../io/csv.ts";
import { stringifyCsv } from "../deps.ts";
import { figure, messageOf, RunError, shown, UsageError, wrongFile } from "../errors.ts";
import { explainFileError } from "../io/files.ts";
import { checkValue, objectWith, optional, TEXT } from "../checks/options.ts";
import { pause } from "../async/pause.ts";
import { complaintAboutName, complaintAboutText } from "./problem.ts";
import { findProblem, type Problem } from "./mod.ts";
import { keyOf, type Random, wordAt } from "../random.ts";
import { limited, MOST_BYTES, readPieces, standardInput } from "../io/read_file.ts";

/** An input of a problem with its right answer. */
export interface Example {
  /** Digits per operand, input symbols, or what else the problem counts. */
  size: number;
  /** The input, one character per symbol. */
  input: string;
  /** The right answer, one character per symbol. */
  target: string;
}

/** A row of a dataset. */
export interface Row extends Example {
  /** Name of the problem. */
  problem: string;
}

/** The parts of a problem that training on a dataset needs. */
export type DataProblem = Pick<Problem, "name" | "symbols" | "maxSize">;

/** A dataset that has been read. */
export interface Dataset {
  /**
   * The problem of {@linkcode problems} that has the rows' problem name; of another name, what the rows show: the
   * symbols that occur and the largest size.
   */
  problem: DataProblem;
  /** All rows, in the order of the file; there is at least one. */
  rows: Row[];
}

/** Draws an input from a suite of the problem. Throws a `RunError` where the suite does not yield one. */
export function drawInput(problem: Problem, suite: string, size: number, random: Random): string {
  const draw = Object.hasOwn(problem.suites, suite) ? problem.suites[suite] : undefined;
  if (!draw) {
    const [given, expected] = [JSON.stringify(suite), Object.keys(problem.suites).join(" or ")];
    throw new UsageError(`Unknown suite ${given} of problem ${problem.name}, expected ${expected}`, {
      code: "wrong_value",
      subject: "suite",
      given,
      expected,
    });
  }
  return textFrom("input", () => draw(size, random), problem, suite, size);
}

/** Draws an example from a suite of the problem. Throws a `RunError` where the problem does not yield one. */
export function sampleExample(problem: Problem, suite: string, size: number, random: Random): Example {
  const input = drawInput(problem, suite, size, random);
  return {
    size,
    input,
    target: textFrom(`answer to ${shown(input, 60)}`, () => problem.answer(input), problem, suite, size),
  };
}

/** The result of a function of a problem, checked: the problem may be anybody's, and was tried at small sizes only. */
function textFrom(what: string, yields: () => string, problem: Problem, suite: string, size: number): string {
  let reason: string | undefined;
  try {
    const text = yields();
    const complaint = complaintAboutText(text, problem.symbols, size);
    if (complaint === undefined) return text;
    reason = `its ${what} ${complaint}`;
  } catch (thrown) {
    reason = `its ${what} failed, ${messageOf(thrown).split("\n")[0]}`;
  }
  throw new RunError(`Cannot draw an example of ${problem.name}, suite ${suite}, size ${size}: ${reason}`, {
    code: "wrong_problem",
    subject: problem.name,
  });
}

/** The names of the columns. */
const columns = ["problem", "size", "input", "target"];

/** The first line of a dataset, with its line end. */
export const datasetHeader: string = columns.join(",") + "\n";

/** The lines of a dataset that hold the rows, each with its line end. */
export function formatRows(rows: readonly Row[]): string {
  // std ends lines with CRLF, the toolkit with LF.
  return stringifyCsv(rows.map((row) => [row.problem, row.size, row.input, row.target]))
    .replaceAll("\r\n", "\n");
}

/** Whether the row serves validation rather than training: one row in ten, by a hash of its text alone. */
export function isValidationRow(row: Row): boolean {
  return wordAt(keyOf(0, `${row.problem},${row.size},${row.input},${row.target}`), 0) < 2 ** 32 / 10;
}

/** The path that stands for standard input. */
const STANDARD_INPUT = "-";

/** The most characters of a line: a row of a million digits has three million. */
const LONGEST_LINE = 16e6;

/**
 * Reads a dataset row by row in constant memory, from standard input where `path` is `-`. Throws a `RunError` of one
 * line about a malformed row, which names the line of the file. `complaintAbout` returns what else is wrong with a row,
 * if anything.
 */
export async function* readRows(
  path: string,
  complaintAbout: (row: Row) => string | undefined = () => undefined,
): AsyncGenerator<Row> {
  const called = nameOf(path);
  let line = 0;
  let headerSeen = false;
  const fail = (reason: string): never => {
    throw new RunError(`Cannot read ${called}, line ${line}: ${reason}`, {
      code: "wrong_file",
      subject: called,
    });
  };
  try {
    for await (const lines of linesOf(await piecesOf(path))) {
      for (const text of lines) {
        line++;
        if (text === "") continue;
        if (text.length > LONGEST_LINE) fail(`it has more than ${LONGEST_LINE} characters`);
        const cells = cellsOf(text);
        if (cells === undefined) {
          return fail('a quote is not closed or stands alone, expected cells quoted as "a""b"');
        }
        if (!headerSeen) {
          headerSeen = cells.length === columns.length && cells.join() === columns.join();
          if (!headerSeen) fail(`the header is ${shown(cells.join(), 40)}, expected ${columns.join()}`);
          continue;
        }
        if (cells.length !== columns.length) {
          fail(`it has ${cells.length} cells, expected ${columns.join()}`);
        }
        const [problem, size, input, target] = cells as [string, string, string, string];
        const row: Row = { problem, size: /^[1-9][0-9]*$/.test(size) ? Number(size) : NaN, input, target };
        if (!Number.isSafeInteger(row.size)) {
          fail(`size is ${shown(size, 40)}, expected a whole number from 1`);
        }
        const complaint = complaintAboutRow(row) ?? complaintAbout(row);
        if (complaint) fail(complaint);
        yield row;
      }
      await pause();
    }
    if (!headerSeen) throw wrongFile(called, "it is empty", `the header ${columns.join()}`);
  } catch (thrown) {
    throw explainFileError("read", called, thrown);
  }
}

/** The name of the file in messages. */
function nameOf(path: string): string {
  return path === STANDARD_INPUT ? "standard input" : path;
}

async function piecesOf(path: string): Promise<AsyncIterable<Uint8Array>> {
  if (path === "/dev/stdin") throw wrongFile(path, "expected - for standard input");
  return path === STANDARD_INPUT
    ? limited(standardInput(), MOST_BYTES.dataset, nameOf(path))
    : await readPieces(path, MOST_BYTES.dataset);
}

/**
 * The lines of a text, many at a time, without their line ends. Bytes that are not UTF-8 become U+FFFD, which is refused
 * with its line later. Of a line that is too long only the beginning comes, and no line after it.
 */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true });
    const end = text.lastIndexOf("\n");
    if (end >= 0) yield splitLines(rest + text.slice(0, end));
    rest = end >= 0 ? text.slice(end + 1) : rest + text;
    if (rest.length > LONGEST_LINE) break;
  }
  yield splitLines(rest + decoder.decode());
}

function splitLines(text: string): string[] {
  return text.split("\n").map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
}

/** What is wrong with the texts of a row: undefined where nothing is. */
export function complaintAboutRow({ problem, input, target }: Row): string | undefined {
  if (complaintAboutName(problem)) {
    return `problem is ${shown(problem, 40)}, expected a name of letters, digits, - and _, 100 at most`;
  }
  for (const [column, cell] of Object.entries({ input, target })) {
    if (cell === "") return `${column} is empty, expected one character per symbol`;
    const alien = /[^\x21-\x7e]/u.exec(cell)?.[0];
    if (alien) return `${column} has ${shown(alien)}, expected printable ASCII characters other than space`;
  }
}

/** The most rows of a dataset: they take a few hundred megabytes of memory. */
const MOST_ROWS = 1_000_000;

const PROBLEM = optional(objectWith("a problem with name and symbols", { name: TEXT, symbols: TEXT }));

/**
 * Reads a dataset: a CSV file with the columns `problem,size,input,target` and at most a million rows, all of one
 * problem. Its answers may differ from those of the toolkit's problem of that name.
 *
 * @param path Path of the file; `-` for standard input.
 * @param model Problem of a model, `model.problem`, whose alphabet the rows must use. By default it is the alphabet of the
 * toolkit's problem of that name, or any where there is none.
 * @returns The rows and their problem.
 * @throws {RunError} If the file cannot be read, or is no such dataset; the message names the line.
 *
 * @example Usage
 * ```ts
 * import { loadDataset } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "problem,size,input,target\nflip,2,ab,ba\nflip,3,abb,bba\n");
 * const { problem, rows } = await loadDataset(path);
 * assertEquals(problem, { name: "flip", symbols: "ab", maxSize: 3 });
 * assertEquals(rows[0], { problem: "flip", size: 2, input: "ab", target: "ba" });
 * await Deno.remove(path);
 * ```
 */
export async function loadDataset(
  path: string,
  model?: Pick<DataProblem, "name" | "symbols">,
): Promise<Dataset> {
  checkValue("load a dataset", "problem", model, PROBLEM);
  const rows: Row[] = [];
  const found = new Set<number>();
  const complaintAbout = (row: Row): string | undefined => {
    if (rows.length === MOST_ROWS) {
      return `it has more than ${figure(MOST_ROWS)} rows, expected at most that many`;
    }
    const name = rows[0]?.problem ?? row.problem;
    if (row.problem !== name) return `problem is ${row.problem}, expected ${name} as in the rows before`;
    const expected = model ?? findProblem(name);
    for (const text of [row.input, row.target]) {
      for (let k = 0; k < text.length; k++) {
        const code = text.charCodeAt(k);
        if (found.has(code)) continue;
        if (expected && !expected.symbols.includes(text[k]!)) {
          return `${shown(text[k])} is no symbol of ${expected.name}, expected one of ${expected.symbols}`;
        }
        found.add(code);
      }
    }
  };
  for await (const row of readRows(path, complaintAbout)) rows.push(row);
  const name = rows[0]?.problem;
  if (name === undefined) {
    const expected = "one at least";
    throw new RunError(`Cannot use ${nameOf(path)}: it has no rows, expected ${expected}`, {
      code: "wrong_file",
      subject: nameOf(path),
      expected,
    });
  }
  const problem = findProblem(name) ??
    {
      name,
      symbols: model?.symbols ?? String.fromCharCode(...[...found].sort((a, b) => a - b)),
      maxSize: rows.reduce(largestSize, 1),
    };
  return { problem, rows };
}

const largestSize = (largest: number, row: Row): number => Math.max(largest, row.size);
