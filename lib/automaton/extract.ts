/** From a trained model to an automaton: refine, read the rules, close them, and check the answers. */
import { pause } from "../async/pause.ts";
import type { Engine } from "../engine/engine.ts";
import { weightsOf } from "../evaluation/ensemble.ts";
import { RunError, UsageError } from "../errors.ts";
import { encodeBatch } from "../model/batch.ts";
import type { Model } from "../model/model.ts";
import { type Example, sampleExample } from "../problems/dataset.ts";
import type { Problem } from "../problems/problem.ts";
import { Random } from "../random.ts";
import type { Automaton, AutomatonCheck } from "./automaton.ts";
import { closureOf } from "./closure.ts";
import { allExamples, countInputs } from "./inputs.ts";
import { NetworkRule } from "./network_rule.ts";
import { observe } from "./observe.ts";
import { refine, type RefinementProgress } from "./refine.ts";
import { RuleTable } from "./rule_table.ts";

/** Options of {@linkcode extract}. */
export interface ExtractOptions {
  /** Computes. */
  readonly engine: Engine;
  /** The problem that the model has learned. */
  readonly problem: Problem;
  /** Values that a unit of the state may take: an odd number of at least 3. */
  readonly levels: number;
  /** Maps with which it is content. */
  readonly maps: number;
  /** The largest size of the examples that the network is refined on. */
  readonly size: number;
  /** The largest size of which all inputs are tried. */
  readonly exhaustive: number;
  /** Sizes at which examples of all suites are tried. */
  readonly sizes: readonly number[];
  /** Number of examples of each of these sizes and suites. */
  readonly examples: number;
  /** Selects all that is random. */
  readonly seed: number;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
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
/** Inputs of a size beyond which they are not listed. */
const MOST_INPUTS = 2 ** 22;
/** Cells times steps that are computed between two looks at the signal. */
const WORK = 2 ** 25;

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
  const rowsOf = (examples: readonly Example[]) => {
    const { input, positions, lengths } = encodeBatch(symbols, examples, { extraSteps });
    return lengths.map((length, row) =>
      Int32Array.from(input.subarray(row * positions, row * positions + length), (symbol) => initial[symbol]!)
    );
  };
  const closed = await closedTable(rule, rowsOf, options);
  const rules = closed ?? new RuleTable(rule.radius);
  const checks: AutomatonCheck[] = [];
  for (const { suite, size, count, examples } of tests(options)) {
    let errors = 0;
    for (const some of chunks(examples, extraSteps)) {
      await pause(options.signal);
      const { target, positions } = encodeBatch(symbols, some, { extraSteps });
      const last = observe(rule, rules, rowsOf(some), (row) => row.length + extraSteps);
      errors += last.filter((row, i) =>
        row.some((state, position) =>
          rule.output(state) !== target[i * positions + position]
        )
      ).length;
    }
    const check = { suite, size, examples: count, errors };
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

/** What an automaton is tried on, easy inputs first. */
function* tests({ problem, exhaustive, sizes, examples: count, seed }: ExtractOptions) {
  for (let size = 1; size <= exhaustive; size++) {
    const count = countInputs(problem, size);
    if (count > MOST_INPUTS) {
      throw new RunError(`Cannot try all ${count} inputs of size ${size}: expected at most ${MOST_INPUTS}`, {
        code: "too_large",
        subject: "exhaustive",
      });
    }
    yield { suite: "all", size, count, examples: allExamples(problem, size) };
  }
  for (const size of sizes) {
    for (const suite of Object.keys(problem.suites)) {
      const draw = (_: unknown, i: number) =>
        sampleExample(problem, suite, size, new Random(seed, `automaton check ${suite}`, size, i));
      yield { suite, size, count, examples: Array.from({ length: count }, draw) };
    }
  }
}

/** Examples in groups of limited work. */
function* chunks(examples: Iterable<Example>, extraSteps: number): Generator<Example[]> {
  let chunk: Example[] = [];
  let work = 0;
  for (const example of examples) {
    chunk.push(example);
    const length = Math.max(example.input.length, example.target.length);
    work += length * (length + extraSteps);
    if (work < WORK) continue;
    yield chunk;
    [chunk, work] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}
