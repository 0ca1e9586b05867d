import { Listener } from "../async/listener.ts";
import {
  checkOptions,
  checkValue,
  FUNCTION,
  type Kind,
  type Kinds,
  optional,
  SIGNAL,
  wholeFrom,
} from "../checks/options.ts";
import { type ComputeOptions, startEngine } from "../engine/engine.ts";
import { WORKERS } from "../engine/option_kinds.ts";
import { wrongValue } from "../errors.ts";
import type { Model } from "../model/model.ts";
import { MODEL } from "../model/option_kinds.ts";
import { PROBLEM, SEED, SIZES } from "../problems/option_kinds.ts";
import type { Problem } from "../problems/problem.ts";
import { findProblem } from "../problems/table.ts";
import type { Extracted, ExtractNews } from "./extracted.ts";
import { extractFrom } from "./extraction.ts";
import { LARGEST_LISTED, listableSize } from "./trials.ts";

/** Options of {@linkcode extract}. */
export interface ExtractOptions extends Pick<ComputeOptions, "workers"> {
  /** The problem that the model has learned; by default the one of {@linkcode problems} of that name. */
  readonly problem?: Problem | undefined;
  /**
   * Values that a unit of the state may take: an odd number from 3 to 255.
   *
   * @default {3}
   */
  readonly levels?: number | undefined;
  /**
   * Maps with which it is content.
   *
   * @default {1}
   */
  readonly maps?: number | undefined;
  /**
   * Largest size of the examples that the network is trained on.
   *
   * @default {12}
   */
  readonly maxSize?: number | undefined;
  /** Largest size of which all inputs are tried; by default the last of which there are 65,536 at most. */
  readonly exhaustive?: number | undefined;
  /**
   * Sizes at which examples of each suite are tried.
   *
   * @default {[20, 200, 2000]}
   */
  readonly sizes?: readonly number[] | undefined;
  /**
   * Number of examples of each of these sizes and suites.
   *
   * @default {1000}
   */
  readonly examples?: number | undefined;
  /**
   * Selects examples and noise.
   *
   * @default {1}
   */
  readonly seed?: number | undefined;
  /** Signal that ends the computation: `extract` throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with everything that happens. An error that it throws ends the computation, which throws it. */
  readonly onReport?: ((report: ExtractReport) => void | Promise<void>) | undefined;
}

/** Something that happens in {@linkcode extract}: a note for people, such as that a worker cannot start, or news. */
export type ExtractReport = { readonly kind: "note"; readonly text: string } | ExtractNews;

/** What {@linkcode extract} and the command take where nothing is given. */
export const DEFAULTS = {
  levels: 3,
  maps: 1,
  maxSize: 12,
  sizes: [20, 200, 2000],
  examples: 1000,
  seed: 1,
} as const satisfies ExtractOptions;

const odd = wholeFrom(3, 255);
const LEVELS: Kind = {
  words: "an odd number from 3 to 255",
  is: (value) => odd.is(value) && Number(value) % 2 === 1,
};

const OPTIONS: Kinds<ExtractOptions> = {
  problem: optional(PROBLEM),
  levels: optional(LEVELS),
  maps: optional(wholeFrom(1)),
  maxSize: optional(wholeFrom(1)),
  exhaustive: optional(wholeFrom(1, LARGEST_LISTED)),
  sizes: optional(SIZES),
  examples: optional(wholeFrom(1)),
  seed: optional(SEED),
  workers: optional(WORKERS),
  signal: optional(SIGNAL),
  onReport: optional(FUNCTION),
};

/**
 * Makes a finite automaton of a trained model: the model is trained on with noise and with fewer and fewer maps, its state
 * is rounded to a few values, and what its cells do then is read as a table of local rules. That takes half a minute to some
 * minutes for the models of `copy`, `sort`, `reverse` and `duplicate`, on the backend `wasm`. The command of the same name
 * can go on after an interruption, this function cannot.
 *
 * @param model The model, of one column, layer and parameter set. It stays as it is.
 * @param options Options.
 * @returns The automaton, with what it was tried on and maybe a proof; undefined where none was found that is right on all
 * that is tried.
 * @throws {UsageError} If an option is wrong, the model is of another shape, or its problem is not known.
 * @throws {RunError} If the backend cannot start, or there are too many inputs of a size that `exhaustive` names.
 *
 * @example Usage
 * ```ts
 * import { extract, loadModel, predict } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const model = await loadModel("copy");
 * const found = await extract(model, { maxSize: 4, exhaustive: 6, sizes: [20], examples: 10 });
 * assertEquals(found?.automaton.rules.size, 2);
 * assertEquals(found?.proof?.form, "[01]+"); // right on any bits, however many
 * const [answer] = await Array.fromAsync(predict(found!.automaton, ["1101001"]));
 * assertEquals(answer?.output, "1101001");
 * ```
 */
export async function extract(model: Model, options: ExtractOptions = {}): Promise<Extracted | undefined> {
  checkValue("extract", "model", model, MODEL);
  const given = checkOptions<ExtractOptions>("extract", options, OPTIONS);
  const { levels = DEFAULTS.levels, maps = DEFAULTS.maps, maxSize = DEFAULTS.maxSize } = given;
  const { sizes = DEFAULTS.sizes, examples = DEFAULTS.examples, seed = DEFAULTS.seed } = given;
  const problem = learnedBy(model, given.problem);
  const { exhaustive = listableSize(problem), workers, signal, onReport } = given;
  const listener = new Listener(onReport);
  const onNote = (text: string) => listener.mention({ kind: "note", text });
  const engine = await startEngine({ backend: "wasm", workers, onNote });
  try {
    const found = await extractFrom(model, {
      ...{ engine, problem, levels, maps, size: maxSize, exhaustive, sizes, examples, seed },
      signal: AbortSignal.any([listener.failure, ...(signal === undefined ? [] : [signal])]),
      onNews: (news) => listener.mention(news),
    });
    await listener.settle();
    return found;
  } finally {
    engine.close();
  }
}

/** The problem that a model has learned, by its name or as it was given. Throws a `UsageError` where it is another one. */
export function learnedBy(model: Model, given: Problem | undefined): Problem {
  const problem = given ?? findProblem(model.problem.name);
  if (problem?.symbols === model.problem.symbols) return problem;
  throw wrongValue("problem", given?.name ?? model.problem.name, "the problem that the model has learned");
}
