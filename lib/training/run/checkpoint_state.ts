/** Checks the state in a checkpoint. It decides what a run does next, and the file may be damaged or forged. */
import { shown, wrongFile } from "../../errors.ts";
import type { Configuration } from "../../model/configuration.ts";
import { type Kind, type Kinds, objectWith, oneOf, SWITCH, wholeFrom } from "../../checks/options.ts";
import { STEP_METRICS } from "../../engine/metrics.ts";
import type { ExampleSource } from "../examples/source.ts";
import type { TrainingState } from "../state.ts";
import { confirmationRounds } from "../rules/validation.ts";

const isReal = (value: unknown, least: number, most = Number.MAX_VALUE) =>
  typeof value === "number" && value >= least && value <= most;
const isList = (value: unknown, most: number, of: (item: unknown) => boolean) =>
  Array.isArray(value) && value.length <= most && value.every(of);

const real = (least: number, most?: number): Kind => ({
  words: `a number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}`,
  is: (value) => isReal(value, least, most),
});
const orNull = ({ words, is }: Kind): Kind => ({
  words: `${words} or null`,
  is: (value) => value === null || is(value),
});

/** The kind of every field, for a run with these settings and examples and for the steps in the state. */
function kindsOf(
  configuration: Configuration,
  source: ExampleSource,
  { step, attempt, attemptStep }: Record<string, unknown>,
): Kinds<TrainingState> {
  const steps = Number(step);
  const attemptSteps = Number(attemptStep);
  const sizes: ReadonlySet<unknown> = new Set(source.sizes);
  const isSize = (value: unknown) => sizes.has(value);
  const isSets = (value: unknown) => value === 1 || value === configuration.relaxation_sets;
  const isValue = (value: unknown) => isReal(value, -Number.MAX_VALUE);
  const validated = source.validationSizes.length;
  const longest = validated + confirmationRounds(source).length;
  const score = (least: number): Kind => ({
    words: `${least} to ${longest} shares from 0 to 1`,
    is: (value) =>
      isList(value, longest, (share) => isReal(share, 0, 1)) && (value as unknown[]).length >= least,
  });
  const levels = { words: "", is: (value: unknown) => value === 0 || value === configuration.state_levels };
  const stepRecord = objectWith("", {
    size: { words: "", is: isSize },
    examples: wholeFrom(1),
    positions: wholeFrom(1),
    metrics: objectWith(
      "",
      Object.fromEntries(STEP_METRICS.map((name) => [name, { words: "", is: isValue }])),
    ),
  });
  return {
    step: wholeFrom(0),
    attempt: wholeFrom(1),
    attemptStep: wholeFrom(0, steps),
    size: { words: "one of the sizes trained", is: isSize },
    lastGain: wholeFrom(0, attemptSteps),
    masteredAt: orNull(wholeFrom(0, attemptSteps)),
    learningRate: real(0, configuration.learning_rate),
    saturationWeight: real(0, configuration.saturation_weight),
    noiseAfterMastery: real(0, 1),
    saturationSums: {
      words: "two numbers of at least 0 and a count",
      is: (value) =>
        isList(value, 3, (item) => isReal(item, 0)) && Number.isSafeInteger((value as unknown[])[2]),
    },
    losses: { words: "up to 4 numbers", is: (value) => isList(value, 4, isValue) },
    errorShare: real(0, 1),
    sets: { words: `1 or ${configuration.relaxation_sets}`, is: isSets },
    pull: real(0),
    window: {
      words: `up to ${configuration.check_every} steps with their metrics`,
      is: (value) => isList(value, configuration.check_every, stepRecord.is),
    },
    validationDue: SWITCH,
    validatedAt: orNull(wholeFrom(0, steps)),
    best: orNull(objectWith("score, levels, step, attempt and sets of a validation", {
      score: score(validated),
      levels,
      step: wholeFrom(0, steps),
      attempt: wholeFrom(1, Number(attempt)),
      sets: { words: "", is: isSets },
    })),
    lastValidation: orNull(score(1)),
    ended: orNull(oneOf(["confirmed", "attempts", "steps"])),
    closing: orNull(score(1)),
  };
}

/** Checks the state of the checkpoint at `path`. Throws a {@linkcode RunError} that names the field. */
export function checkState(
  state: object,
  configuration: Configuration,
  source: ExampleSource,
  path: string,
): TrainingState {
  const fields = state as Record<string, unknown>;
  const kinds = kindsOf(configuration, source, fields);
  const surplus = Object.keys(fields).find((name) => !Object.hasOwn(kinds, name));
  if (surplus !== undefined) {
    throw wrongFile(path, `its state has ${shown(surplus)}, which no state has`);
  }
  for (const [name, { words, is }] of Object.entries<Kind>(kinds)) {
    if (Object.hasOwn(fields, name) && is(fields[name])) continue;
    throw wrongFile(path, `${name} of its state is ${shown(fields[name])}`, words);
  }
  if (fields.closing !== null && fields.ended === null) {
    throw wrongFile(path, "its state has a closing validation, but has not ended");
  }
  return state as TrainingState;
}
