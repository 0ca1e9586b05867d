import { pause } from "../async/pause.ts";
import { type Automaton, firstRow, isAutomaton, readOutOf, rowsAfter } from "../automaton/automaton.ts";
import { checkOptions, checkValue, type Kinds, optional, SIGNAL, TEXT } from "../checks/options.ts";
import type { BackendChoice } from "../engine/backend.ts";
import { startEngine } from "../engine/engine.ts";
import { BACKEND } from "../engine/option_kinds.ts";
import { readOutPlain } from "../engine/plain.ts";
import { shown, UsageError } from "../errors.ts";
import { type Batch, encodeBatch, lengthOf, PAD } from "../model/batch.ts";
import type { Model } from "../model/model.ts";
import { MODEL } from "../model/option_kinds.ts";
import { PROBLEM } from "../problems/option_kinds.ts";
import type { Problem } from "../problems/problem.ts";
import { extraStepsOf, orAutomaton } from "./asked.ts";
import { weightsOf } from "./ensemble.ts";
import { answerOf, complaintAboutSymbols, problemOf } from "./questions.ts";

/** A model at one moment of a computation. */
export interface TraceStep {
  /** Number of steps taken: 0 for the embedded input. */
  readonly step: number;
  /** The state `[columns, positions, maps]`, row by row; of an automaton the number of each cell's state. */
  readonly state: Float32Array;
  /** The symbol that would be read out at each position if this state were the last one; a space for padding. */
  readonly readOut: string;
  /** How sure each of these symbols is: its share minus the next one's, from 0 to 1. */
  readonly margins: Float32Array;
}

/**
 * A computation of a model, step by step. The steps are computed as they are asked for, and anew where they are asked for
 * again.
 */
export interface Trace extends AsyncIterable<TraceStep> {
  /** Name and alphabet of the problem. */
  readonly problem: Pick<Model["problem"], "name" | "symbols">;
  /** The input. */
  readonly input: string;
  /** The right answer, where it is known. */
  readonly target: string | undefined;
  /** Number of steps. The states are one more, as the first is the embedded input. */
  readonly steps: number;
  /** Columns of a state: the model's width, 1 of an automaton. */
  readonly columns: number;
  /** Positions of a state: the symbols of the input or of the right answer, whichever are more. */
  readonly positions: number;
  /** Maps of a state, 1 of an automaton. */
  readonly maps: number;
  /** Of an automaton, the number of states that a cell may have. */
  readonly cellStates?: number | undefined;
}

/** Options of `trace`. */
export interface TraceOptions {
  /** Problem that knows the right answer; by default the one of {@linkcode problems} of the model's name and alphabet. */
  readonly problem?: Problem | undefined;
  /**
   * Backend to compute on.
   *
   * @default {"auto"}
   */
  readonly backend?: BackendChoice | undefined;
  /** Signal that ends the computation: asking for a step throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: Kinds<TraceOptions> = {
  problem: optional(PROBLEM),
  backend: optional(BACKEND),
  signal: optional(SIGNAL),
};

/** The computation that `trace` of picture/trace.ts returns, where a notebook need not show it. */
export function traceOf(model: Model | Automaton, input: string, options: TraceOptions): Trace {
  checkValue("trace", "model", model, orAutomaton(MODEL));
  checkValue("trace", "input", input, TEXT);
  const { problem: given, backend, signal } = checkOptions<TraceOptions>("trace", options, OPTIONS);
  const { name, symbols } = model.problem;
  const complaint = complaintAboutSymbols(input, model.problem);
  if (complaint !== undefined) {
    throw new UsageError(`Cannot trace ${shown(input)}: it has ${complaint}`, {
      code: "wrong_value",
      subject: "input",
      given: shown(input),
    });
  }
  const problem = problemOf(model.problem, given);
  const target = problem && answerOf(problem, input);
  const example = { size: 0, input, target: target ?? "" };
  const extraSteps = extraStepsOf(model);
  const positions = lengthOf(example);

  async function* steps(): AsyncGenerator<TraceStep> {
    const batch = encodeBatch(symbols, [example], { extraSteps });
    const moments = isAutomaton(model)
      ? momentsOfAutomaton(model, batch, { signal })
      : momentsOfModel(model, batch, { backend, signal });
    let step = 0;
    for await (const { state, written, margins } of moments) {
      const readOut = Array.from(written, (number) => number === PAD ? " " : symbols[number - 1]).join("");
      yield { step, state, readOut, margins };
      step++;
    }
  }
  const { width, maps } = isAutomaton(model) ? { width: 1, maps: 1 } : model.configuration;
  return {
    problem: { name, symbols },
    input,
    target,
    steps: positions + extraSteps,
    columns: width,
    positions,
    maps,
    ...(isAutomaton(model) && { cellStates: model.output.length }),
    [Symbol.asyncIterator]: steps,
  };
}

/** A state, the symbol numbers that are read out of it, and how sure they are. */
type Moment = Pick<TraceStep, "state" | "margins"> & { readonly written: ArrayLike<number> };

/** What a model computes. */
async function* momentsOfModel(
  model: Model,
  batch: Batch,
  { backend, signal }: TraceOptions,
): AsyncGenerator<Moment> {
  const weights = weightsOf(model);
  const engine = await startEngine({ backend, workers: 1 });
  try {
    engine.checkInferenceFits([weights], batch.positions);
    for await (const state of engine.trace(weights, batch, signal)) {
      yield { state, ...readOutPlain(weights.network, weights.parameters, state, batch.positions) };
    }
  } finally {
    engine.close();
  }
}

/** What an automaton computes, which needs no engine. */
async function* momentsOfAutomaton(
  automaton: Automaton,
  { input }: Batch,
  { signal }: TraceOptions,
): AsyncGenerator<Moment> {
  const first = firstRow(automaton, input);
  const margins = new Float32Array(first.length).fill(1);
  const momentOf = (row: Int32Array): Moment => ({
    state: Float32Array.from(row),
    written: readOutOf(automaton, row),
    margins,
  });
  yield momentOf(first);
  for (const row of rowsAfter(automaton, first)) {
    await pause(signal);
    yield momentOf(row);
  }
}
