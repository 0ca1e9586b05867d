import { checkTrainOptions } from "./check_options.ts";
import type { TrainOptions, TrainResult } from "./options.ts";
import { Trainer } from "./trainer.ts";

/**
 * Trains a model on a problem, and evaluates it at the end.
 *
 * With no options it learns binary addition. The configuration says how: a preset gives every setting a value, and says
 * where it comes from. The training ends when a validation, by default up to ten times the largest training size, is
 * without an error and is confirmed with more examples, or when the attempts or the steps are used up.
 *
 * It is the loop `for await (const report of new Trainer(options)) await onReport?.(report)`; write that loop where you
 * want to do something between two steps.
 *
 * @param options Options, each of which has a default.
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
export async function train(options: TrainOptions = {}): Promise<TrainResult> {
  const { onReport, ...own } = checkTrainOptions(options);
  const trainer = new Trainer(own);
  for await (const report of trainer) await onReport?.(report);
  return trainer.result!;
}
