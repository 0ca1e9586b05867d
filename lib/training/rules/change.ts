/** Settings that may change between two steps of a training. */
import { checkConfiguration } from "../../model/check_configuration.ts";
import type { Configuration, SettingName } from "../../model/configuration.ts";
import { UsageError } from "../../errors.ts";
import type { TrainingState } from "../state.ts";

/**
 * The settings that are read anew for every step or check. Shapes, examples, the optimizer's formulas and the length of a
 * window are fixed where a training starts.
 */
const CHANGEABLE: readonly string[] = [
  "learning_rate",
  "gradient_noise",
  "gradient_noise_decay",
  "dropout",
  "dropout_after_mastery",
  "dropout_by_length",
  "state_noise",
  "state_noise_after_mastery",
  "state_noise_target_accuracy",
  "clean_share",
  "clean_share_after_mastery",
  "training_extra_steps_after_mastery",
  "advance_accuracy",
  "random_size_share",
  "mastery_accuracy",
  "validate_every",
  "steps_after_mastery",
] satisfies readonly SettingName[];

/**
 * The configuration with settings changed. A learning rate and a noise after mastery, which schedules adapt, are set in
 * the state, too. Throws a `UsageError` that names the setting that cannot change, and then changes nothing.
 */
export function changed(
  configuration: Configuration,
  state: TrainingState,
  settings: Partial<Configuration>,
): Configuration {
  const fixed = Object.keys(settings).find((name) => !CHANGEABLE.includes(name));
  if (fixed !== undefined) {
    const expected = CHANGEABLE.join(", ");
    throw new UsageError(
      `Cannot change ${fixed} during a training: it is fixed at the start, expected one of ${expected}`,
      { code: "wrong_value", subject: fixed, expected },
    );
  }
  const next = checkConfiguration({ ...configuration, ...settings });
  state.learningRate = settings.learning_rate ?? state.learningRate;
  state.noiseAfterMastery = settings.state_noise_after_mastery ?? state.noiseAfterMastery;
  return next;
}
