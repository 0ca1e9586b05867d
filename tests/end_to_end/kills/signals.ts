/** Runs that Ctrl-C or SIGTERM ends at any moment from the start of the process on. */
import { exists } from "../../../lib/io/files.ts";
import { Random } from "../../../lib/random.ts";
import { filesIn } from "../../support/process.ts";
import { readStored } from "../../support/stored.ts";
import { tryToSend } from "./kills.ts";
import { begin, finish, type Phase, phaseOf, type Reference } from "./run.ts";

/** The signals, and the exit statuses that tell of them. */
export const STATUSES = { SIGINT: 130, SIGTERM: 143 } as const;

/** What came of a run that got a signal. */
export interface Interrupted {
  /** Where the run stood when it had ended. */
  readonly phase: Phase;
  /** Seconds from the signal to the end of the process. */
  readonly seconds: number;
  /** What is wrong, if anything. */
  readonly failure: string | undefined;
}

/** Seconds that a process may take to end. */
export const MOST_SECONDS = 1;

/** A process that ends with 0 so few seconds after a signal had done its work when that came. */
const ENDING_SECONDS = 0.2;

/** Which run is interrupted, and how. */
export interface InterruptOptions {
  /** The seed of the moments. */
  readonly seed: number;
  /** The number of the run. */
  readonly number: number;
  /** The signal that is sent. */
  readonly signal: keyof typeof STATUSES;
  /** Whether the run is then trained to its end. */
  readonly resume: boolean;
}

/** Interrupts a run in the directory `out`, which is not there yet. */
export async function interrupt(
  out: string,
  reference: Reference,
  { seed, number, signal, resume }: InterruptOptions,
): Promise<Interrupted> {
  const random = new Random(seed, signal, number);
  while (true) {
    const { process, ended } = await begin(out);
    await new Promise((resolve) => setTimeout(resolve, 1000 * reference.seconds * random.uniform()));
    const done = await exists(`${out}/report.csv`);
    const sent = performance.now();
    tryToSend(process, signal);
    const { code, stderr } = await ended;
    const seconds = (performance.now() - sent) / 1000;
    const phase = await phaseOf(out);
    if (code === 0 && (done || seconds < ENDING_SECONDS)) { // the signal came too late: at another moment, in a new run
      await Deno.remove(out, { recursive: true });
      continue;
    }
    const failure = code !== STATUSES[signal]
      ? `it ended with ${code}: ${stderr}`
      : seconds > MOST_SECONDS
      ? `it took ${seconds.toFixed(2)} s to end`
      : await complaintAbout(out, phase) ?? (resume ? await finish(out, reference) : undefined);
    return { phase, seconds, failure };
  }
}

/** What is wrong with what an interrupted run left behind. */
async function complaintAbout(out: string, phase: Phase): Promise<string | undefined> {
  if (phase === "loading") return;
  const files = filesIn(out);
  const torn = files.find((name) => name.endsWith(".tmp"));
  if (torn !== undefined) return `it left ${torn}`;
  const rows = (await Deno.readTextFile(`${out}/metrics.csv`).catch(() => "")).trimEnd().split("\n").slice(1);
  const trained = Number(rows.at(-1)?.split(",")[0] ?? 0);
  if (trained === 0) return;
  if (!files.includes("checkpoint.safetensors")) return `it left no checkpoint after step ${trained}`;
  const { step } = JSON.parse((await readStored(`${out}/checkpoint.safetensors`)).metadata.state!);
  if (step < trained) return `its checkpoint is of step ${step}, after step ${trained}`;
}
