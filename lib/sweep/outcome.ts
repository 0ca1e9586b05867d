import { shown, wrongFile } from "../errors.ts";
import { loadModel } from "../model/file.ts";
import { field } from "../model/metadata.ts";
import { MOST_BYTES, readBytes, readText } from "../io/read_file.ts";
import { certifiedSize } from "../evaluation/certify.ts";
import { decimals } from "../evaluation/report.ts";
import { decodeSafetensors } from "../io/safetensors.ts";
import type { TrainingState } from "../training/state.ts";
import { accuracyColumn, CERTIFIED, MULTIPLES, type Row } from "./table.ts";

/** The result of a run that has ended, from its files: the cells of its row besides settings, seed and status. */
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
    [CERTIFIED]: String(certifiedSize(results)),
    model: path,
  };
}

/** The fields of a run's state that are read. */
type Fit = Pick<TrainingState, "step" | "attemptStep" | "masteredAt">;

async function readCheckpoint(path: string): Promise<{ state: Fit; seconds: number }> {
  const file = await decodeSafetensors(await readBytes(path, MOST_BYTES.checkpoint), path);
  const { seconds } = field<{ seconds: number }>(file, "clock", path);
  const state = field<Fit>(file, "state", path);
  const { step, attemptStep, masteredAt } = state;
  for (
    const [name, value] of Object.entries({
      seconds,
      step,
      attemptStep,
      masteredAt: masteredAt === null ? 0 : masteredAt,
    })
  ) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw wrongFile(path, `${name} is ${shown(value)}`, "a number of at least 0");
  }
  return { state, seconds };
}

/**
 * The step, counted over all attempts, at which the last attempt mastered the largest training size. It is the attempt's
 * first step where the attempt started from parameters that had mastered it.
 */
function stepOfFit({ step, attemptStep, masteredAt }: Fit): number | undefined {
  return masteredAt === null ? undefined : step - attemptStep + masteredAt;
}

/** The seconds trained up to a step. Mastery is found by a validation, which follows only steps that have a row. */
async function secondsAt(step: number, metrics: string): Promise<string> {
  const [columns = "", ...lines] = (await readText(metrics, MOST_BYTES.log)).split("\n");
  const cells = lines.find((line) => line.startsWith(`${step},`))?.split(",");
  const seconds = Number(cells?.[columns.split(",").indexOf("seconds")]);
  return Number.isFinite(seconds) ? String(decimals(seconds, 3)) : "";
}
