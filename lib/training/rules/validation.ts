/** Validates a run during training, which chooses the best parameters and decides whether the run may end. */
import { Examiner, type ScoreOptions } from "../../evaluation/examiner.ts";
import type { Weights } from "../../model/network.ts";
import { sumOf } from "../../deps.ts";
import { isRight } from "../../evaluation/verdict.ts";
import type { ExampleGroup, ExampleSource } from "../examples/source.ts";
import type { ValidationScore } from "../state.ts";

/**
 * Validation examples of each suite, for the largest size trained and for each longer one. With fewer than 32, too often
 * all are right by luck in one of many validations, and the wrong parameters are chosen.
 */
const VALIDATION_EXAMPLES = { trained: 128, longer: 32 } as const;

/** Examples of a confirmation that are tried together: it ends after those among which one is wrong. */
const CONFIRMED_TOGETHER = 16;

/** A size, and how many fresh examples of each suite are tried at it. */
export type SizeAndCount = readonly [size: number, perSuite: number];

/** The sizes of a validation, and how many examples it tries at each. */
export function validationSets({ validationSizes }: ExampleSource): readonly SizeAndCount[] {
  const { trained, longer } = VALIDATION_EXAMPLES;
  return validationSizes.map((size, place) => [size, place === 0 ? trained : longer]);
}

/**
 * The two rounds that must be right, too, before a run ends early: more examples of the two longest sizes, then
 * examples of twice the longest. Of six models two were wrong on one in 40 of the longest carry examples and one on one in
 * 16, which 64 of them do not always find; twice the length costs four times as much and finds up to twice as many.
 */
export function confirmationRounds(
  { validationSizes, confirmationSize }: ExampleSource,
): readonly (readonly SizeAndCount[])[] {
  const longest = validationSizes.slice(-2);
  const counts = [128, 256].slice(-longest.length);
  return [longest.map((size, i) => [size, counts[i]!]), [[confirmationSize, 64]]];
}

/** A row of validation.csv: how many examples of one size and suite were right. */
export interface ValidationRow {
  /** Digits per operand, input symbols, or what else the problem counts. */
  readonly size: number;
  /** The suite's name; `data` for rows of `TrainingData`. */
  readonly suite: string;
  /** Examples tried; a confirmation ends with the first wrong one. */
  readonly examples: number;
  /** Examples with every position right. */
  readonly right: number;
  /** Round of the confirmation, from 1; 0 for the validation itself. */
  readonly confirmation: number;
}

/** Result of a validation. */
export interface Validation {
  /** The result. */
  readonly score: ValidationScore;
  /** A row for each size and suite that was tried, in that order. */
  readonly rows: readonly ValidationRow[];
}

/** How far a validation has come. */
export interface ValidationProgress extends Pick<ValidationRow, "size" | "confirmation"> {
  /** Share of the examples of that size that are done, or of the whole round of a confirmation; from 0 to 1. */
  readonly share: number;
}

/** How a validation reports and ends early. */
export interface WatchOptions {
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the progress. */
  readonly onProgress?: ((progress: ValidationProgress) => void) | undefined;
}

/** What is validated. */
interface Tried extends WatchOptions, Pick<ScoreOptions, "engine" | "extraSteps"> {
  /** The model, or several whose outputs are averaged. */
  readonly models: readonly Weights[];
}

/** What is validated, and with which examples. */
export interface ValidationOptions extends Tried {
  /** Where examples come from. */
  readonly source: ExampleSource;
  /** Returns the seed of the examples for a purpose: `validation`, or a round of confirmation. */
  seedOf(purpose: string): number;
  /** Share of the examples of the largest size trained that must be right for longer ones to be tried. */
  readonly tryLongerFrom: number;
  /** Whether the run may end with this validation, so that it is worth confirming. */
  readonly mayEnd: boolean;
}

/**
 * Tries fresh examples size by size. Where the run may end, and as long as everything is right, more examples of the
 * longest sizes are tried, and each round is one more number of the score.
 */
export async function validate(tried: ValidationOptions): Promise<Validation> {
  const { source, seedOf, tryLongerFrom, mayEnd } = tried;
  const score: number[] = [];
  const rows: ValidationRow[] = [];
  for (const [size, perSuite] of validationSets(source)) {
    const groups = source.validation(seedOf("validation"), size, perSuite);
    const seen = await tryAll(tried, size, groups);
    rows.push(...seen);
    score.push(sumOf(seen, ({ right }) => right) / sumOf(seen, ({ examples }) => examples));
    if (score[0]! < tryLongerFrom) return { score, rows };
  }
  for (const [place, sets] of confirmationRounds(source).entries()) {
    if (!mayEnd || Math.min(...score) < 1) break;
    const sized = sets.flatMap(([size, perSuite]) =>
      source.validation(seedOf(`confirmation${place}`), size, perSuite).map((group) => ({ size, group }))
    );
    const { share, seen } = await confirm(tried, place + 1, sized);
    rows.push(...seen);
    score.push(share);
  }
  return { score, rows };
}

/** Tries all examples of a size. */
async function tryAll(
  { models, onProgress, ...options }: Tried,
  size: number,
  groups: readonly ExampleGroup[],
): Promise<ValidationRow[]> {
  const examples = groups.flatMap((group) => group.examples);
  const examiner = new Examiner(models, examples.length, {
    ...options,
    onProgress: (share) => onProgress?.({ size, confirmation: 0, share }),
  });
  const verdicts = (await examiner.try(examples)).values();
  return groups.map(({ suite, examples }) => {
    const right = examples.filter((example) => isRight(example, verdicts.next().value!)).length;
    return { size, suite, examples: examples.length, right, confirmation: 0 };
  });
}

/**
 * Tries examples, the short ones first, until one is wrong: then it is known that the run does not end. The share is
 * that of the examples before it.
 */
async function confirm(
  { models, onProgress, ...options }: Tried,
  round: number,
  groups: readonly { readonly size: number; readonly group: ExampleGroup }[],
): Promise<{ share: number; seen: ValidationRow[] }> {
  const total = sumOf(groups, ({ group }) => group.examples.length);
  const seen: ValidationRow[] = [];
  let before = 0;
  for (const { size, group: { suite, examples } } of groups) {
    const row = { size, suite, confirmation: round };
    const examiner = new Examiner(models, examples.length, {
      ...options,
      onProgress: (share) =>
        onProgress?.({ size, confirmation: round, share: (before + share * examples.length) / total }),
    });
    for (let from = 0; from < examples.length; from += CONFIRMED_TOGETHER) {
      const piece = examples.slice(from, from + CONFIRMED_TOGETHER);
      const verdicts = await examiner.try(piece);
      const wrong = piece.findIndex((example, i) => !isRight(example, verdicts[i]!));
      if (wrong < 0) continue;
      const right = from + wrong;
      return { share: (before + right) / total, seen: [...seen, { ...row, examples: right + 1, right }] };
    }
    seen.push({ ...row, examples: examples.length, right: examples.length });
    before += examples.length;
  }
  return { share: 1, seen };
}

/** Whether a validation and all rounds of its confirmation were without an error. */
export function isConfirmed(source: ExampleSource, score: ValidationScore | null): boolean {
  const rounds = confirmationRounds(source).length;
  return score?.length === source.validationSizes.length + rounds && score.every((share) => share === 1);
}

/** Compares two scores: negative where `a` is worse. The longest size counts first, then the next shorter one. */
export function compareScores(a: ValidationScore, b: ValidationScore): number {
  for (let i = Math.max(a.length, b.length) - 1; i >= 0; i--) {
    const difference = (a[i] ?? -1) - (b[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
