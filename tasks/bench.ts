/**
 * Times a training step: the toolkit's recurrence against the same formulas on tfjs's own tape, by turns in one run.
 * @module
 */
import { BACKENDS } from "../lib/engine/backend.ts";
import { startBackend } from "../lib/engine/backends.ts";
import { baseWorkloads, withCell, workloadName, WORKLOADS } from "../lib/bench/workloads.ts";
import { measureCeiling } from "../lib/bench/ceiling.ts";
import { BENCH_HEADER, benchJson, benchLine, loadBenchmark, type Workload } from "../lib/bench/report.ts";
import { runBenchmark } from "../lib/bench/run.ts";
import { comparison, summary } from "../lib/bench/summary.ts";
import { loadCell } from "../lib/cells/load.ts";
import { oneOf, outputFile } from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { AtomicFile } from "../lib/io/files.ts";

/** Seconds. Larger workloads are timed as long as they are expected to end within this time. */
const SECONDS = 120;

/** The `bench` command. */
export const command: Command = {
  name: "bench",
  summary:
    "Times a training step of the toolkit against tfjs's own tape. Rows go to standard output, a table to people.",
  usage: "[--backend B] [--cell CELL] [--baseline FILE]",
  flags: [
    { name: "backend", value: "B", help: `Where to compute: ${BACKENDS.join(", ")}`, default: "auto" },
    {
      name: "cell",
      value: "CELL",
      help:
        "Time the default preset with its own cell and with this one: diagonal, cgru, or a module of one's own",
    },
    {
      name: "baseline",
      value: "FILE",
      help: "CSV of an earlier run: tell how many times as fast each row is",
    },
    { name: "out", value: "FILE", help: "File for the rows; standard output by default" },
    { name: "json", help: "Write JSON, one array of rows, instead of CSV" },
  ],
  examples: [
    "bench",
    "bench --backend webgpu --out bench.csv",
    "bench --baseline bench.csv",
    "bench --cell ./mine.ts",
  ],
  async run(args, { progress, listenForSignals }) {
    const choice = oneOf("backend", args.text("backend")!, BACKENDS);
    const baselinePath = args.text("baseline");
    const baseline = baselinePath === undefined ? undefined : await loadBenchmark(baselinePath);
    const cell = args.has("cell") ? await loadCell(args.text("cell")!) : undefined;
    const beside = (workloads: readonly Workload[]) =>
      cell === undefined ? workloads : withCell(workloads, cell);
    const out = outputFile(args, "out");
    await using file = out === undefined ? undefined : await AtomicFile.create(out);

    const backend = await startBackend(choice);
    const signal = await listenForSignals();
    progress.note(`Timing on ${backend.name}, ${backend.adapter}`);
    progress.update("the machine's peak");
    const ceiling = await measureCeiling(backend, signal);
    const { rows, leftOut } = await runBenchmark(backend, {
      base: beside(baseWorkloads(backend)),
      workloads: beside(WORKLOADS),
      seconds: SECONDS,
      signal,
      onWorkload: (of, variants) => progress.update(`${workloadName(of)}: ${variants.join(", ")}`),
    }).finally(() => progress.end());

    const text = args.has("json") ? benchJson(rows) : BENCH_HEADER + rows.map(benchLine).join("");
    await (file?.write(new TextEncoder().encode(text)) ?? writeStdout(text));
    await file?.commit();
    progress.print("\n" + summary(rows, ceiling));
    if (leftOut.length > 0) {
      const lines = leftOut.map((line) => `  ${line}\n`).join("");
      progress.print(
        `\nLeft out, for what they would take of the memory, or of what was left of ${SECONDS} s:\n${lines}`,
      );
    }
    if (baseline !== undefined) progress.print("\n" + comparison(rows, baseline, baselinePath!));
  },
};

if (import.meta.main) await runCommand(command, Deno.args);
