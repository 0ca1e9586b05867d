/** A small run that has everything a run may have, and what runs leave behind. */
import { problems, type TrainOptions } from "../../mod.ts";
import { decodeSafetensors } from "../../lib/io/safetensors.ts";
import type { TrainingState } from "../../lib/training/state.ts";
import { filesIn } from "./process.ts";

/**
 * Two attempts of about a hundred steps each, with gains of size, mastery and a final schedule that ends in the midst
 * of a window of 8 steps.
 */
export const configuration = {
  max_size: 3,
  start_size: 1,
  maps: 8,
  batch_size: 16,
  steps_after_mastery: 20,
  validate_every: 16,
  validate_max_multiple: 3,
  // What the course of the run hangs on, whatever the preset becomes.
  advance_accuracy: 0.7,
  random_size_share: 0.2,
  carry_share: 0.2,
  learning_rate: 0.015,
  dropout: 0.3,
  check_every: 8,
};
/** All of the run. */
export const options: TrainOptions = {
  problem: problems.reverse!,
  configuration,
  attempts: 2,
  steps: 600,
  backend: "wasm",
};

/** The same for a command line. */
export const flags: readonly string[] = Object.entries({
  ...{ problem: "reverse", attempts: 2, steps: 600, backend: "wasm" },
  ...configuration,
}).map(([name, value]) => `--${name}=${value}`);

/** What a run left behind, without clock times and the names of directories. */
// deno-lint-ignore explicit-module-boundary-types
export async function contentsOf(directory: string) {
  const safetensors = async (name: string) =>
    await decodeSafetensors(await Deno.readFile(`${directory}/${name}`), name);
  const checkpoint = await safetensors("checkpoint.safetensors");
  const model = await safetensors("model.safetensors");
  const results: object[] = JSON.parse(model.metadata.results!);
  return {
    files: filesIn(directory),
    state: JSON.parse(checkpoint.metadata.state!) as TrainingState,
    vectors: checkpoint.tensors,
    model: {
      ...model.metadata,
      checksum: "",
      results: results.map((row) => ({ ...row, model: "", seconds: 0 })),
    },
    parameters: model.tensors,
    metrics: await csvWithout(`${directory}/metrics.csv`, ["seconds", "steps_per_second"]),
    report: await csvWithout(`${directory}/report.csv`, ["model", "seconds"]),
  };
}

async function csvWithout(path: string, columns: readonly string[]): Promise<string[][]> {
  const rows = (await Deno.readTextFile(path)).split("\n").map((line) => line.split(","));
  return rows.map((row) => row.filter((_, index) => !columns.includes(rows[0]![index]!)));
}
