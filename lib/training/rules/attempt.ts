/** Decides when an attempt ends, and what the next one starts from. */
import type { Configuration } from "../../model/configuration.ts";
import type { ExampleSource } from "../examples/source.ts";
import { freshAttempt, type TrainingState } from "../state.ts";

/** An attempt ends if the curriculum has gained no size for this many steps, or longer where validations are far apart. */
const STEPS_WITHOUT_GAIN = 1500;
/**
 * An attempt ends if this many steps after mastery fewer than {@linkcode LEAST_AT_TWICE} of the examples of twice the
 * size are right: the network has learned something that works for trained lengths only.
 */
const STEPS_TO_GENERALISE = 300;
/** See {@linkcode STEPS_TO_GENERALISE}. */
const LEAST_AT_TWICE = 0.1;

/** An attempt starts from the best parameters of earlier ones if these are right on this share of every size. */
const RIGHT_TO_GO_ON = 0.9;
/**
 * Where noise grows, such an attempt begins with this share of the learning rate. Its parameters come from the end of a
 * training, with much noise and a rate near zero; at the full rate they lose within 200 steps what they had learned
 * (docs/lab/multiplication-gpu.md).
 */
const RATE_TO_GO_ON = 0.5;

/**
 * Steps that the attempt has yet to take: `Infinity` before mastery, from which they are counted. With bins they are
 * counted from the start, because there is no curriculum.
 */
export function stepsOfAttemptLeft(
  { bins, steps_after_mastery }: Configuration,
  { attemptStep, masteredAt }: Pick<TrainingState, "attemptStep" | "masteredAt">,
): number {
  const from = bins.length > 0 ? 0 : masteredAt ?? Infinity;
  return Math.max(0, from + steps_after_mastery - attemptStep);
}

/** Whether the attempt has taken all its steps, or has failed. */
export function isOver(configuration: Configuration, source: ExampleSource, state: TrainingState): boolean {
  return stepsOfAttemptLeft(configuration, state) === 0 || isLengthBound(source, state) ||
    isStuck(configuration, state);
}

/** Whether the network has learned something that works for trained lengths only. */
function isLengthBound({ validationSizes, sizes }: ExampleSource, state: TrainingState): boolean {
  const { attemptStep, masteredAt, lastValidation, best, attempt, sets } = state;
  const placeOfTwice = validationSizes.indexOf(2 * sizes[sizes.length - 1]!);
  const atTwice = lastValidation?.[placeOfTwice];
  const hasGeneralised = best?.attempt === attempt && best.score[placeOfTwice] === 1;
  return masteredAt !== null && attemptStep - masteredAt >= STEPS_TO_GENERALISE &&
    atTwice !== undefined && atTwice < LEAST_AT_TWICE && sets === 1 && !hasGeneralised;
}

/** Whether the curriculum gains no size any more. With bins there is no curriculum. */
function isStuck({ bins, validate_every }: Configuration, state: TrainingState): boolean {
  return bins.length === 0 && state.masteredAt === null &&
    state.attemptStep - state.lastGain >= Math.max(STEPS_WITHOUT_GAIN, 1.5 * validate_every);
}

/**
 * Changes the state into that of the next attempt. Where the best parameters are nearly right, the attempt starts from
 * these with the present noise, otherwise from the beginning. Returns whether it starts from the best parameters.
 */
export function startNextAttempt(
  configuration: Configuration,
  { sizes, validationSizes }: ExampleSource,
  state: TrainingState,
): boolean {
  const { best, noiseAfterMastery } = state;
  const goesOn = configuration.bins.length === 0 && best !== null &&
    validationSizes.every((_, place) => best.score[place]! >= RIGHT_TO_GO_ON);
  state.attempt++;
  Object.assign(state, freshAttempt(configuration, sizes));
  if (goesOn) {
    Object.assign(state, { size: sizes.at(-1), masteredAt: 0, sets: best.sets, noiseAfterMastery });
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
