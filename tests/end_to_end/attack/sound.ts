/** What a run or an evaluation may leave behind whatever files it was given: whole files of finite numbers. */
import { loadModel, RunError } from "../../../mod.ts";
import { filesIn } from "../../support/process.ts";
import { Harm } from "./kind.ts";
import { readStored } from "../../support/stored.ts";

/** Throws a {@linkcode Harm} unless all files in a run's directory are sound. */
export async function checkRun(directory: string): Promise<void> {
  try {
    for (const name of filesIn(directory)) await checks[name]?.(`${directory}/${name}`);
  } catch (thrown) {
    throw thrown instanceof RunError ? new Harm(thrown.message) : thrown;
  }
}

/** Throws a {@linkcode Harm} unless rows of a report agree with themselves. */
export function checkReport(csv: string): void {
  const [, ...lines] = csv.trimEnd().split("\n");
  for (const line of lines) {
    const cells = line.split(",");
    const [size, examples, sequences, symbols, errors, seconds, answers] = cells.slice(3).map(Number);
    const fine = cells.length === 10 && answers! <= 1 && answers! >= sequences! &&
      [size, examples].every((count) => Number.isSafeInteger(count) && count! > 0) &&
      sequences! >= 0 && sequences! <= 1 && symbols! >= 0 && symbols! <= 1 && seconds! >= 0 &&
      Number.isSafeInteger(errors) && errors === Math.round((1 - sequences!) * examples!);
    if (!fine) throw new Harm(`a report says ${line.slice(0, 200)}`);
  }
}

const checks: Record<string, (path: string) => Promise<void>> = {
  "model.safetensors": async (path) => void await loadModel(path),
  "checkpoint.safetensors": async (path) => {
    const { metadata, tensors } = await readStored(path);
    for (const [name, { data }] of tensors) {
      if (!data.every(Number.isFinite)) {
        throw new Harm(`the checkpoint's ${name} has ${data.find((x) => !Number.isFinite(x))}`);
      }
    }
    const { step } = JSON.parse(metadata.state!);
    if (!Number.isSafeInteger(step) || step < 0) throw new Harm(`the checkpoint is at step ${step}`);
  },
  "metrics.csv": async (path) => {
    const [header, ...rows] = (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) =>
      line.split(",")
    );
    let last = 0;
    for (const row of rows) {
      const step = Number(row[0]);
      if (row.length !== header!.length || !row.map(Number).every(Number.isFinite) || step <= last) {
        throw new Harm(`metrics.csv says ${row.join().slice(0, 200)} after step ${last}`);
      }
      last = step;
    }
  },
  "report.csv": async (path) => checkReport(await Deno.readTextFile(path)),
};
