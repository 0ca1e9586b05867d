/** When an attempt ends, and what the next one starts from. */
import type { Configuration } from "../../model/configuration.ts";
import type { ExampleSource } from "../examples/source.ts";
import { freshAttempt, type TrainingState } from "../state.ts";

/** An attempt ends where this many steps gained no size, and long enough for a validation to show mastery, … */
const STEPS_WITHOUT_GAIN = 1500;
/** … or where this many steps after mastery … */
const STEPS_TO_GENERALISE = 300;
/** … less than this share of examples of twice the size is right: a length-bound algorithm was found. */
const LEAST_AT_TWICE = 0.1;

/** An attempt goes on from the best weights of those before where these are right on this share of every size. */
const RIGHT_TO_GO_ON = 0.9;
/**
 * With noise that grows, such an attempt begins with this share of the learning rate: weights that bear the noise of the
 * end, where the rate is nearly zero, lose within 200 steps at the whole of it what they know (docs/lab/multiplication-gpu.md).
 */
const RATE_TO_GO_ON = 0.5;

/**
 * Steps that the attempt has yet to take. They are counted from mastery on, so that there is no end before it; with bins
 * from the start, as there is no curriculum.
 */
export function stepsOfAttemptLeft(
  { bins, steps_after_mastery }: Configuration,
  { attemptStep, masteredAt }: Pick<TrainingState, "attemptStep" | "masteredAt">,
): number {
  const from = bins.length > 0 ? 0 : masteredAt ?? Infinity;
  return Math.max(0, from + steps_after_mastery - attemptStep);
}

/** Whether the attempt has had its steps, or cannot go on. */
export function isOver(configuration: Configuration, source: ExampleSource, state: TrainingState): boolean {
  return stepsOfAttemptLeft(configuration, state) === 0 || isLengthBound(source, state) ||
    isStuck(configuration, state);
}

/** Whether what was learned depends on the length. */
function isLengthBound({ validationSizes, sizes }: ExampleSource, state: TrainingState): boolean {
  const { attemptStep, masteredAt, lastValidation, best, attempt, sets } = state;
  const placeOfTwice = validationSizes.indexOf(2 * sizes[sizes.length - 1]!);
  const atTwice = lastValidation?.[placeOfTwice];
  const hasGeneralised = best?.attempt === attempt && best.score[placeOfTwice] === 1;
  return masteredAt !== null && attemptStep - masteredAt >= STEPS_TO_GENERALISE &&
    atTwice !== undefined && atTwice < LEAST_AT_TWICE && sets === 1 && !hasGeneralised;
}

/** Whether the curriculum gains no size any more. With bins there is none. */
function isStuck({ bins, validate_every }: Configuration, state: TrainingState): boolean {
  return bins.length === 0 && state.masteredAt === null &&
    state.attemptStep - state.lastGain >= Math.max(STEPS_WITHOUT_GAIN, 1.5 * validate_every);
}

/**
 * Makes the state that of the next attempt: one from the best weights, with as much noise as there is, where these want
 * little, else one from the start. Returns whether it goes on from the best weights.
 */
export function startNextAttempt(
  configuration: Configuration,
  { sizes, validationSizes }: ExampleSource,
  state: TrainingState,
): boolean {
  const { best, finalNoise } = state;
  const goesOn = configuration.bins.length === 0 && best !== null &&
    validationSizes.every((_, place) => best.score[place]! >= RIGHT_TO_GO_ON);
  state.attempt++;
  Object.assign(state, freshAttempt(configuration, sizes));
  if (goesOn) {
    Object.assign(state, { size: sizes.at(-1), masteredAt: 0, sets: best.sets, finalNoise });
    if (configuration.state_noise_target_accuracy > 0) state.learningRate *= RATE_TO_GO_ON;
  }
  return goesOn;
}

/** Whether an attempt at the largest size is to be validated after a check: every so many steps, and at its end. */
export function isValidationDue(
  configuration: Configuration,
  state: Pick<TrainingState, "attemptStep" | "masteredAt">,
): boolean {
  const { check_every, validate_every } = configuration;
  const validations = (step: number) => Math.floor(step / validate_every);
  return validations(state.attemptStep) > validations(state.attemptStep - check_every) ||
    stepsOfAttemptLeft(configuration, state) === 0;
}
