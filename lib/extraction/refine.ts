/**
 * The first half of the way from a network to an automaton: fine-tuned with its state rounded to a few levels, a network
 * loses its maps one by one, until it can do with no fewer.
 */
import { pause } from "../async/pause.ts";
import type { Engine } from "../engine/engine.ts";
import type { Weights } from "../model/network.ts";
import type { Training } from "../engine/training.ts";
import { Examiner } from "../evaluation/examiner.ts";
import { isRight } from "../evaluation/verdict.ts";
import { encodeBatch } from "../model/batch.ts";
import { type Example, sampleExample } from "../problems/dataset.ts";
import type { Problem } from "../problems/problem.ts";
import { Random } from "../random.ts";
import { reduced } from "./maps.ts";
import { testInputs } from "./test_inputs.ts";

/** What a refinement works with. */
export interface Refinement {
  /** Computes. */
  readonly engine: Engine;
  /** Has the examples. */
  readonly problem: Problem;
  /** Steps beyond the length of an example. */
  readonly extraSteps: number;
  /** The largest size of the examples that it trains on. */
  readonly size: number;
  /** Maps with which it is content. */
  readonly maps: number;
  /** Selects the examples and the noise. */
  readonly seed: number;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called several times a second. */
  readonly onProgress: (progress: RefinementProgress) => void;
}

/** How far a refinement is. */
export interface RefinementProgress {
  /** Training steps so far. */
  readonly step: number;
  /** Maps that are left. */
  readonly maps: number;
  /** Share of the examples of the last steps that were right. */
  readonly right: number;
}

/** A network during its refinement. */
interface Stage extends Weights {
  /** Its maps that hold something. */
  readonly alive: readonly number[];
}

const ROWS = 32;
const LEARNING_RATE = 0.004;
/** Steps between two looks at how right the network is. */
const LOOK = 20;
/** Steps after which a network that has lost a map, or has just been rounded, is given up. */
const PATIENCE = 600;
/** Maps, of those whose loss costs least, that are tried before no more are removed. */
const TRIES = 3;
/** Inputs of small sizes that are all tried. */
const MOST_INPUTS = 2100;
/** Share of the training examples that come from those that were wrong in a test. */
const FROM_FAILURES = 0.25;
/** Failures that are remembered. */
const MOST_FAILURES = 512;

/**
 * Refines a network, whose spec says to how many levels. Returns undefined where the rounded network is not right on
 * all that is tried.
 */
export async function refine(
  start: Weights,
  options: Refinement,
): Promise<Weights & { readonly maps: number } | undefined> {
  return await new Refiner(options).refine(start);
}

class Refiner {
  readonly #options: Refinement;
  #step = 0;
  #round = 0;
  #failures: Example[] = [];

  constructor(options: Refinement) {
    this.#options = options;
  }

  async refine({ network, parameters }: Weights): Promise<Weights & { readonly maps: number } | undefined> {
    const { maps } = network.spec;
    const alive = Array.from({ length: maps }, (_, map) => map);
    let stage = await this.#train({ network, parameters, alive });
    while (stage !== undefined && stage.alive.length > this.#options.maps) {
      const next = await this.#withFewerMaps(stage);
      if (next === undefined) break;
      stage = next;
    }
    return stage && { ...stage, maps: stage.alive.length };
  }

  /** The stage without the maps whose absence costs least, trained until it is right again; undefined where it never is. */
  async #withFewerMaps(stage: Stage): Promise<Stage | undefined> {
    const ranked = await this.#ranked(stage);
    const together = stage.alive.length > 16 ? 2 : 1;
    for (let i = 0; i < TRIES && (i + 1) * together <= ranked.length; i++) {
      const gone = ranked.slice(i * together, (i + 1) * together);
      const kept = stage.alive.filter((map) => !gone.includes(map));
      const { network, parameters, from } = reduced(stage, kept);
      const alive = from.flatMap((map, place) => map < 0 ? [] : [place]);
      const trained = await this.#train({ network, parameters, alive });
      if (trained !== undefined) return trained;
    }
  }

  /** The stage's maps, first those whose absence costs least. */
  async #ranked(stage: Stage): Promise<number[]> {
    const examples = Array.from({ length: 2 * ROWS }, (_, row) => this.#example(row, "ranking"));
    examples.sort((a, b) => a.size - b.size);
    const losses = new Map<number, number>();
    for (const map of stage.alive) {
      losses.set(
        map,
        await this.#loss(reduced(stage, stage.alive.filter((other) => other !== map)), examples),
      );
    }
    return stage.alive.toSorted((a, b) => losses.get(a)! - losses.get(b)!);
  }

  /** The mean loss at the worst position of each example. */
  async #loss(weights: Weights, examples: readonly Example[]): Promise<number> {
    const verdicts = await this.#examiner(weights, examples.length).try(examples);
    return verdicts.reduce((sum, { margin }) => sum + Math.log1p(Math.exp(-margin)), 0) / examples.length;
  }

  #examiner(weights: Weights, count: number): Examiner {
    const { engine, extraSteps, signal } = this.#options;
    return new Examiner([weights], count, { engine, extraSteps, signal });
  }

  /** Trains a stage until it is right on all that is tried. Returns undefined where it is not after some hundred steps. */
  async #train(stage: Stage): Promise<Stage | undefined> {
    const { engine, seed, signal, onProgress } = this.#options;
    const optimizer = { optimizer: "adamax", adam_epsilon: 1e-8, clip_norm: 1 } as const;
    const training = engine.train({ network: stage.network, optimizer, parameters: stage.parameters });
    const noise = 0.5 / (stage.network.spec.state_levels - 1);
    try {
      for (let step = 0; step < PATIENCE; step++) {
        await training.step({
          batches: [this.#batch(stage)],
          options: {
            dropout: undefined,
            noise: { seed, trainingStep: this.#step, scale: noise },
            cleanShare: 0.5,
            rounds: true,
            saturationWeight: 0,
          },
          pull: 0,
          learningRate: LEARNING_RATE,
          step,
        });
        this.#step++;
        await pause(signal);
        if ((step + 1) % LOOK > 0) continue;
        const right = await rightOf(training);
        onProgress({ step: this.#step, maps: stage.alive.length, right });
        if (right < 0.97) continue;
        const trained = { ...stage, parameters: await training.parameters() };
        if (await this.#isRight(trained)) return trained;
      }
    } finally {
      training.dispose();
    }
  }

  #batch({ network }: Stage) {
    const examples = Array.from({ length: ROWS }, (_, row) => this.#example(row, "training"));
    return encodeBatch(network.symbols, examples, { extraSteps: this.#options.extraSteps });
  }

  /** An example for the next step: one that was wrong, or a new one. */
  #example(row: number, purpose: string): Example {
    const { problem, size, seed } = this.#options;
    const random = new Random(seed, `automaton ${purpose}`, this.#step, row);
    if (this.#failures.length > 0 && random.uniform() < FROM_FAILURES) {
      return this.#failures[random.integer(this.#failures.length)]!;
    }
    const suites = Object.keys(problem.suites);
    return sampleExample(problem, suites[random.integer(suites.length)]!, random.between(1, size), random);
  }

  /** Whether a network is right on all that is tried. Where it is not, what was wrong is remembered. */
  async #isRight(weights: Weights): Promise<boolean> {
    const { problem, size, seed } = this.#options;
    const round = this.#round++;
    for (const examples of testInputs(problem, { size, most: MOST_INPUTS, seed, round })) {
      const verdicts = await this.#examiner(weights, examples.length).try(examples);
      const wrong = examples.filter((example, i) => !isRight(example, verdicts[i]!));
      if (wrong.length === 0) continue;
      // Long examples would make the steps slow.
      const short = wrong.filter((example) => example.size <= 2 * size).slice(0, 64);
      this.#failures = [...this.#failures, ...short].slice(-MOST_FAILURES);
      return false;
    }
    return true;
  }
}

/** The share of the examples that were right in the steps since the last look. */
async function rightOf(training: Training): Promise<number> {
  const metrics = await training.metrics();
  return metrics.reduce((sum, { sequences_right }) => sum + sequences_right, 0) / (metrics.length * ROWS);
}
