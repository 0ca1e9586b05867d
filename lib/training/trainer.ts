import { newsOf } from "../async/news.ts";
import { UsageError } from "../errors.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Model } from "../model/model.ts";
import { checkTrainerOptions, settingsOf } from "./check_options.ts";
import type { Learner } from "./learner.ts";
import type { TrainerOptions, TrainReport, TrainResult } from "./options.ts";
import { changed } from "./rules/change.ts";
import { runTraining } from "./run_training.ts";

/**
 * A training for a loop of one's own: iterating over it trains, and yields what happens. The training stands still while
 * the body of the loop runs, which may look at the model, evaluate it, and change settings. {@linkcode train} is this
 * loop with a function for a body.
 *
 * Where the loop is left, the training ends as when its signal is aborted: the device is freed, and a run with `out` has
 * a checkpoint from which it can be resumed. A trainer trains once.
 *
 * @example A loop that evaluates in between, changes the learning rate, and stops when it is content
 * ```ts
 * import { evaluate, problems, Trainer } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const trainer = new Trainer({
 *   problem: problems.copy,
 *   configuration: { max_size: 4, maps: 12 },
 *   steps: 200,
 *   backend: "wasm",
 * });
 * const rates = new Set<number>();
 * for await (const event of trainer) {
 *   if (event.kind !== "window") continue;
 *   const { step, loss, learning_rate } = event.metrics;
 *   rates.add(learning_rate);
 *   if (step === 16) trainer.change({ learning_rate: 0.005 });
 *   if (step % 40 !== 0) continue;
 *   const models = [{ model: await trainer.model(), name: `step ${step}` }];
 *   const [row] = await Array.fromAsync(evaluate({ models, sizes: [4], suites: ["random"] }));
 *   console.log(step, loss, row!.sequence_accuracy);
 *   if (step === 80) break;
 * }
 * assertEquals([...rates], [0.015, 0.005]);
 * assertEquals((await trainer.model()).origin.steps, 80);
 * assertEquals(trainer.result, undefined); // there is one where the loop goes on to the end
 * ```
 */
export class Trainer {
  readonly #options: TrainerOptions;
  #begun = false;
  #learner: Learner | undefined;
  #model: (() => Promise<Model>) | undefined;
  #result: TrainResult | undefined;

  /**
   * Makes a trainer; nothing starts before the loop over it does.
   *
   * @param options Options, each of which has a default.
   * @throws {UsageError} If an option is unknown or has the wrong type. Other errors are thrown in the loop.
   */
  constructor(options: TrainerOptions = {}) {
    this.#options = checkTrainerOptions(options);
  }

  /** The result, once the training has ended; undefined before that and where the loop was left. */
  get result(): TrainResult | undefined {
    return this.#result;
  }

  /**
   * The model after the last training step, with a copy of the parameters. Ask for it in the body of the loop, or after
   * it. The best model of a training that has ended is in `result`.
   *
   * @returns The model, which `evaluate`, `predict` and `saveModel` take.
   * @throws {UsageError} If the training has not begun, or has failed.
   */
  async model(): Promise<Model> {
    if (this.#model === undefined) throw notRunning("give the model of a training");
    return await this.#model();
  }

  /**
   * Changes settings from the next training step on: the learning rate, dropout, the kinds of noise, and when sizes are
   * gained and validations made. A learning rate is the one before the factor of a cosine schedule. Settings of the model
   * have the changed values. A run with `out` cannot be changed, because its config.json could no longer repeat it.
   *
   * @param settings New values.
   * @throws {UsageError} If a setting cannot change or a value is wrong, naming it; if the training has `out`, or is not
   * running. Nothing is changed then.
   */
  change(settings: Partial<Configuration>): void {
    const given = settingsOf("change settings", settings);
    const { out } = this.#options;
    if (out !== undefined) {
      throw new UsageError(
        `Cannot change settings of the run in ${out}: its config.json would no longer tell how to repeat it, ` +
          "expected a training without out",
        { code: "conflict", subject: "out", given: out },
      );
    }
    if (this.#learner === undefined) throw notRunning("change settings of a training");
    const { options, state } = this.#learner;
    options.configuration = changed(options.configuration, state, given);
  }

  /**
   * Trains, and yields what happens.
   *
   * @returns An iterator over the training's reports.
   * @throws {UsageError} If the trainer has been used before.
   */
  [Symbol.asyncIterator](): AsyncGenerator<TrainReport, TrainResult> {
    if (this.#begun) {
      throw new UsageError("Cannot train twice with one trainer: expected a new Trainer", {
        code: "conflict",
        subject: "options",
      });
    }
    this.#begun = true;
    return newsOf(async (teller, left) => {
      this.#result = await runTraining(this.#options, teller, left, {
        opened: (learner, model) => {
          this.#learner = learner;
          this.#model = model;
        },
        closing: async (failed) => {
          this.#learner = undefined;
          const last = failed ? undefined : await this.#model!();
          this.#model = last && (() => Promise.resolve(last));
        },
      });
      return this.#result;
    });
  }
}

function notRunning(action: string): UsageError {
  const expected = "a call in the loop over its events";
  return new UsageError(`Cannot ${action} that is not running: expected ${expected}`, {
    code: "missing",
    subject: "trainer",
    expected,
  });
}
