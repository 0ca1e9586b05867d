/**
 * The first half of the way from a network to an automaton. Trained on with noise on its state, a network loses its maps,
 * those first without which the loss grows least. Once few are left its state is rounded to a few levels after every step,
 * through which gradients pass, and it goes on to lose maps until it can do with no fewer. What more thorough tests find
 * later can be trained on, too; where that does not help, a network of more maps takes the place of the last one.
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
import type { RefinementState, UnprovedStage } from "./refinement_state.ts";
import { type Stage, without } from "./stage.ts";
import { testInputs } from "./test_inputs.ts";

/** What a refinement works with. */
export interface Refinement {
  /** Computes. */
  readonly engine: Engine;
  /** Has the examples. */
  readonly problem: Problem;
  /** Steps beyond the length of an example. */
  readonly extraSteps: number;
  /** Values that a unit of the state may take. */
  readonly levels: number;
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
  /** Called with each state from which it can go on. */
  readonly onState: (state: RefinementState) => Promise<void>;
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

const ROWS = 32;
const LEARNING_RATE = 0.004;
/** Steps between two looks at how right the network is. */
const LOOK = 20;
/** Share of these steps' examples, half of which have noise, from which on the network is tested. */
const PROMISING = 0.7;
/**
 * How a network is trained that has lost a map or has just been rounded, and one that is to be right on all that is tried:
 * the share of the tests that may be wrong, the steps after which it is given up, and by what the learning rate has been
 * multiplied by then.
 */
const [REMOVING, REPAIRING] = [
  { tolerance: 0.01, patience: 1500, decay: 1 },
  { tolerance: 0, patience: 3000, decay: 0.1 },
] as const;
/** Steps from which on it is given up earlier, too, where the share of the examples that are right is below step / 1,000. */
const TRUSTED = 300;
/** Failures of more than so many times the training size are not trained on, as they would make the steps slow. */
const LONGEST = 4;
/** Maps of a network whose state is rounded, and from which no two are removed together. */
const FEW = 16;
/** Maps, of those whose loss costs least, that are tried before no more are removed. */
const TRIES = 4;
/** Inputs of small sizes that are all tried. */
const MOST_INPUTS = 2100;
/** Share of the training examples that come from those that were wrong in a test. */
const FROM_FAILURES = 0.25;
/** Failures that are remembered. */
const MOST_FAILURES = 512;
/** Networks that are kept. */
const MOST_STAGES = 4;
/** How often a network is trained on what it got wrong before the one with more maps takes its place. */
const MOST_REPAIRS = 8;

/** Refines a network. */
export class Refiner {
  readonly #options: Refinement;
  #state: RefinementState;

  /** Goes on from a state. */
  constructor(options: Refinement, state: RefinementState) {
    this.#options = options;
    this.#state = state;
  }

  /** How far it is. */
  get state(): RefinementState {
    return this.#state;
  }

  /** The rounded network of the fewest maps that is right on nearly all that was tried. Undefined where there is none. */
  async refine(): Promise<Stage | undefined> {
    while (true) {
      const { stages, isRounded, needed } = this.#state;
      const stage = stages.at(-1);
      if (stage === undefined) return undefined;
      const { alive } = stage;
      const isSmallest = alive.length <= (isRounded ? this.#options.maps : FEW) ||
        needed.length >= Math.min(TRIES * together(alive), alive.length);
      if (isSmallest && isRounded) return stage;
      await (isSmallest ? this.#round(stage) : this.#removeSome(stage));
      await this.#options.onState(this.#state);
    }
  }

  /**
   * Trains the network that {@linkcode refine} returned on, with what it got wrong. After some rounds of that, or where
   * it is not right again, the one before it takes its place.
   */
  async repair(wrong: readonly Example[]): Promise<void> {
    this.#remember(wrong);
    const { stages, repairs } = this.#state;
    const trained = repairs < MOST_REPAIRS ? await this.#train(stages.at(-1)!, REPAIRING) : undefined;
    if (trained === undefined) this.#drop();
    else this.#change({ stages: [...stages.slice(0, -1), trained], repairs: repairs + 1 });
    await this.#options.onState(this.#state);
  }

  /** Notes that the network that {@linkcode refine} returned is right, but not proved to be, and trains it on. */
  async setAside(own: UnprovedStage): Promise<void> {
    this.#change({ unproved: [...this.#state.unproved, own] });
    await this.repair([]);
  }

  /** Rounds a network, or drops it. */
  async #round({ network, ...stage }: Stage): Promise<void> {
    const spec = { ...network.spec, state_levels: this.#options.levels };
    const trained = await this.#train({ ...stage, network: { ...network, spec } }, REMOVING);
    if (trained === undefined) this.#drop();
    else this.#change({ stages: [trained], isRounded: true, needed: [] });
  }

  /** Removes the maps without which the loss grows least, and trains until the network is right again, if it ever is. */
  async #removeSome(stage: Stage): Promise<void> {
    const { stages, needed } = this.#state;
    const free = (await this.#ranked(stage)).filter((map) => !needed.includes(map));
    const gone = free.slice(0, together(stage.alive));
    const trained = await this.#train(without(stage, gone), REMOVING);
    if (trained === undefined) this.#change({ needed: [...needed, ...gone] });
    else this.#change({ stages: [...stages.slice(1 - MOST_STAGES), trained], needed: [] });
  }

  /** Puts the network of more maps in the place of the last one, which is not tried with fewer again. */
  #drop(): void {
    const stages = this.#state.stages.slice(0, -1);
    this.#change({ stages, repairs: 0, needed: stages.at(-1)?.alive ?? [] });
  }

  #change(change: Partial<RefinementState>): void {
    this.#state = { ...this.#state, ...change };
  }

  /** The stage's maps, first those whose absence costs least. */
  async #ranked(stage: Stage): Promise<number[]> {
    const examples = Array.from({ length: 2 * ROWS }, (_, row) => this.#example(row, "ranking"));
    examples.sort((a, b) => a.size - b.size);
    const losses = new Map<number, number>();
    for (const map of stage.alive) losses.set(map, await this.#loss(without(stage, [map]), examples));
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

  /** Trains a stage until no more than is tolerated of what is tried is wrong. Undefined where that takes too long. */
  async #train(
    stage: Stage,
    { tolerance, patience, decay }: typeof REMOVING | typeof REPAIRING,
  ): Promise<Stage | undefined> {
    const { engine, seed, signal, onProgress } = this.#options;
    const optimizer = { optimizer: "adamax", adam_epsilon: 1e-8, clip_norm: 1 } as const;
    const training = engine.train({ network: stage.network, optimizer, parameters: stage.parameters });
    const noise = 0.5 / (this.#options.levels - 1);
    try {
      for (let step = 0; step < patience; step++) {
        await training.step({
          batches: [this.#batch(stage)],
          options: {
            dropout: undefined,
            noise: { seed, trainingStep: this.#state.step, scale: noise },
            cleanShare: 0.5,
            rounds: stage.network.spec.state_levels > 0,
            saturationWeight: 0,
          },
          pull: 0,
          learningRate: LEARNING_RATE * decay ** (step / patience),
          step,
        });
        this.#change({ step: this.#state.step + 1 });
        await pause(signal);
        if ((step + 1) % LOOK > 0) continue;
        const right = await rightOf(training);
        onProgress({ step: this.#state.step, maps: stage.alive.length, right });
        if (step >= TRUSTED && right < Math.min(PROMISING, step / 1000)) return undefined;
        if (right < PROMISING) continue;
        const trained = { ...stage, parameters: await training.parameters() };
        if (await this.#isRight(trained, tolerance)) return trained;
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
    const { step, failures } = this.#state;
    const random = new Random(seed, `automaton ${purpose}`, step, row);
    if (failures.length > 0 && random.uniform() < FROM_FAILURES) {
      return failures[random.integer(failures.length)]!;
    }
    const suites = Object.keys(problem.suites);
    return sampleExample(problem, suites[random.integer(suites.length)]!, random.between(1, size), random);
  }

  /** Whether at most a share `tolerance` of what is tried is wrong. What was wrong is remembered. */
  async #isRight(weights: Weights, tolerance: number): Promise<boolean> {
    const { problem, size, seed } = this.#options;
    const { round, failures } = this.#state;
    this.#change({ round: round + 1 });
    const tests = [failures, ...testInputs(problem, { size, most: MOST_INPUTS, seed, round })];
    let allowed = tolerance * tests.reduce((sum, { length }) => sum + length, 0);
    for (const examples of tests) {
      const verdicts = await this.#examiner(weights, examples.length).try(examples);
      const wrong = examples.filter((example, i) => !isRight(example, verdicts[i]!));
      this.#remember(wrong);
      if ((allowed -= wrong.length) < 0) return false;
    }
    return true;
  }

  #remember(wrong: readonly Example[]): void {
    const { failures } = this.#state;
    const isNew = (example: Example) =>
      example.size <= LONGEST * this.#options.size && !failures.includes(example);
    this.#change({ failures: [...failures, ...wrong.filter(isNew).slice(0, 64)].slice(-MOST_FAILURES) });
  }
}

/** How many of these maps are removed together. */
function together(alive: readonly number[]): number {
  return alive.length > FEW ? 2 : 1;
}

/** The share of the examples that were right in the steps since the last look. */
async function rightOf(training: Training): Promise<number> {
  const metrics = await training.metrics();
  return metrics.reduce((sum, { sequences_right }) => sum + sequences_right, 0) / (metrics.length * ROWS);
}
