/**
 * Neural GPU for Deno: trains, evaluates and runs the Neural GPU (Kaiser & Sutskever 2015), a convolutional gated
 * recurrent network that learns algorithms from short examples and generalises to long ones, on WebGPU or WebAssembly.
 *
 * Importing this module starts nothing. Run, it is the command line: `deno run mod.ts train --help`.
 *
 * The examples import the toolkit by its name; put the URL of this module in its place. {@linkcode train},
 * {@linkcode evaluate}, {@linkcode predict}, {@linkcode solve} and {@linkcode trace} compute on one backend for each
 * process, and need no permission for that. {@linkcode UsageError}s are the caller's; a {@linkcode RunError} says what
 * cannot be done with the files, the data or the machine at hand.
 *
 * @example Add two numbers with a model that comes with the toolkit
 * ```ts
 * import { loadModel, solve } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const model = await loadModel("badd");
 * const { answer } = await solve(model, "123456789 + 987654321", { backend: "wasm" });
 * assertEquals(answer, 1111111110n);
 * ```
 *
 * @example Train a model to reverse strings, and evaluate it on strings ten times as long
 * ```ts
 * import { evaluate, problems, train } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const { model } = await train({
 *   problem: problems.reverse,
 *   configuration: { max_size: 5 },
 *   steps: 10, // enough to show how it is done; without a limit it learns the problem in minutes
 *   backend: "wasm",
 * });
 * for await (const row of evaluate({ models: [{ model, name: "mine" }], sizes: [50], suites: ["random"] })) {
 *   assertEquals([row.model, row.size, row.examples], ["mine", 50, 64]);
 * }
 * ```
 *
 * @module
 */
import { runMain } from "./lib/cli/main.ts";

export type { Backend, BackendChoice, BackendName, Device } from "./lib/engine/backend.ts";
export { startBackend } from "./lib/engine/backends.ts";
export { recurrence, type RecurrenceResult } from "./lib/engine/recurrence.ts";
export type { Draws, Dropout, RecurrenceRun, RowSteps, StateNoise } from "./lib/engine/run.ts";
export { type Scalar, type Tensor1D, type Tensor4D, tf } from "./lib/engine/tensorflow.ts";
export type { DataProblem, Dataset, Example, Row } from "./lib/problems/dataset.ts";
export { loadDataset } from "./lib/problems/dataset.ts";
export type { ErrorCode, ErrorDetails, OptionName, Sentence } from "./lib/errors.ts";
export { RunError, ToolkitError, UsageError } from "./lib/errors.ts";
export type { Automaton, AutomatonCheck } from "./lib/automaton/automaton.ts";
export { loadAutomaton } from "./lib/automaton/load.ts";
export { saveAutomaton } from "./lib/automaton/save.ts";
export type { RuleTable } from "./lib/automaton/rule_table.ts";
export type { Asked } from "./lib/evaluation/asked.ts";
export type { ComputeOptions } from "./lib/engine/engine.ts";
export { certifiedSize } from "./lib/evaluation/certify.ts";
export { evaluate } from "./lib/evaluation/evaluate.ts";
export type { EvaluateOptions, EvaluateReport, NamedModel } from "./lib/evaluation/evaluate_options.ts";
export { extract, type ExtractOptions, type ExtractReport } from "./lib/extraction/extract.ts";
export type { Extracted, ExtractNews } from "./lib/extraction/extracted.ts";
export type { Proof } from "./lib/extraction/proof.ts";
export type { NetworkChange } from "./lib/extraction/stage.ts";
export { type GenerateOptions, generateRows as generate } from "./lib/problems/generate.ts";
export type { Configuration, SettingName } from "./lib/model/configuration.ts";
export { loadModel, saveModel } from "./lib/model/file.ts";
export type { Model, Origin, ReportRow } from "./lib/model/model.ts";
export { type Answer, predict, type PredictOptions, type PredictReport } from "./lib/evaluation/predict.ts";
export type { Prediction } from "./lib/evaluation/prediction.ts";
export type { PredictionRow } from "./lib/evaluation/prediction_row.ts";
export type { PredictInput } from "./lib/evaluation/questions.ts";
export { type Preset, type PresetName, presets, type PresetSettingName } from "./lib/model/presets.ts";
export {
  type About,
  type Arithmetic,
  defineProblem,
  type Expression,
  type Notation,
  type Problem,
  type ProblemName,
  problems,
} from "./lib/problems/mod.ts";
export { Random } from "./lib/random.ts";
export type { Bank, Cell } from "./lib/cells/cell.ts";
export { defineCell } from "./lib/cells/define.ts";
export { type CellKind, cells } from "./lib/cells/table.ts";
export { recurrenceSize, type RecurrenceSpec } from "./lib/model/recurrence_spec.ts";
export type { EvaluationState, TestSet } from "./lib/evaluation/report.ts";
export type { Trace, TraceOptions, TraceStep } from "./lib/evaluation/trace.ts";
export { trace } from "./lib/picture/trace.ts";
export { table } from "./lib/picture/table.ts";
export {
  calculate,
  type CalculateOptions,
  type Calculation,
  type CalculationStep,
} from "./lib/evaluation/calculate.ts";
export { type Solution, solve, type SolveOptions } from "./lib/evaluation/solve.ts";
export type {
  TrainerOptions,
  TrainingData,
  TrainOptions,
  TrainReport,
  TrainResult,
} from "./lib/training/options.ts";
export type { Sample } from "./lib/training/sample.ts";
export type { TrainingEnd, TrainingProgress, ValidationScore } from "./lib/training/state.ts";
export { train } from "./lib/training/train.ts";
export { Trainer } from "./lib/training/trainer.ts";
export type { ValidationProgress, ValidationRow } from "./lib/training/rules/validation.ts";
export type { MetricsRow } from "./lib/training/metrics.ts";
export type { Verdict } from "./lib/evaluation/verdict.ts";
export { VERSION } from "./lib/version.ts";
export type { WorkerCount } from "./lib/engine/workers/pool.ts";

if (import.meta.main) {
  // Workers and the children of a sweep start from modules of their own, and in a bundle from here.
  if ("WorkerGlobalScope" in globalThis) {
    import("./lib/engine/workers/worker.ts").then(({ serve }) => serve());
  } else {
    // Not awaited: a problem of one's own that imports this module would wait for it, and it for the problem.
    runMain(
      {
        generate: () => import("./tasks/generate.ts"),
        train: () => import("./tasks/train.ts"),
        evaluate: () => import("./tasks/evaluate.ts"),
        predict: () => import("./tasks/predict.ts"),
        solve: () => import("./tasks/solve.ts"),
        trace: () => import("./tasks/trace.ts"),
        plot: () => import("./tasks/plot.ts"),
        extract: () => import("./tasks/extract.ts"),
        sweep: () => import("./tasks/sweep.ts"),
        bench: () => import("./tasks/bench.ts"),
      },
      {
        "sweep:train": () => import("./tasks/sweep_child.ts"),
        "sweep:describe": () => import("./lib/sweep/describe.ts"),
      },
      Deno.args,
    );
  }
}
