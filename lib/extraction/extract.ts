/** From a trained model to an automaton: refine, read the rules, close them, and check the answers. */
import type { Engine } from "../engine/engine.ts";
import { weightsOf } from "../evaluation/ensemble.ts";
import { UsageError } from "../errors.ts";
import type { Model } from "../model/model.ts";
import type { Automaton, AutomatonCheck } from "../automaton/automaton.ts";
import { closureOf } from "./closure.ts";
import { formOf, windowsOf } from "./form.ts";
import { minimised } from "./minimise.ts";
import { narrowed } from "./narrow.ts";
import { NetworkRule } from "./network_rule.ts";
import { Product } from "./product.ts";
import { MOST_WINDOWS, proofOf } from "./proof.ts";
import { refine, type RefinementProgress } from "./refine.ts";
import { RuleTable } from "../automaton/rule_table.ts";
import { specifications } from "./specification.ts";
import { tableRule } from "./table_rule.ts";
import { type TryOptions, tryOut } from "./try_out.ts";

/** Options of {@linkcode extract}. */
export interface ExtractOptions extends TryOptions {
  /** Computes. */
  readonly engine: Engine;
  /** Values that a unit of the state may take: an odd number of at least 3. */
  readonly levels: number;
  /** Maps with which it is content. */
  readonly maps: number;
  /** The largest size of the examples that the network is refined on. */
  readonly size: number;
  /** Called several times a second while the network is refined. */
  readonly onProgress: (progress: RefinementProgress) => void;
  /** Called with what was tried, as soon as it was. */
  readonly onCheck: (check: AutomatonCheck) => void | Promise<void>;
}

/** Windows times states of a proof beyond which no states are united, as that takes a proof for many pairs of them. */
const MOST_PROOF = 1_000_000;

/** What {@linkcode extract} makes. */
export interface Extracted {
  /** The refined network: a model of few maps, whose state inference rounds. */
  readonly model: Model;
  /** The automaton. */
  readonly automaton: Automaton;
  /** Maps of the model that hold something. */
  readonly maps: number;
}

/** Makes an automaton of a model. Returns undefined where none was found. */
export async function extract(model: Model, options: ExtractOptions): Promise<Extracted | undefined> {
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
  const rounded = { ...model, configuration: { ...configuration, state_levels: options.levels } };
  const extraSteps = configuration.extra_steps;
  const found = await refine(weightsOf(rounded), { ...options, extraSteps });
  if (found === undefined) return undefined;
  const refined: Model = {
    ...rounded,
    configuration: { ...rounded.configuration, maps: found.network.spec.maps },
    parameters: found.parameters,
    results: [],
  };
  const automaton = await automatonOf(refined, options);
  return { model: refined, automaton, maps: found.maps };
}

/** The automaton of a network whose state is rounded, checked. */
async function automatonOf(model: Model, options: ExtractOptions): Promise<Automaton> {
  const { problem: { name, symbols }, configuration: { extra_steps: extraSteps } } = model;
  const rule = new NetworkRule(weightsOf(model));
  const initial = rule.initial();
  const read = (rules: RuleTable, closed: boolean): Automaton => ({
    problem: { name, symbols },
    extraSteps,
    initial,
    output: Array.from({ length: rule.states }, (_, state) => rule.output(state)),
    rules,
    closed,
    checks: [],
  });
  const closed = await closedTable(rule, initial, options, extraSteps);
  const small = closed && await smallest(read(closed, true), options);
  const entrance = { initial: small?.initial ?? initial, symbols, extraSteps };
  const tried = small
    ? { rule: tableRule(small.rules), rules: small.rules, outputOf: (state: number) => small.output[state]! }
    : { rule, rules: new RuleTable(rule.radius), outputOf: (state: number) => rule.output(state) };
  const checks: AutomatonCheck[] = [];
  for await (const check of tryOut({ ...tried, ...entrance }, options)) {
    checks.push(check);
    await options.onCheck(check);
  }
  return { ...(small ?? read(tried.rules, false)), checks };
}

/** The automaton with fewer states and smaller neighbourhoods, so that it can be proved right if it could be before. */
async function smallest(automaton: Automaton, { problem, signal }: ExtractOptions): Promise<Automaton> {
  const proof = await proofOf(automaton, problem, signal);
  if (proof && proof.windows * automaton.output.length > MOST_PROOF) return automaton;
  const isWanted = async (other: Automaton) => !proof || await proofOf(other, problem, signal) !== undefined;
  return await narrowed(await minimised(automaton, isWanted), isWanted);
}

/**
 * The rules of the closure, where the inputs have a form and there is a finite closure that is not too large: beside the
 * problem's specification, or else alone.
 */
async function closedTable(
  rule: NetworkRule,
  initial: readonly number[],
  { problem, signal }: ExtractOptions,
  extraSteps: number,
): Promise<RuleTable | undefined> {
  const form = formOf(problem);
  if (form === undefined) return undefined;
  const specification = specifications.get(problem);
  if (specification && extraSteps === 0) {
    const product = new Product(rule, specification);
    const closure = await product.closure(form, problem.symbols, initial, { most: MOST_WINDOWS, signal });
    if (closure) return product.ownRules(closure.rules);
  }
  const cells = 2 * rule.radius + 1;
  const closure = await closureOf(rule, windowsOf(form, initial, cells), {
    cells,
    most: MOST_WINDOWS,
    signal,
  });
  return closure?.rules;
}
