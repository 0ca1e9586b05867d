/** The config.json of a run, and the directory that it is in. */
import { difference } from "../../cells/difference.ts";
import type { Backend } from "../../engine/backend.ts";
import type { DataProblem, Row } from "../../problems/dataset.ts";
import { VERSIONS } from "../../io/system.ts";
import { digest, digestOf } from "../../io/digest.ts";
import { shown, UsageError } from "../../errors.ts";
import type { Configuration } from "../../model/configuration.ts";
import { KEYS } from "../../model/settings/table.ts";
import type { TrainerOptions } from "../options.ts";
import { RunDirectory } from "./run_directory.ts";
import type { RunConfig } from "./stored_config.ts";

/** The config.json of a run. */
export async function runConfig(
  options: TrainerOptions & { readonly seed: number; readonly preset: string },
  problem: DataProblem,
  configuration: Configuration,
  backend: Backend,
): Promise<RunConfig> {
  const { data, from, seed, preset, signal } = options;
  return {
    identity: {
      problem: problem.name,
      symbols: problem.symbols,
      preset,
      seed: String(seed),
      data: data ? await digestOf(rowTexts(data.rows), signal) : null,
      validate: data?.validation ? await digestOf(rowTexts(data.validation), signal) : null,
      from: from ? digest(new Uint8Array(Float32Array.from(from.parameters).buffer)) : null,
    },
    configuration,
    run: {
      steps: options.steps ?? null,
      attempts: options.attempts ?? null,
      workers: options.workers ?? null,
      checkpoint_every: options.checkpointEvery ?? null,
    },
    arguments: options.note ?? {},
    versions: VERSIONS,
    backend: backend.name,
    adapter: backend.adapter,
  };
}

function* rowTexts(rows: readonly Row[]): Generator<string> {
  for (const { size, input, target } of rows) yield `${size},${input},${target}\n`;
}

/**
 * The directory of a new run, or of the one to resume, which must be the same run. It is locked for this process until
 * it is disposed of. Undefined where `out` is not given. `note` gets what a person should know. Nothing is written or removed yet.
 */
export async function openDirectory(
  options: TrainerOptions,
  config: RunConfig,
  note: (text: string) => Promise<void>,
): Promise<RunDirectory | undefined> {
  const { out, existing } = options;
  if (out === undefined) return undefined;
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(
    await (existing === "resume"
      ? RunDirectory.open(out)
      : existing === "beside"
      ? freeDirectory(out)
      : RunDirectory.create(out)),
  );
  if (existing !== "beside") await directory.claim();
  if (existing === "resume") await checkSame(config, directory, note);
  else if (existing !== "overwrite") await directory.checkFree();
  stack.move(); // it stays open
  return directory;
}

/** The first of `out`, `out`-2, `out`-3, … that holds no run and that no other process is about to use. */
async function freeDirectory(out: string): Promise<RunDirectory> {
  for (let number = 1;; number++) {
    const directory = await RunDirectory.create(number === 1 ? out : `${out}-${number}`);
    if (!await directory.tryClaim()) continue;
    if (!await directory.isTaken()) return directory;
    await directory[Symbol.asyncDispose]();
  }
}

/** Refuses to resume a directory that holds another run. */
async function checkSame(
  config: RunConfig,
  directory: RunDirectory,
  note: (text: string) => Promise<void>,
): Promise<void> {
  const stored = await directory.loadConfig();
  const out = directory.path;
  // Problem and preset are compared first, because other settings follow from another one.
  for (const [key, value] of Object.entries(config.identity)) {
    compare(key, stored.identity[key], value, out);
  }
  for (const key of KEYS) compare(key, stored.configuration[key], config.configuration[key], out);
  if (stored.backend !== config.backend) {
    await note(`The run began on ${stored.backend} and goes on on ${config.backend}: not the same bits`);
  }
}

function compare(name: string, stored: unknown, given: unknown, out: string): void {
  if (JSON.stringify(stored) === JSON.stringify(given)) return;
  const [was, is] = name === "cell"
    ? difference(stored as Configuration["cell"], given as Configuration["cell"])
    : [shown(stored), shown(given)];
  throw new UsageError(`Cannot resume ${out}: ${name} was ${was} and is now ${is}`, {
    code: "conflict",
    subject: name,
    given: is,
    expected: was,
  });
}
