import type { TrainReport, TrainResult } from "../training/options.ts";
import { writeStdout } from "./output.ts";

/** Writes what a training reports to standard output as it happens, as one JSON object a line. */
export async function writeEvent(report: TrainReport): Promise<void> {
  const event = eventOf(report);
  if (event !== undefined) await write(event);
}

/** Writes the last event of a training. */
export async function writeEnd({ solved, reason, steps, seconds, out }: TrainResult): Promise<void> {
  await write({ event: "end", solved, reason, steps, seconds, out: out ?? null });
}

async function write(event: object): Promise<void> {
  await writeStdout(JSON.stringify(event) + "\n");
}

/** The event as an object for JSON; undefined for progress, which is not written. */
function eventOf(report: TrainReport): object | undefined {
  switch (report.kind) {
    case "start": {
      const { backend, parameters, out, resumedAt, finished } = report;
      const { name, adapter } = backend;
      return {
        event: "start",
        backend: name,
        adapter,
        parameters,
        out: out ?? null,
        resumed_at: resumedAt,
        finished,
      };
    }
    case "note":
      return { event: "note", text: report.text };
    case "window":
      return { event: "window", phase: report.phase, ...report.metrics };
    case "validation": {
      const { state: { step, attempt }, rows, closing } = report;
      return { event: "validation", step, attempt, closing, rows };
    }
    case "row":
      return { event: "row", ...report.row };
    case "step":
    case "sample":
    case "validating":
    case "evaluating":
      return undefined;
  }
}
