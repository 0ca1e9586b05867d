import { readCsv } from "../csv.ts";
import { loadModel } from "../model/file.ts";
import { field } from "../model/metadata.ts";
import { MOST_BYTES, readBytes } from "../read_file.ts";
import { decimals } from "../report.ts";
import { decodeSafetensors } from "../safetensors.ts";
import type { TrainingState } from "../training/state.ts";
import { accuracyColumn, MULTIPLES, type Row } from "./table.ts";

/** What a run that has ended came to, from its files: the cells of its row beyond setting, seed and status. */
export async function readOutcome(directory: string): Promise<Row> {
  const path = `${directory}/model.safetensors`;
  const { results, configuration: { max_size } } = await loadModel(path);
  const { state, seconds } = await readCheckpoint(`${directory}/checkpoint.safetensors`);
  const fit = stepOfFit(state);
  const accuracies = results.flatMap(({ suite, size, sequence_accuracy }) =>
    MULTIPLES
      .filter((times) => times * max_size === size)
      .map((times) => [accuracyColumn(suite, times), String(decimals(sequence_accuracy, 6))])
  );
  return {
    steps: String(state.step),
    seconds: String(decimals(seconds, 3)),
    steps_to_fit: fit === undefined ? "" : String(fit),
    seconds_to_fit: fit === undefined ? "" : await secondsAt(fit, `${directory}/metrics.csv`),
    ...Object.fromEntries(accuracies),
    model: path,
  };
}

async function readCheckpoint(path: string): Promise<{ state: TrainingState; seconds: number }> {
  const file = await decodeSafetensors(await readBytes(path, MOST_BYTES.checkpoint), path);
  const { seconds } = field<{ seconds: number }>(file, "clock", path);
  return { state: field<TrainingState>(file, "state", path), seconds };
}

/**
 * The step, counted over all attempts, at which the last attempt mastered the largest training size: its first, where it
 * went on from weights that had.
 */
function stepOfFit({ step, attemptStep, masteredAt }: TrainingState): number | undefined {
  return masteredAt === null ? undefined : step - attemptStep + masteredAt;
}

/** The seconds trained up to a step. Validations, and so mastery, follow a step that has a row. */
async function secondsAt(step: number, metrics: string): Promise<string> {
  const [columns = [], ...rows] = await readCsv(metrics);
  const row = rows.find((cells) => cells[columns.indexOf("step")] === String(step));
  return row === undefined ? "" : String(decimals(Number(row[columns.indexOf("seconds")]), 3));
}
