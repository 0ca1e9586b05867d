/** The rows of a benchmark, and the CSV files that hold them. */
import type { Cell } from "../cells/cell.ts";
import type { CellKind } from "../cells/table.ts";
import { csvLine, readCsv } from "../io/csv.ts";
import { RunError } from "../errors.ts";

/** What a variant is timed on: the shapes of a preset on binary addition. */
export interface Workload {
  /** The preset whose shapes are used. */
  readonly preset: string;
  /** The cell, where it is not the preset's own. */
  readonly cell?: CellKind | Cell | undefined;
  /** Channels of the state. */
  readonly maps: number;
  /** Digits per operand of binary addition. */
  readonly size: number;
  /** Examples in a step. */
  readonly batch: number;
}

/** What is timed: computing the loss, what a training step takes beyond that, and the whole step with the optimizer. */
export const PHASES = ["forward", "backward", "step"] as const;

/** One of {@linkcode PHASES}. */
export type Phase = typeof PHASES[number];

/** A row of the benchmark: one phase of one variant on one workload. */
export interface BenchRow extends Workload {
  /** `tape` or `fused`. */
  readonly variant: string;
  /** The backend's name. */
  readonly backend: string;
  /** The hardware that it computes on. */
  readonly adapter: string;
  /** The part of the step that was timed. */
  readonly phase: Phase;
  /** Median over the turns, in milliseconds. */
  readonly median_ms: number;
  /** The fastest turn. */
  readonly min_ms: number;
  /** The slowest turn. */
  readonly max_ms: number;
  /** Arithmetic of the convolutions that the formulas need, in 10⁹ operations a second, by the median. */
  readonly gflops: number;
  /** Milliseconds by the GPU's own clock, where it tells: the rest of the time the CPU has prepared or waited. */
  readonly gpu_ms?: number | undefined;
}

const COLUMNS = [
  "variant",
  "preset",
  "backend",
  "adapter",
  "maps",
  "size",
  "batch",
  "phase",
  "median_ms",
  "min_ms",
  "max_ms",
  "gflops",
  "gpu_ms",
] as const satisfies readonly (keyof BenchRow)[];

const NUMBERS: readonly string[] = [
  "maps",
  "size",
  "batch",
  "median_ms",
  "min_ms",
  "max_ms",
  "gflops",
  "gpu_ms",
];

/** The first line of a benchmark, with its line end. */
export const BENCH_HEADER: string = csvLine(COLUMNS);

/** The preset of a workload as files and people see it, with the name of its cell where that is not the preset's own. */
export function presetName({ preset, cell }: Workload): string {
  return cell === undefined ? preset : `${preset}+${typeof cell === "string" ? cell : cell.name}`;
}

/** A line of a benchmark, with its line end. */
export function benchLine(row: BenchRow): string {
  return csvLine(cellsOf(row).map((cell) => cell ?? ""));
}

/** The rows of a benchmark as JSON: an array of objects with the columns of the CSV file. */
export function benchJson(rows: readonly BenchRow[]): string {
  const objects = rows.map((row) => Object.fromEntries(cellsOf(row).map((cell, i) => [COLUMNS[i]!, cell])));
  return JSON.stringify(objects, undefined, 2) + "\n";
}

function cellsOf(row: BenchRow): (string | number | undefined)[] {
  return COLUMNS.map((column) => column === "preset" ? presetName(row) : row[column]);
}

/** The rows of a benchmark's CSV file. Throws a {@linkcode RunError} that names the file and what is wrong with it. */
export async function loadBenchmark(path: string): Promise<BenchRow[]> {
  const refuse = (reason: string) =>
    new RunError(`Cannot read ${path} as a benchmark: ${reason}`, { code: "wrong_file", subject: path });
  const [header, ...rows] = await readCsv(path);
  if (header?.join() !== COLUMNS.join()) throw refuse(`its first line is not ${COLUMNS.join()}`);
  if (rows.length === 0) throw refuse("it has no rows");
  return rows.map((cells, index) => {
    const row = rowOf(cells);
    if (row === undefined) throw refuse(`its row ${index + 1} is not one of a benchmark: ${cells.join()}`);
    return row;
  });
}

function rowOf(cells: readonly string[]): BenchRow | undefined {
  if (cells.length !== COLUMNS.length) return undefined;
  const entries = COLUMNS.map((column, i) => {
    const cell = cells[i]!;
    if (!NUMBERS.includes(column)) return [column, cell] as const;
    if (column === "gpu_ms" && cell === "") return [column, undefined] as const;
    return [column, /^[\d.]+(e[+-]?\d+)?$/.test(cell) ? Number(cell) : NaN] as const;
  });
  const row = Object.fromEntries(entries) as unknown as BenchRow;
  const known = PHASES.includes(row.phase) && entries.every(([, value]) => !Number.isNaN(value));
  return known ? row : undefined;
}
