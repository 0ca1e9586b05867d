/** Trainings of a fraction of a second, and what they leave behind: the good files that are damaged. */
import { problems, train, type TrainOptions } from "../../../mod.ts";

/** Steps of a whole run, … */
const STEPS = 48;
/** … of one that was cut off, and of a finished one that goes on. */
export const LIMITS = { interrupted: STEPS, finished: STEPS, extended: STEPS + 16 } as const;

/** What a run that is resumed was before: each a directory among the good files. */
export type Situation = keyof typeof LIMITS;

/** How all runs are trained; `steps` are those of the whole. */
export const TINY: TrainOptions = {
  problem: problems.copy!,
  configuration: {
    ...{ max_size: 2, start_size: 1, maps: 4, batch_size: 4 },
    ...{ check_every: 8, validate_every: 16, validate_max_multiple: 2, steps_after_mastery: 1000 },
  },
  steps: STEPS,
  attempts: 1,
  backend: "wasm",
  workers: 1,
  note: { problem: "copy", steps: String(STEPS), attempts: "1", backend: "wasm" },
};

/** Makes the directories of runs, and beside each, as `…-resumed`, what becomes of it. */
export async function makeRuns(good: string): Promise<void> {
  await train({ ...TINY, out: `${good}/finished` });
  await copyDirectory(`${good}/finished`, `${good}/extended`);
  const enough = new AbortController();
  await train({
    ...TINY,
    out: `${good}/interrupted`,
    signal: enough.signal,
    onReport: (report) => {
      if (report.kind === "window" && report.state.step === STEPS / 2) enough.abort();
    },
  }).catch((thrown) => {
    if (thrown !== enough.signal.reason) throw thrown;
  });
  for (const situation of Object.keys(LIMITS) as Situation[]) {
    const out = `${good}/${situation}-resumed`;
    await copyDirectory(`${good}/${situation}`, out);
    await train({ ...TINY, steps: LIMITS[situation], out, existing: "resume" });
  }
}

/** Copies a directory of files. */
export async function copyDirectory(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
}
