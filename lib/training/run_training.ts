/** A training from its options to its result. */
import type { Teller } from "../async/news.ts";
import { startEngine } from "../engine/engine.ts";
import { ToolkitError, UsageError } from "../errors.ts";
import { checkConfiguration } from "../model/check_configuration.ts";
import type { Model } from "../model/model.ts";
import { networkOf } from "../model/network.ts";
import { parameterCount } from "../model/parameters.ts";
import { findPreset, resolve } from "../model/presets.ts";
import { concludeFrom, concludeWithoutReport } from "./conclusion.ts";
import { Course } from "./course.ts";
import { longestBatch } from "./examples/curriculum.ts";
import { Learner } from "./learner.ts";
import { showing } from "../picture/notebook.ts";
import { tableDisplay } from "../picture/table.ts";
import { checkFrom, describe, problemOf, sourceOf } from "./lesson.ts";
import type { TrainerOptions, TrainReport, TrainResult } from "./options.ts";
import { checkState } from "./run/checkpoint_state.ts";
import { earlierReport, finalReport, reportTestSets } from "./run/final_report.ts";
import { addPage } from "./run/page.ts";
import { Recorder } from "./run/recorder.ts";
import { openDirectory, runConfig } from "./run/run_config.ts";
import { initialState, type TrainingState } from "./state.ts";
import { TimeLeft } from "./time_left.ts";

/** Who looks into a training while it runs. */
export interface Onlooker {
  /** Called before the first report, with the run in memory and a function that returns the model after its last step. */
  opened(learner: Learner, model: () => Promise<Model>): void;
  /** Called before the run's memory is freed, with whether the training has failed. */
  closing(failed: boolean): Promise<void>;
}

/** Trains until the end, or until `left` or the signal of the options is aborted, which saves a checkpoint. */
export async function runTraining(
  options: TrainerOptions,
  teller: Teller<TrainReport>,
  left: AbortSignal,
  onlooker: Onlooker,
): Promise<TrainResult> {
  const { seed = 1, steps = Infinity, attempts = 3, preset = "default", checkpointEvery = 200 } = options;
  const signal = options.signal === undefined ? left : AbortSignal.any([left, options.signal]);
  const note = (text: string) => teller.tell({ kind: "note", text });
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
  const source = await sourceOf({ ...options, signal }, configuration);
  checkFrom(options.from, problem, configuration);

  const engine = await startEngine({ backend: options.backend, workers: options.workers, onNote: note });
  const { backend } = engine;
  const longest = longestBatch(configuration, source);
  engine.checkTrainingFits(networkOf(configuration, problem.symbols), longest, `size ${source.sizes.at(-1)}`);
  const config = await runConfig(
    { ...options, signal, seed, preset, attempts, checkpointEvery },
    problem,
    configuration,
    backend,
  );
  await using directory = await openDirectory(options, config, note);
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
  const learner = new Learner(
    { configuration, source, seed, attempts, steps, engine, from: options.from?.parameters },
    state,
    saved?.vectors,
  );
  const modelOf = (
    { parameters, sets, attempt, levels }: Awaited<ReturnType<Learner["present"]>>,
  ): Model => ({
    problem: describe(problem, options),
    configuration: { ...learner.options.configuration, state_levels: levels },
    ...{ sets, parameters },
    origin: { preset, seed, steps: state.step, attempt },
    results: [],
  });
  const model = async () => modelOf(await learner.chosen());
  onlooker.opened(learner, async () => modelOf(await learner.present()));
  const course = new Course({
    ...{ learner, source, steps, checkpointEvery, model, teller, signal },
    samples: options.samples ?? false,
    recorder: new Recorder(directory, config),
    timeLeft: new TimeLeft(configuration, source, options.report === false ? [] : testSets),
    beginning: {
      state: { step: state.step, validatedAt: state.validatedAt },
      model: saved && await model(),
      overwrites: options.existing === "overwrite",
    },
    seconds: saved?.seconds ?? 0,
  });
  let failed = false;
  try {
    if (resuming && saved === undefined) await note("The run has no checkpoint yet: it begins at step 0");
    await teller.tell({
      kind: "start",
      backend,
      parameters: sizeOf(state.sets),
      out: directory?.path,
      resumedAt: state.step,
      finished: over,
    });
    signal.throwIfAborted();
    if (!resuming && options.existing !== "overwrite") await course.begin(); // there are no older files to keep
    if (earlier === undefined) {
      if (!over) await course.run();
      if (learner.closingDue) await course.close();
    }
    const { seconds } = course;
    const results = earlier ??
      (options.report === false
        ? []
        : await course.report(async (hearing) =>
          await finalReport(await model(), testSets, {
            ...{ engine, signal, ...hearing },
            name: directory?.file("model.safetensors") ?? "",
          })
        ));
    for (const row of earlier ?? []) await teller.tell({ kind: "row", row });
    signal.throwIfAborted();
    const reach = options.data === undefined ? source.validationSizes.at(-1)! : Infinity;
    const unreported = options.report === false && results.length === 0;
    const conclusion = unreported ? concludeWithoutReport(state.ended!) : concludeFrom(results, reach);
    const { solved, reason } = conclusion;
    const verdict = `${solved ? "Solved" : "Not solved"} after ${state.step} steps: ${reason}`;
    if (directory !== undefined && results.length > 0) {
      const example = source.training(seed, 1, 0, source.sizes.at(-1)!);
      // Without its page a run is still whole: the model and the report are written.
      await addPage(directory, { ...await model(), results }, verdict, example).catch((thrown) => {
        if (!(thrown instanceof ToolkitError)) throw thrown;
        return note(`report.html is not written: ${thrown.message}`);
      });
    }
    return showing(
      {
        model: { ...await model(), results },
        ...conclusion,
        ended: state.ended!,
        attempts: state.attempt,
        steps: state.step,
        seconds,
        out: directory?.path,
      },
      () => tableDisplay(results, verdict),
    );
  } catch (thrown) {
    failed = !(signal.aborted && thrown === signal.reason);
    // Between steps the state is complete, and a validation that was interrupted is made again.
    if (!failed) await course.saveUnfinished();
    throw thrown;
  } finally {
    await onlooker.closing(failed).finally(() => {
      engine.close();
      learner.dispose();
    });
  }
}

/** Whether a run that ended may be continued with new limits. */
function canGoOn({ ended, step, attempt }: TrainingState, steps: number, attempts: number): boolean {
  return ended === "steps" ? step < steps : ended === "attempts" && attempt < attempts && step < steps;
}
