/** From a trained model to an automaton: refine, read the rules, close them, and check the answers. */
import type { Engine } from "../engine/engine.ts";
import { weightsOf } from "../evaluation/ensemble.ts";
import { UsageError } from "../errors.ts";
import type { Model } from "../model/model.ts";
import type { Example } from "../problems/dataset.ts";
import type { Automaton, AutomatonCheck } from "../automaton/automaton.ts";
import { closureOf } from "./closure.ts";
import { allExamples, countInputs } from "./inputs.ts";
import { NetworkRule } from "./network_rule.ts";
import { refine, type RefinementProgress } from "./refine.ts";
import { RuleTable } from "../automaton/rule_table.ts";
import { initialRows, MOST_INPUTS, type TryOptions, tryOut } from "./try_out.ts";

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

/** What {@linkcode extract} makes. */
export interface Extracted {
  /** The refined network: a model of few maps, whose state inference rounds. */
  readonly model: Model;
  /** The automaton. */
  readonly automaton: Automaton;
  /** Maps of the model that hold something. */
  readonly maps: number;
}

/** Windows beyond which no closure is looked for. */
const MOST_WINDOWS = 200_000;

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
  const rowsOf = (examples: readonly Example[]) => initialRows(examples, { initial, symbols, extraSteps });
  const closed = await closedTable(rule, rowsOf, options);
  const rules = closed ?? new RuleTable(rule.radius);
  const checks: AutomatonCheck[] = [];
  const outputOf = (state: number) => rule.output(state);
  for await (const check of tryOut({ rule, rules, outputOf, initial, symbols, extraSteps }, options)) {
    checks.push(check);
    await options.onCheck(check);
  }
  const output = Array.from({ length: rule.states }, (_, state) => rule.output(state));
  return {
    problem: { name, symbols },
    extraSteps,
    initial,
    output,
    rules,
    closed: closed !== undefined,
    checks,
  };
}

/**
 * The rules of the closure, where there is a finite one that is not too large. Windows of five cells of an input of any
 * length are among those of the inputs of up to six symbols for the problems whose symbols may be chosen one by one.
 */
async function closedTable(
  rule: NetworkRule,
  rowsOf: (examples: readonly Example[]) => Int32Array[],
  { problem, signal }: ExtractOptions,
): Promise<RuleTable | undefined> {
  const cells = 2 * rule.radius + 1;
  const rows: Int32Array[] = [];
  for (let size = 1; size <= cells + 1; size++) {
    if (countInputs(problem, size) > MOST_INPUTS) return undefined;
    rows.push(...rowsOf([...allExamples(problem, size)]));
  }
  return await closureOf(rule, rows, { cells, most: MOST_WINDOWS, signal });
}
