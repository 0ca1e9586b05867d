/** What the state in a checkpoint may be: it decides what a run does next, and the file may be damaged or made up. */
import { RunError, shown } from "../errors.ts";
import type { Configuration } from "../model/configuration.ts";
import { STEP_VALUES } from "./step.ts";
import type { ExampleSource } from "./source.ts";
import type { TrainingState } from "./state.ts";
import { confirmationRounds } from "./validation.ts";

/** A value that is allowed, and what to say of one that is not. */
interface Rule {
  readonly allows: (value: unknown) => boolean;
  readonly expected: string;
}

const isWhole = (value: unknown, least: number, most = Number.MAX_SAFE_INTEGER) =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
const isReal = (value: unknown, least: number, most = Number.MAX_VALUE) =>
  typeof value === "number" && value >= least && value <= most;
const isList = (value: unknown, most: number, of: (item: unknown) => boolean) =>
  Array.isArray(value) && value.length <= most && value.every(of);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const whole = (least: number, most?: number): Rule => ({
  allows: (value) => isWhole(value, least, most),
  expected: `a whole number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}`,
});
const real = (least: number, most?: number): Rule => ({
  allows: (value) => isReal(value, least, most),
  expected: `a number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}`,
});
const orNull = ({ allows, expected }: Rule): Rule => ({
  allows: (value) => value === null || allows(value),
  expected: `${expected} or null`,
});

/** The rule of every field, for a run with these settings and examples, from what the state says of its steps. */
function rulesOf(
  configuration: Configuration,
  source: ExampleSource,
  { step, attempt, attemptStep }: Record<string, unknown>,
): Readonly<Record<keyof TrainingState, Rule>> {
  const steps = Number(step);
  const attemptSteps = Number(attemptStep);
  const isSize = (value: unknown) => source.sizes.includes(value as number);
  const isSets = (value: unknown) => value === 1 || value === configuration.relaxation_sets;
  const longest = source.validationSizes.length + confirmationRounds(source).length;
  const isScore = (value: unknown) =>
    isList(value, longest, (share) => isReal(share, 0, 1)) && (value as unknown[]).length > 0;
  const score: Rule = { allows: isScore, expected: `1 to ${longest} shares from 0 to 1` };
  const isValue = (value: unknown) => isReal(value, -Number.MAX_VALUE);
  return {
    step: whole(0),
    attempt: whole(1),
    attemptStep: whole(0, steps),
    size: { allows: isSize, expected: "one of the sizes trained" },
    lastGain: whole(0, attemptSteps),
    masteredAt: orNull(whole(0, attemptSteps)),
    learningRate: real(0, configuration.learning_rate),
    saturationWeight: real(0, configuration.saturation_weight),
    finalNoise: real(0, 1),
    saturationSums: {
      allows: (value) => isList(value, 3, (item) => isReal(item, 0)) && isWhole((value as unknown[])[2], 0),
      expected: "two numbers of at least 0 and a count",
    },
    losses: { allows: (value) => isList(value, 4, isValue), expected: "up to 4 numbers" },
    errorShare: real(0, 1),
    sets: { allows: isSets, expected: `1 or ${configuration.relaxation_sets}` },
    pull: real(0),
    window: {
      allows: (value) =>
        isList(
          value,
          configuration.check_every,
          (item) =>
            isRecord(item) && isSize(item.size) && isWhole(item.examples, 1) && isWhole(item.positions, 1) &&
            isList(item.values, STEP_VALUES, isValue) && (item.values as unknown[]).length === STEP_VALUES,
        ),
      expected: `up to ${configuration.check_every} steps with ${STEP_VALUES} numbers each`,
    },
    validationDue: { allows: (value) => typeof value === "boolean", expected: "true or false" },
    validatedAt: orNull(whole(0, steps)),
    best: orNull({
      allows: (value) =>
        isRecord(value) && isScore(value.score) &&
        (value.score as unknown[]).length >= source.validationSizes.length &&
        isWhole(value.step, 0, steps) && isWhole(value.attempt, 1, Number(attempt)) && isSets(value.sets),
      expected: "score, step, attempt and sets of a validation",
    }),
    lastValidation: orNull(score),
    ended: {
      allows: (value) => [null, "confirmed", "attempts", "steps"].includes(value as string | null),
      expected: "confirmed, attempts, steps or null",
    },
    closing: orNull(score),
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
  const rules = rulesOf(configuration, source, fields);
  const surplus = Object.keys(fields).find((name) => !Object.hasOwn(rules, name));
  if (surplus !== undefined) {
    throw new RunError(`Cannot read ${path}: its state has ${shown(surplus)}, which no state has`);
  }
  for (const [name, { allows, expected }] of Object.entries(rules)) {
    if (Object.hasOwn(fields, name) && allows(fields[name])) continue;
    throw new RunError(
      `Cannot read ${path}: ${name} of its state is ${shown(fields[name])}, expected ${expected}`,
    );
  }
  return state as TrainingState;
}
