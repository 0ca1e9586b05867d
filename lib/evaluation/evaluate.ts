import { Listener } from "../async/listener.ts";
import { startEngine } from "../engine/engine.ts";
import type { ReportRow } from "../model/model.ts";
import { checkAsked, extraStepsOf, runnableOf } from "./asked.ts";
import { checkEvaluateOptions, type EvaluateOptions } from "./evaluate_options.ts";
import { reportRows } from "./report.ts";
import { namesIn, testSetsOf } from "./test_sets.ts";

/**
 * Evaluates models and automata for each size and suite of examples: several entries of `models` side by side, each with rows of its
 * own, and several models in one entry as one, by the mean of their outputs. The examples come from a random stream that
 * neither training nor validation uses, and are the same for all models of a problem. The computation is paused while a
 * row is not asked for, and ends where the loop over the rows is left.
 *
 * @param given Options.
 * @yields A row for each model, size and suite, as soon as it is known; models and sizes in the order given.
 * @throws {UsageError} If an option is wrong, or the outputs of the models cannot be averaged. All errors are thrown
 * when the first row is asked for, or later.
 * @throws {RunError} If the backend cannot start or fails, or a size does not fit in memory.
 *
 * @example One model
 * ```ts
 * import { evaluate, loadModel } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const model = await loadModel("reverse");
 * const rows = await Array.fromAsync(evaluate({
 *   models: [{ model, name: "reverse" }],
 *   sizes: [10, 20],
 *   suites: ["random"],
 *   examples: 8,
 *   backend: "wasm",
 * }));
 * assertEquals(rows.map(({ size, sequence_accuracy }) => [size, sequence_accuracy]), [[10, 1], [20, 1]]);
 * ```
 *
 * @example Two models side by side, and both as one
 * ```ts
 * import { evaluate, problems, train } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const setup = { problem: problems.copy, steps: 5, backend: "wasm", report: false } as const;
 * const [first, second] = [await train(setup), await train({ ...setup, seed: 2 })];
 * const rows = evaluate({
 *   models: [
 *     { model: first.model, name: "first" },
 *     { model: second.model, name: "second" },
 *     { model: [first.model, second.model], name: "averaged" },
 *   ],
 *   sizes: [2],
 *   suites: ["random"],
 * });
 * assertEquals((await Array.fromAsync(rows)).map(({ model }) => model), ["first", "second", "averaged"]);
 * ```
 */
export async function* evaluate(given: EvaluateOptions): AsyncGenerator<ReportRow> {
  const options = checkEvaluateOptions(given);
  const { from, backend, workers, signal } = options;
  const listener = new Listener(options.onReport);
  const tested = options.models.map((named) => ({
    named,
    testSets: testSetsOf(options, named, (rows) => listener.tell({ kind: "failures", rows })),
  }));
  for (const { named } of tested) checkAsked(named.model, named.name);
  const engine = await startEngine({
    backend,
    workers,
    onNote: (text) => listener.mention({ kind: "note", text }),
  });
  for (const { named, testSets } of tested) {
    for (const length of new Set(testSets.flatMap((of) => [...of.lengths()]))) {
      engine.checkInferenceFits(runnableOf(named.model), length);
    }
  }
  const ended = AbortSignal.any([listener.failure, ...(signal === undefined ? [] : [signal])]);
  let before = 0; // rows of the models before
  try {
    for (const { named, testSets } of tested) {
      const names = namesIn(named);
      const reported = reportRows(runnableOf(named.model), names, testSets, {
        engine,
        extraSteps: extraStepsOf(named.model),
        signal: ended,
        from: from && { ...from, rows: from.rows - before },
        onProgress: (of, share) => listener.mention({ kind: "evaluating", model: names.model, of, share }),
        onState: (state) => listener.tell({ kind: "state", state: { ...state, rows: before + state.rows } }),
        ...(options.predictions && {
          onPredictions: ({ suite }, predictions) =>
            listener.tell({
              kind: "predictions",
              rows: predictions.map((prediction) => ({ ...names, suite, ...prediction })),
            }),
        }),
      });
      for await (const row of reported) {
        await listener.settle();
        yield row;
        if (options.certify && row.errors > 0) return;
      }
      before += testSets.length;
    }
  } finally {
    engine.close();
  }
}
