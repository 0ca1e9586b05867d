/** From a trained model to an automaton: refine, search for what is wrong, close the rules, and check the answers. */
import type { Automaton, AutomatonCheck } from "../automaton/automaton.ts";
import { RuleTable } from "../automaton/rule_table.ts";
import type { Engine } from "../engine/engine.ts";
import { UsageError } from "../errors.ts";
import { weightsOf } from "../evaluation/ensemble.ts";
import type { Model } from "../model/model.ts";
import type { Example } from "../problems/dataset.ts";
import { closedTable, smallest } from "./closed.ts";
import type { Extracted, ExtractNews } from "./extracted.ts";
import { NetworkRule } from "./network_rule.ts";
import { type Proof, proofOf } from "./proof.ts";
import { Refiner } from "./refine.ts";
import { type RefinementState, startOf, type UnprovedStage } from "./refinement_state.ts";
import { specifications } from "./specification.ts";
import { changeFrom, type Stage } from "./stage.ts";
import { type CheckOptions, checksOf, searchOf, type Trial } from "./trials.ts";
import { observed, running, type Tried, tryOut } from "./try_out.ts";

/** What an extraction works with. */
export interface ExtractionOptions extends CheckOptions {
  /** Computes. */
  readonly engine: Engine;
  /** Values that a unit of the state may take: an odd number of at least 3. */
  readonly levels: number;
  /** Maps with which it is content. */
  readonly maps: number;
  /** The largest size of the examples that the network is refined on. */
  readonly size: number;
  /** The state from which it goes on; by default it begins. */
  readonly from?: RefinementState | undefined;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each state from which it can go on. */
  readonly onState?: ((state: RefinementState) => Promise<void>) | undefined;
  /** Called with what happens. */
  readonly onNews: (news: ExtractNews) => void;
}

/** Networks that are right, but whose automata are not proved to be, before the best of them is taken. */
const MOST_UNPROVED = 3;

/** Makes an automaton of a model. Returns undefined where none was found. */
export async function extractFrom(
  model: Model,
  options: ExtractionOptions,
): Promise<Extracted | undefined> {
  const { configuration } = model;
  if (configuration.width !== 1 || configuration.layers !== 1 || model.sets !== 1) {
    throw new UsageError(
      "Cannot extract an automaton: expected a model of one column, layer and parameter set",
      {
        code: "wrong_value",
        subject: "model",
      },
    );
  }
  return await new Extraction(model, options).run();
}

class Extraction {
  readonly #model: Model;
  readonly #options: ExtractionOptions;
  readonly #refiner: Refiner;

  constructor(model: Model, options: ExtractionOptions) {
    const smooth = { ...model, configuration: { ...model.configuration, state_levels: 0 } };
    const { onNews, onState, from = startOf(weightsOf(smooth)) } = options;
    this.#model = model;
    this.#options = options;
    this.#refiner = new Refiner({
      ...options,
      extraSteps: model.configuration.extra_steps,
      onState: onState ?? (() => Promise.resolve()),
      onProgress: (progress) => onNews({ kind: "refining", ...progress }),
    }, from);
  }

  async run(): Promise<Extracted | undefined> {
    const { problem, size, signal, onNews } = this.#options;
    while (true) {
      const stage = await this.#refiner.refine();
      const { unproved } = this.#refiner.state;
      if (stage === undefined || unproved.length >= MOST_UNPROVED) return await this.#bestOf(unproved);
      const { rule, tried } = this.#observed(stage);
      let wrong = await this.#firstWrong(stage, tried, searchOf(this.#options, size));
      if (wrong === undefined) {
        const automaton = await this.#closed(stage);
        const proof = automaton && await proofOf(automaton, problem, signal);
        if (automaton === undefined || proof === undefined && specifications.has(problem)) {
          const states = (automaton?.output.length ?? rule.states) - 1;
          const closed = automaton !== undefined;
          onNews({ kind: "unproved", maps: stage.alive.length, states, closed });
          await this.#refiner.setAside({ stage, states, closed });
          continue;
        }
        const checked = await this.#checked(stage, automaton, proof);
        if ("automaton" in checked) return checked;
        wrong = checked.wrong;
      }
      await this.#refiner.repair(wrong);
    }
  }

  /** The automaton of the fewest states that is right, one with a closure if there is one. */
  async #bestOf(unproved: readonly UnprovedStage[]): Promise<Extracted | undefined> {
    const ranked = unproved.toSorted((a, b) => Number(b.closed) - Number(a.closed) || a.states - b.states);
    for (const { stage, closed } of ranked) {
      const automaton = closed ? await this.#closed(stage) : undefined;
      const checked = await this.#checked(stage, automaton, undefined);
      if ("automaton" in checked) return checked;
    }
  }

  /** What is made of a stage that passes all checks; else examples that it gets wrong. */
  async #checked(
    stage: Stage,
    automaton: Automaton | undefined,
    proof: Proof | undefined,
  ): Promise<Extracted | { readonly wrong: readonly Example[] }> {
    const { rule, rules, tried } = this.#observed(stage);
    const checks: AutomatonCheck[] = [];
    const whole = automaton && running(automaton, this.#options.signal);
    const wrong = await this.#firstWrong(stage, whole ?? tried, checksOf(this.#options), checks);
    if (wrong !== undefined) return { wrong };
    const { network: { spec: { maps, state_levels } }, parameters } = stage;
    const configuration = { ...this.#model.configuration, maps, state_levels };
    return {
      model: { ...this.#model, configuration, parameters, results: [] },
      automaton: { ...(automaton ?? this.#read(rule, rules, false)), checks },
      proof,
      maps: stage.alive.length,
      steps: this.#refiner.state.step,
      change: changeFrom(weightsOf(this.#model), stage),
    };
  }

  /** The rule of a stage with a table that grows while it is tried. */
  #observed(stage: Stage): { rule: NetworkRule; rules: RuleTable; tried: Tried } {
    const { problem: { symbols }, configuration: { extra_steps: extraSteps } } = this.#model;
    const rule = new NetworkRule(stage);
    const [initial, rules] = [rule.initial(), new RuleTable(rule.radius)];
    const outputOf = (state: number) => rule.output(state);
    return { rule, rules, tried: observed({ rule, rules, initial, symbols, extraSteps, outputOf }) };
  }

  /** The automaton of a stage, minimised, where its rules have a closure. */
  async #closed(stage: Stage): Promise<Automaton | undefined> {
    const { problem, signal, onNews } = this.#options;
    onNews({ kind: "closing", maps: stage.alive.length });
    const rule = new NetworkRule(stage);
    const { extra_steps: extraSteps } = this.#model.configuration;
    const rules = await closedTable(rule, rule.initial(), extraSteps, problem, signal);
    return rules && await smallest(this.#read(rule, rules, true), problem, signal);
  }

  #read(rule: NetworkRule, rules: RuleTable, closed: boolean): Automaton {
    const { problem: { name, symbols }, configuration: { extra_steps: extraSteps } } = this.#model;
    const output = Array.from({ length: rule.states }, (_, state) => rule.output(state));
    return {
      problem: { name, symbols },
      extraSteps,
      initial: rule.initial(),
      output,
      rules,
      closed,
      checks: [],
    };
  }

  /** The examples that are wrong in the first trial that has any. Trials without are added to `passed`. */
  async #firstWrong(
    { alive }: Stage,
    tried: Tried,
    trials: Iterable<Trial>,
    passed: AutomatonCheck[] = [],
  ): Promise<readonly Example[] | undefined> {
    const { signal, onNews } = this.#options;
    const onProgress = (trial: Trial, done: number) => {
      const { suite, size, count } = trial;
      onNews({ kind: "trying", suite, size, count, done });
    };
    for await (const { check, wrong } of tryOut(tried, trials, { signal, onProgress })) {
      if (wrong.length > 0) {
        onNews({ kind: "wrong", maps: alive.length, check });
        return wrong;
      }
      passed.push(check);
    }
  }
}
