/** How a run is judged while it goes on: the choice of the best parameters, and of when to end. */
import { type Loaded, score, type ScoreOptions } from "../evaluation.ts";
import type { ExampleSource } from "./source.ts";
import type { ValidationScore } from "./state.ts";

/**
 * Validation examples of each suite: of the largest size trained, and of each longer one. Of fewer than 32 too often
 * all are right by luck at one of many validations, and the wrong weights are chosen.
 */
const VALIDATION_EXAMPLES = { trained: 128, longer: 32 } as const;

/** Fresh examples of each suite of a size. */
type Trial = readonly [size: number, perSuite: number];

/**
 * What must be right, too, before a run ends ahead of time, in two rounds: more of the two longest sizes, and
 * twice the longest. Errors grow with the length: of two models wrong on one in two hundred of the longest examples one
 * was wrong on one in 25, the other on one in 8 of those twice as long.
 */
function confirmations({ validationSizes, confirmationSize }: ExampleSource): readonly Trial[][] {
  const longest = validationSizes.slice(-2);
  const counts = [128, 64].slice(-longest.length);
  return [longest.map((size, i) => [size, counts[i]!]), [[confirmationSize, 64]]];
}

/** What is validated, and with which examples. */
export interface ValidationOptions extends ScoreOptions {
  /** The model. */
  readonly models: readonly Loaded[];
  /** Where examples come from. */
  readonly source: ExampleSource;
  /** Seed of the examples for a purpose: `validation`, or a round of confirmation. */
  seedOf(purpose: string): number;
  /** Whether the largest size was mastered before: if not, longer ones are tried only once it is. */
  readonly mastered: boolean;
  /** Share of examples of the largest size that masters it. */
  readonly masterAt: number;
  /** Whether the run may end with this validation, so that it is worth confirming. */
  readonly mayEnd: boolean;
}

/**
 * The shares of fresh examples that are right, by size. Where the run may end, and as long as everything is right, more
 * examples of the longest sizes are tried, and the share of each round is one more number of the score.
 */
export async function validationScore(options: ValidationOptions): Promise<ValidationScore> {
  const { models, source, seedOf, mastered, masterAt, mayEnd } = options;
  const sizes = source.validationSizes;
  const shareRight = async (purpose: string, trials: readonly Trial[]) => {
    const examples = trials.flatMap(([size, perSuite]) => source.validation(seedOf(purpose), size, perSuite));
    return (await score(models, examples, options)).sequencesRight / examples.length;
  };
  const shares: number[] = [];
  for (const [place, size] of sizes.entries()) {
    const perSuite = place === 0 ? VALIDATION_EXAMPLES.trained : VALIDATION_EXAMPLES.longer;
    shares.push(await shareRight("validation", [[size, perSuite]]));
    if (!mastered && shares[0]! < masterAt) return shares;
  }
  for (const [round, trials] of confirmations(source).entries()) {
    if (!mayEnd || Math.min(...shares) < 1) break;
    shares.push(await shareRight(`confirmation${round}`, trials));
  }
  return shares;
}

/** Whether a validation and all of its confirmations were without an error. */
export function isConfirmed(source: ExampleSource, score: ValidationScore | null): boolean {
  const rounds = confirmations(source).length;
  return score?.length === source.validationSizes.length + rounds && score.every((share) => share === 1);
}

/** Negative where `a` is the worse one. The longest validation counts first, then the next shorter. */
export function compareScores(a: ValidationScore, b: ValidationScore): number {
  for (let i = Math.max(a.length, b.length) - 1; i >= 0; i--) {
    const difference = (a[i] ?? -1) - (b[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
