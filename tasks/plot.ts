/**
 * Draws what the other commands wrote as a picture.
 * @module
 */
import { dirname } from "node:path";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { asTyped, shown, ToolkitError, UsageError, wrongFile, wrongValue } from "../lib/errors.ts";
import { parseCsv } from "../lib/io/csv.ts";
import { AtomicFile, realPathOf } from "../lib/io/files.ts";
import { MOST_BYTES, readText } from "../lib/io/read_file.ts";
import { loadModel } from "../lib/model/file.ts";
import { accuracyChart } from "../lib/picture/accuracy.ts";
import { carryChart } from "../lib/picture/carry.ts";
import { extraStepsChart } from "../lib/picture/extra_steps.ts";
import { gallery } from "../lib/picture/gallery.ts";
import { type Picture, svgText } from "../lib/picture/picture.ts";
import { readRows, type RowsOf, type TableName, tableNamed } from "../lib/picture/rows.ts";
import { sweepChart } from "../lib/picture/sweep.ts";
import { trainingChart } from "../lib/picture/training.ts";
import {
  combinationsOfResults,
  combinationsOfSummary,
  extraStepsOf,
  sweepTableNamed,
} from "../lib/sweep/chart_rows.ts";
import { parseTable } from "../lib/sweep/table.ts";

/** A file that was read. */
interface Source {
  readonly path: string;
  /** Which table it is, by its header. */
  readonly kind: TableName | "results" | "summary";
  readonly text: string;
  /** Its rows, the header first. */
  readonly cells: readonly (readonly string[])[];
}

/** The `plot` command. */
export const command: Command = {
  name: "plot",
  summary: "Draws the tables that the other commands write, as an SVG picture. " +
    "What is drawn follows from the header of the files. " +
    "Of metrics.csv and validation.csv, together or alone: the training. " +
    "Of reports, which are report.csv and what evaluate prints: accuracy by size, a line for each model, a band " +
    "over runs that differ in their seed alone, and the training size of models that are found under their name " +
    "or beside the file. " +
    "Of a sweep's results.csv or summary.csv: the share of seeds that are right, by setting; where extra_steps " +
    "alone differs in results.csv, accuracy by extra steps. " +
    "Of evaluate --predictions and predict: what is wrong, and for sums failures by the length of the carry.",
  usage: "FILE … [--out F.svg]",
  operands: Infinity,
  flags: [{ name: "out", value: "F.svg", help: "Picture to write; standard output by default, or with -" }],
  examples: [
    "plot runs/badd-default-s1/metrics.csv runs/badd-default-s1/validation.csv --out training.svg",
    "plot runs/badd-default-s1/report.csv runs/badd-default-s2/report.csv --out accuracy.svg",
    "plot runs/sweep-grid/results.csv --out sweep.svg",
    "plot predictions.csv > wrong.svg",
  ],
  async run(args, { progress }) {
    const paths = args.operands;
    if (paths.length === 0) {
      const expected = "tables such as runs/badd-default-s1/report.csv";
      throw new UsageError(`Missing FILE: expected ${expected}`, {
        code: "missing",
        subject: "file",
        expected,
      });
    }
    const out = await outputOf(args.text("out"), paths);
    await using file = out === undefined ? undefined : await AtomicFile.create(out);
    const sources = await Promise.all(paths.map(read));
    const text = svgText(await picturesOf(sources, (note) => progress.note(note)));
    await (file?.write(new TextEncoder().encode(text)) ?? writeStdout(text));
    await file?.commit();
  },
};

/** The path of the picture; undefined for standard output. */
async function outputOf(out: string | undefined, paths: readonly string[]): Promise<string | undefined> {
  if (out === undefined || out === "-") return undefined;
  if (!/\.svg$/i.test(out)) throw wrongValue("out", asTyped(out), "a name that ends with .svg");
  const target = await realPathOf(out);
  for (const path of paths) {
    if (await realPathOf(path) !== target) continue;
    const message = `Cannot use --out ${out}: it is one of the files to read`;
    throw new UsageError(message, { code: "conflict", subject: "out", given: out });
  }
  return out;
}

async function read(path: string): Promise<Source> {
  const text = await readText(path, MOST_BYTES.report);
  const cells = parseCsv(text, path);
  const [header = []] = cells;
  const kind = tableNamed(header) ?? sweepTableNamed(header);
  if (kind === undefined) {
    const found = header.length === 0 ? "it is empty" : `its header is ${shown(header.join(","))}`;
    const expected = "the header of metrics.csv, validation.csv, a report, a sweep's table or predictions";
    throw wrongFile(path, found, expected);
  }
  if (cells.length === 1) throw wrongFile(path, "it has a header and no rows", "one row at least");
  return { path, kind, text, cells };
}

async function picturesOf(sources: readonly Source[], note: (text: string) => void): Promise<Picture[]> {
  checkTogether(sources);
  const rowsOf = <Name extends TableName>(name: Name): RowsOf<Name> =>
    sources.filter(({ kind }) => kind === name)
      .flatMap(({ cells, path }) => readRows(name, cells, path)) as RowsOf<Name>;
  const [{ kind, path, text, cells }] = sources as [Source];
  switch (kind) {
    case "report":
      return [await accuracyChart(rowsOf(kind), await trainingSizes(sources, note))];
    case "metrics":
    case "validation":
      return [await trainingChart(rowsOf("metrics"), rowsOf("validation"))];
    case "predictions": {
      const rows = rowsOf(kind);
      if (rows.every(({ right }) => right === undefined)) {
        throw wrongFile(
          path,
          "the column right is empty in every row",
          "inputs of which the answer is known",
        );
      }
      const sums = await carryChart(rows);
      return [...(sums ? [sums] : []), gallery(rows)];
    }
    case "results": {
      const table = await parseTable(text, path);
      const rows = extraStepsOf(table);
      return [await (rows ? extraStepsChart(rows) : sweepChart(combinationsOfResults(table)))];
    }
    case "summary":
      return [await sweepChart(combinationsOfSummary(cells, path))];
  }
}

/** Refuses files that make no picture together. */
function checkTogether([first, ...others]: readonly Source[]): void {
  const inOne = (a: Source, b: Source) =>
    a.kind === b.kind
      ? a.kind === "report" || a.kind === "predictions"
      : [a, b].every(({ kind }) => kind === "metrics" || kind === "validation");
  others.forEach((other, i) => {
    const odd = [first!, ...others.slice(0, i)].find((before) => !inOne(before, other));
    if (odd === undefined) return;
    const expected =
      "reports, or predictions, or one run's metrics.csv and validation.csv, or one table of a sweep";
    const message = `Cannot draw ${odd.path} (${odd.kind}) and ${other.path} (${other.kind}) in one picture`;
    throw new UsageError(`${message}: expected ${expected}`, {
      code: "conflict",
      subject: other.path,
      expected,
    });
  });
}

/** The largest training sizes of the models of reports, by their names in them. */
async function trainingSizes(
  reports: readonly Source[],
  note: (text: string) => void,
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const { path, cells } of reports) {
    for (const model of new Set(readRows("report", cells, path).map(({ model }) => model))) {
      const size = await trainingSizeOf(model) ?? await trainingSizeOf(dirname(path));
      if (size !== undefined) sizes.set(model, size);
      else note(`The training size of ${shown(model)} is not drawn: no model is there, nor beside ${path}`);
    }
  }
  return sizes;
}

/** The largest training size of the model at a path, in a run's directory, or of a shipped one. */
async function trainingSizeOf(location: string): Promise<number | undefined> {
  if (URL.canParse(location)) return undefined; // a picture asks nothing of the network
  try {
    return (await loadModel(location)).configuration.max_size;
  } catch (thrown) {
    if (thrown instanceof ToolkitError) return undefined;
    throw thrown;
  }
}

if (import.meta.main) await runCommand(command, Deno.args);
