import { startEngine } from "../engine/engine.ts";
import type { DataProblem } from "../problems/dataset.ts";
import { option, say, type Sentence, UsageError } from "../errors.ts";
import { Listener } from "../async/listener.ts";
import { checkConfiguration } from "../model/check_configuration.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Model } from "../model/model.ts";
import { networkOf } from "../model/network.ts";
import { parameterCount } from "../model/parameters.ts";
import { findPreset, resolve } from "../model/presets.ts";
import { problems } from "../problems/table.ts";
import { checkTrainOptions } from "./check_options.ts";
import { checkState } from "./run/checkpoint_state.ts";
import { concludeFrom } from "./conclusion.ts";
import { Course } from "./course.ts";
import { earlierReport, finalReport, reportTestSets } from "./run/final_report.ts";
import type { TrainOptions, TrainResult } from "./options.ts";
import { Recorder } from "./run/recorder.ts";
import { openDirectory, runConfig } from "./run/run_config.ts";
import { longestBatch } from "./examples/curriculum.ts";
import { dataSource, type ExampleSource, generatedSource } from "./examples/source.ts";
import { initialState, type TrainingState } from "./state.ts";
import { TimeLeft } from "./time_left.ts";
import { Trainer } from "./trainer.ts";

/**
 * Trains a model on a problem, and evaluates it at the end.
 *
 * With no options it learns binary addition. The configuration says how: a preset gives every setting a value, and says
 * where it comes from. The training ends when a validation, by default up to ten times the largest training size, is
 * without an error and is confirmed with more examples, or when the attempts or the steps are used up.
 *
 * @param given Options, each of which has a default.
 * @returns The best model, and how the training went.
 * @throws {UsageError} If an option is wrong, or `out` holds another run.
 * @throws {RunError} If the backend cannot start or fails, the training does not fit in memory, its loss is not finite, or
 * a file cannot be read or written.
 *
 * @example Train for a few steps
 * ```ts
 * import { problems, train } from "@neural-gpu/neural-gpu";
 * import { assertEquals, assertFalse } from "@std/assert";
 *
 * const { model, solved, steps } = await train({
 *   problem: problems.copy,
 *   configuration: { max_size: 2, maps: 6 },
 *   steps: 20,
 *   backend: "wasm",
 * });
 * assertEquals(steps, 20);
 * assertFalse(solved);
 * assertEquals(model.results.map(({ size }) => size), [2, 2, 4, 4, 10, 10, 20, 20]);
 * ```
 *
 * @example Watch a training, and stop it
 * ```ts
 * import { problems, train } from "@neural-gpu/neural-gpu";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const controller = new AbortController();
 * const steps: number[] = [];
 * await assertRejects(() =>
 *   train({
 *     problem: problems.copy,
 *     configuration: { max_size: 2, maps: 6 },
 *     backend: "wasm",
 *     signal: controller.signal,
 *     onReport(report) {
 *       if (report.kind !== "step") return;
 *       steps.push(report.state.step);
 *       if (report.state.step === 3) controller.abort();
 *     },
 *   }), DOMException);
 * assertEquals(steps, [1, 2, 3]);
 * ```
 */
export async function train(given: TrainOptions = {}): Promise<TrainResult> {
  const options = checkTrainOptions(given);
  const { seed = 1, steps = Infinity, attempts = 3, preset = "default", checkpointEvery = 200, signal } =
    options;
  const resuming = options.existing === "resume";
  if (resuming && options.out === undefined) {
    throw new UsageError("Cannot resume without `out`: expected the directory of a run", {
      code: "missing",
      subject: "out",
      expected: "the directory of a run",
    });
  }
  const problem = problemOf(options);
  const configuration = checkConfiguration(resolve(findPreset(preset), problem, options.configuration));
  const source = await sourceOf(options, configuration);
  checkFrom(options.from, problem, configuration);

  const listener = new Listener(options.onReport);
  const engine = await startEngine({
    backend: options.backend,
    workers: options.workers,
    onNote: (text) => listener.mention({ kind: "note", text }),
  });
  const { backend } = engine;
  const longest = longestBatch(configuration, source);
  engine.checkTrainingFits(networkOf(configuration, problem.symbols), longest, `size ${source.sizes.at(-1)}`);
  const config = await runConfig(
    { ...options, seed, preset, attempts, checkpointEvery },
    problem,
    configuration,
    backend,
  );
  await using directory = await openDirectory(options, config);
  const sizeOf = (sets: number) => parameterCount(networkOf(configuration, problem.symbols, sets).table);
  const saved = resuming
    ? await directory?.loadCheckpoint(
      (state, path) => checkState(state, configuration, source, path),
      sizeOf,
      configuration.relaxation_sets,
    )
    : undefined;
  const state = saved?.state ?? initialState(configuration, source.sizes);
  const over = state.ended !== null && !canGoOn(state, steps, attempts);
  const testSets = reportTestSets(options, source, configuration, seed);
  const earlier = over ? await earlierReport(directory, testSets) : undefined;
  if (resuming && saved === undefined) {
    await listener.tell({ kind: "note", text: "The run has no checkpoint yet: it begins at step 0" });
  }
  await listener.tell({
    kind: "start",
    backend,
    parameters: sizeOf(state.sets),
    out: directory?.path,
    resumedAt: state.step,
    finished: over,
  });

  const trainer = new Trainer(
    { configuration, source, seed, attempts, steps, engine, from: options.from?.parameters },
    state,
    saved?.vectors,
  );
  const model = async (): Promise<Model> => {
    const { parameters, sets, attempt } = await trainer.chosen();
    return {
      problem: describe(problem, options),
      configuration,
      sets,
      parameters,
      origin: { preset, seed, steps: state.step, attempt },
      results: [],
    };
  };
  const course = new Course({
    ...{ trainer, configuration, source, steps, checkpointEvery, model, listener, options },
    recorder: new Recorder(directory, config),
    timeLeft: new TimeLeft(configuration, source, testSets),
    beginning: {
      state: { step: state.step, validatedAt: state.validatedAt },
      model: saved && await model(),
      overwrites: options.existing === "overwrite",
    },
    seconds: saved?.seconds ?? 0,
  });
  try {
    if (!resuming && options.existing !== "overwrite") await course.begin(); // there are no older files to keep
    if (earlier === undefined) {
      if (!over) await course.run();
      if (trainer.closingDue) await course.close();
    }
    const { seconds } = course;
    const results = earlier ??
      await course.report((hearing) =>
        model().then((model) =>
          finalReport(model, testSets, {
            ...{ engine, signal, ...hearing },
            name: directory?.file("model.safetensors") ?? "",
          })
        )
      );
    for (const row of earlier ?? []) await listener.tell({ kind: "row", row });
    await listener.settle();
    const reach = options.data === undefined ? source.validationSizes.at(-1)! : Infinity;
    return {
      model: { ...await model(), results },
      ...concludeFrom(results, reach),
      ended: state.ended!,
      attempts: state.attempt,
      steps: state.step,
      seconds,
      out: directory?.path,
    };
  } catch (thrown) {
    // Between steps the state is complete, and a validation that was interrupted is made again.
    if (signal?.aborted && thrown === signal.reason) await course.saveUnfinished();
    throw thrown;
  } finally {
    engine.close();
    trainer.dispose();
  }
}

/** The problem to train on. With data its largest size is that of the data, unless `max_size` gives another one. */
function problemOf({ data, problem = problems.badd }: TrainOptions): DataProblem {
  return data
    ? { ...data.problem, maxSize: data.rows.reduce((most, { size }) => Math.max(most, size), 1) }
    : problem;
}

/** Whether a run that ended may be continued with new limits. */
function canGoOn({ ended, step, attempt }: TrainingState, steps: number, attempts: number): boolean {
  return ended === "steps" ? step < steps : ended === "attempts" && attempt < attempts && step < steps;
}

async function sourceOf(
  { data, problem, signal }: TrainOptions,
  configuration: Configuration,
): Promise<ExampleSource> {
  if (data === undefined) return generatedSource(problem ?? problems.badd, configuration);
  return await dataSource(data.problem, data.rows, data.validation, configuration.max_size, signal);
}

/** The description of the problem for a model file. */
function describe(problem: DataProblem, options: TrainOptions): Model["problem"] {
  const arithmetic = (options.data === undefined ? options.problem ?? problems.badd : problems[problem.name])
    ?.arithmetic;
  return { name: problem.name, symbols: problem.symbols, ...(arithmetic && { arithmetic }) };
}

/** A model to start from must have the shape of the one to train. */
function checkFrom(from: Model | undefined, problem: DataProblem, configuration: Configuration): void {
  if (from === undefined) return;
  const refuse = (what: string, found: unknown, expected: unknown, hint: Sentence = "") => {
    throw new UsageError(
      say`Cannot start from the model: its ${what} is ${String(found)}, expected ${String(expected)}${hint}`,
      { code: "conflict", subject: "from", given: String(found), expected: String(expected) },
    );
  };
  if (from.problem.symbols !== problem.symbols) refuse("alphabet", from.problem.symbols, problem.symbols);
  for (const key of ["cell", "maps", "width", "layers", "kernel_width", "kernel_length"] as const) {
    if (from.configuration[key] !== configuration[key]) {
      refuse(key, from.configuration[key], configuration[key]);
    }
  }
  if (from.sets !== configuration.relaxation_sets) {
    const hint = say` (${option("relaxation_sets")})`;
    refuse("number of parameter sets", from.sets, configuration.relaxation_sets, hint);
  }
}
