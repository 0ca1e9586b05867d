import { startBackend } from "../backend.ts";
import type { DataProblem } from "../dataset.ts";
import { UsageError } from "../errors.ts";
import { checkConfiguration, type Configuration } from "../model/configuration.ts";
import { saveModel } from "../model/file.ts";
import type { Model } from "../model/model.ts";
import { networkOf } from "../model/network.ts";
import { parameterCount } from "../model/parameters.ts";
import { findPreset, resolve } from "../model/presets.ts";
import { pause } from "../pause.ts";
import { problems } from "../problems/table.ts";
import { Pool } from "../workers/pool.ts";
import { checkTrainOptions } from "./check_options.ts";
import { earlierReport, finalReport } from "./final_report.ts";
import { checkTrainingFits } from "./memory.ts";
import type { TrainOptions, TrainResult } from "./options.ts";
import { openDirectory, runConfig } from "./run_config.ts";
import type { RunDirectory } from "./run_directory.ts";
import { dataSource, type ExampleSource, generatedSource } from "./source.ts";
import { initialState, type TrainingState } from "./state.ts";
import { Trainer } from "./trainer.ts";

/**
 * Trains a model until a validation is confirmed, or attempts or steps are used up, and evaluates it.
 *
 * Throws a `UsageError` where an option is wrong or the directory holds another run, a `RunError` where the backend,
 * the files or the training fail, and the signal's reason after an interruption.
 */
export async function train(options: TrainOptions = {}): Promise<TrainResult> {
  checkTrainOptions(options);
  const { seed = 1, steps = Infinity, attempts = 3, preset = "default", checkpointEvery = 200, signal } =
    options;
  if (options.existing === "resume" && options.out === undefined) {
    throw new UsageError("Cannot resume without `out`: expected the directory of a run");
  }
  const problem = problemOf(options);
  const configuration = checkConfiguration(resolve(findPreset(preset), problem, options.configuration));
  const source = sourceOf(options, configuration);
  checkFrom(options.from, problem, configuration);

  const backend = await startBackend(options.backend ?? "auto");
  const pool = new Pool({
    workers: options.workers ?? "auto",
    backend: backend.name,
    onNote: (text) => options.onReport?.({ kind: "note", text }),
  });
  const network = networkOf(configuration, problem.symbols);
  checkTrainingFits(configuration, network, source, backend);
  const config = await runConfig(
    { ...options, seed, preset, attempts, checkpointEvery },
    problem,
    configuration,
    backend,
  );
  await using directory = await openDirectory(options, config);
  const saved = options.existing === "resume"
    ? await directory?.loadCheckpoint((sets) =>
      parameterCount(networkOf(configuration, problem.symbols, sets).table)
    )
    : undefined;
  const state = saved?.state ?? initialState(configuration, source.sizes);
  const finished = state.ended !== null && !canGoOn(state, steps, attempts);
  if (options.existing === "resume" && saved === undefined) {
    options.onReport?.({ kind: "note", text: "The run has no checkpoint yet: it begins at step 0" });
  }
  if (!finished) await directory?.dropReport();
  options.onReport?.({
    kind: "start",
    backend,
    parameters: parameterCount(networkOf(configuration, problem.symbols, state.sets).table),
    resumedAt: state.step,
    finished,
  });

  const trainerOptions = {
    configuration,
    source,
    seed,
    attempts,
    steps,
    backend,
    pool,
    from: options.from?.parameters,
  };
  const trainer = new Trainer(trainerOptions, state, saved?.vectors);
  const clock = { seconds: saved?.seconds ?? 0, since: performance.now() };
  const elapsed = () => clock.seconds + (performance.now() - clock.since) / 1000;
  const model = async (): Promise<Model> => ({
    problem: describe(problem, options),
    configuration,
    sets: (state.best ?? state).sets,
    parameters: (await trainer.vectors()).best,
    origin: { preset, seed, steps: state.step, attempt: state.best?.attempt ?? state.attempt },
    results: [],
  });
  const save = async () => {
    if (directory === undefined) return;
    await trainer.collect();
    await saveModel(directory.file("model.safetensors"), await model());
    await directory.saveCheckpoint({ state, vectors: await trainer.vectors(), seconds: elapsed() });
  };

  try {
    await directory?.openMetrics(state.step);
    if (!finished) {
      const { ended } = state;
      state.ended = null;
      if (ended === "attempts") trainer.conclude(); // now another one is allowed
      if (saved !== undefined) await save(); // the model's file may be newer than the checkpoint
      await run(trainer, options, { steps, checkpointEvery, directory, source, save, elapsed });
    }
    const seconds = elapsed();
    const earlier = finished ? await earlierReport(directory) : undefined;
    earlier?.forEach((row) => options.onReport?.({ kind: "row", row }));
    const results = earlier ??
      await finalReport(await model(), options, { backend, pool, seed, source, directory });
    return { model: { ...await model(), results }, solved: trainer.solved, steps: state.step, seconds };
  } catch (thrown) {
    // The state is whole between steps, and a validation that was cut off is done again.
    if (signal?.aborted && thrown === signal.reason && state.ended === null) await save();
    throw thrown;
  } finally {
    pool.close();
    trainer.dispose();
  }
}

/** The problem to train on. Data is trained on as far as it goes, unless `max_size` says otherwise. */
function problemOf({ data, problem = problems.badd! }: TrainOptions): DataProblem {
  return data
    ? { ...data.problem, maxSize: data.rows.reduce((most, { size }) => Math.max(most, size), 1) }
    : problem;
}

interface RunContext {
  readonly steps: number;
  readonly checkpointEvery: number;
  readonly directory: RunDirectory | undefined;
  readonly source: ExampleSource;
  save(): Promise<void>;
  elapsed(): number;
}

/** Takes steps until the state says that the run has ended. */
async function run(trainer: Trainer, options: TrainOptions, context: RunContext): Promise<void> {
  const { state } = trainer;
  const { steps, checkpointEvery, directory, source } = context;
  let lastSaved = state.step;
  let last = { step: state.step, seconds: context.elapsed() };
  while (state.ended === null) {
    await pause(options.signal);
    if (!state.validationDue) {
      if (state.step >= steps) {
        state.ended = "steps";
        break;
      }
      await trainer.step();
      if (!trainer.checkDue) continue;
      const window = await trainer.check();
      const seconds = context.elapsed();
      const stepsPerSecond = (state.step - last.step) / (seconds - last.seconds);
      last = { step: state.step, seconds };
      await directory?.addMetrics({
        step: state.step,
        seconds,
        attempt: state.attempt,
        size: state.size,
        loss: window.loss,
        symbol_accuracy: window.symbolAccuracy,
        sequence_accuracy: window.sequenceAccuracy,
        learning_rate: window.learningRate,
        saturation: window.saturation,
        gradient_norm: window.gradientNorm,
        set_distance: window.setDistance,
        steps_per_second: stepsPerSecond,
      });
      const stepsLeft = trainer.stepsLeft;
      options.onReport?.({ kind: "window", state, window, stepsPerSecond, seconds, stepsLeft });
    }
    if (state.validationDue) {
      const score = await trainer.validate(options.signal);
      options.onReport?.({ kind: "validation", state, sizes: source.validationSizes, score });
      last = { step: state.step, seconds: context.elapsed() };
    }
    trainer.conclude();
    if (state.step - lastSaved >= checkpointEvery) {
      await context.save();
      lastSaved = state.step;
    }
  }
  await context.save();
}

/** Whether a run that ended may go on under new limits. */
function canGoOn({ ended, step, attempt }: TrainingState, steps: number, attempts: number): boolean {
  return ended === "steps" ? step < steps : ended === "attempts" && attempt < attempts && step < steps;
}

function sourceOf({ data, problem }: TrainOptions, configuration: Configuration): ExampleSource {
  if (data === undefined) return generatedSource(problem ?? problems.badd!, configuration);
  return dataSource(data.problem, data.rows, data.validation, configuration.max_size);
}

/** What a model file tells of its problem. */
function describe(problem: DataProblem, options: TrainOptions): Model["problem"] {
  const arithmetic = (options.data === undefined ? options.problem ?? problems.badd! : problems[problem.name])
    ?.arithmetic;
  return { name: problem.name, symbols: problem.symbols, ...(arithmetic && { arithmetic }) };
}

/** A model to start from must have the shape of the one to train. */
function checkFrom(from: Model | undefined, problem: DataProblem, configuration: Configuration): void {
  if (from === undefined) return;
  const refuse = (what: string, found: unknown, expected: unknown) => {
    throw new UsageError(`Cannot start from the model: its ${what} is ${found}, expected ${expected}`);
  };
  if (from.problem.symbols !== problem.symbols) refuse("alphabet", from.problem.symbols, problem.symbols);
  for (const key of ["cell", "maps", "width", "layers", "kernel_width", "kernel_length"] as const) {
    if (from.configuration[key] !== configuration[key]) {
      refuse(key, from.configuration[key], configuration[key]);
    }
  }
  if (from.sets !== configuration.relaxation_sets) {
    refuse("number of parameter sets", from.sets, `${configuration.relaxation_sets} (--relaxation-sets)`);
  }
}
