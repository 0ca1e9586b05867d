/** The run that is ended from outside: of a few seconds, of which loading, training and the report each take a share. */
import { equal } from "@std/assert";
import { exists } from "../../../lib/io/files.ts";
import { type Outcome, outcomeOf, start } from "../../support/process.ts";
import { contentsOf } from "../../support/small_run.ts";
import { readStored } from "../../support/stored.ts";

const FLAGS: readonly string[] = Object.entries({
  ...{ backend: "wasm", problem: "reverse", attempts: 1, steps: 64, checkpoint_every: 8 },
  ...{ max_size: 6, start_size: 1, maps: 16, batch_size: 8, steps_after_mastery: 1000 },
  ...{ check_every: 8, validate_every: 16, validate_max_multiple: 4 },
}).map(([name, value]) => `--${name}=${value}`);

/** A run that was never disturbed. */
export interface Reference {
  /** What it left behind, without clock times. */
  readonly contents: object;
  /** How long its process took. */
  readonly seconds: number;
}

/** A process that trains. */
export interface Training {
  /** The process. */
  readonly process: Deno.ChildProcess;
  /** How it ends. */
  readonly ended: Promise<Outcome>;
}

/** Starts the run in `out`, or resumes the one that is there. */
export async function begin(out: string): Promise<Training> {
  const more = await exists(`${out}/config.json`) ? ["--resume"] : [];
  const process = start("train", [...FLAGS, `--out=${out}`, ...more]);
  return { process, ended: outcomeOf(process) };
}

/** Trains the run in `out` undisturbed. */
export async function makeReference(out: string): Promise<Reference> {
  const before = performance.now();
  const { code, stderr } = await (await begin(out)).ended;
  if (code !== 0) throw new Error(stderr);
  return { contents: await resultOf(out), seconds: (performance.now() - before) / 1000 };
}

/** Trains what was ended before to its end; the answer is what is wrong with that, undefined where nothing is. */
export async function finish(out: string, reference: Reference): Promise<string | undefined> {
  const { code, stderr } = await (await begin(out)).ended;
  if (code !== 0) return `the resumed run ended with ${code}: ${stderr}`;
  if (!equal(await resultOf(out), reference.contents)) return "the resumed run came to other bits";
}

/** From the start of a run to its end. */
export const PHASES = ["loading", "before a checkpoint", "training", "the final report", "the end"] as const;

/** One of them. */
export type Phase = typeof PHASES[number];

/** Where a run stands, as its files tell. */
export async function phaseOf(out: string): Promise<Phase> {
  const has = (name: string) => exists(`${out}/${name}`);
  if (!await has("config.json")) return "loading";
  if (await has("report.csv")) return "the end";
  if (!await has("checkpoint.safetensors") || !await has("model.safetensors")) return "before a checkpoint";
  const { metadata } = await readStored(`${out}/checkpoint.safetensors`);
  return JSON.parse(metadata.state!).ended === null ? "training" : "the final report";
}

async function resultOf(out: string): Promise<object> {
  const validation = await Deno.readTextFile(`${out}/validation.csv`).catch(() => undefined);
  return { ...await contentsOf(out), validation };
}
