// A training as a loop of one's own.
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { evaluate, predict, problems, train, Trainer, type TrainerOptions, UsageError } from "../../mod.ts";
import { kernelsHoldNothing } from "../support/kernel_memory.ts";
import { emptyDirectory, filesIn } from "../support/process.ts";
import { tenSteps } from "../support/tiny_run.ts";

const directory = emptyDirectory();
const options: TrainerOptions = { ...tenSteps, workers: 1 };

/** Runs the loop to its end. */
async function finish(trainer: Trainer): Promise<void> {
  for await (const _ of trainer);
}

Deno.test("a loop that looks, evaluates and predicts in between trains the same model as train()", async () => {
  const trainer = new Trainer(options);
  const before: Float32Array[] = [];
  for await (const event of trainer) {
    if (event.kind !== "start" && event.kind !== "window") continue;
    const model = await trainer.model();
    before.push(model.parameters);
    const models = [{ model, name: "so far" }];
    await Array.fromAsync(evaluate({ models, sizes: [2], examples: 2, workers: 1 }));
    await Array.fromAsync(predict(model, ["01"], { workers: 1 }));
  }
  const { model, steps } = trainer.result!;
  assertEquals([before.length, steps], [3, 10]);
  assertEquals(new Set(before.map(String)).size, 3);
  const { model: same } = await train(options);
  assertEquals(model.parameters, same.parameters);
  assertEquals(model.results.map(({ errors }) => errors), same.results.map(({ errors }) => errors));
  assertEquals((await trainer.model()).origin.steps, 10);
  assert(kernelsHoldNothing());
});

Deno.test("the model in a loop is that of the last step, also where an earlier one was better in a validation", async () => {
  const configuration = {
    ...{ ...options.configuration, check_every: 2, validate_every: 2, validate_max_multiple: 1 },
    ...{ advance_accuracy: 0, mastery_accuracy: 0 },
  };
  const seen = new Set<string>();
  let validated = 0;
  const trainer = new Trainer({ ...options, configuration, report: false });
  for await (const { kind } of trainer) {
    if (kind === "validation") validated++;
    if (kind === "step") seen.add(String((await trainer.model()).parameters));
  }
  assertEquals(seen.size, trainer.result!.steps);
  assert(validated > 1);
});

Deno.test("where a loop is left, the device is free, the model is there, and the run can go on to the same bits", async () => {
  const { model: whole } = await train({ ...options, report: false });
  for (const kind of ["step", "window", "validation"] as const) {
    const out = `${directory}/${kind}`;
    const trainer = new Trainer({ ...options, out, report: false });
    for await (const event of trainer) if (event.kind === kind) break;
    assertEquals(trainer.result, undefined);
    assert(kernelsHoldNothing(), kind);
    assert((await trainer.model()).parameters.every(Number.isFinite));
    let from: number | undefined;
    const resumed = await train({
      ...{ ...options, out, existing: "resume", report: false },
      onReport: (event) => event.kind === "start" && (from = event.resumedAt),
    });
    assertEquals(from, (await trainer.model()).origin.steps);
    assertEquals(resumed.model.parameters, whole.parameters, kind);
  }
});

Deno.test("a change counts from the next step on, and the model tells it", async () => {
  const trainer = new Trainer({ ...options, report: false });
  const rates: number[] = [];
  for await (const event of trainer) {
    if (event.kind === "step" && event.state.step === 4) {
      trainer.change({ learning_rate: 0, state_noise_after_mastery: 0.25 });
      assertEquals(event.state.noiseAfterMastery, 0.25);
      rates.push((await trainer.model()).parameters[0]!);
    }
    if (event.kind === "step" && event.state.step === 6) rates.push((await trainer.model()).parameters[0]!);
  }
  assertEquals(rates[0], rates[1]);
  assertEquals(trainer.result!.model.configuration.learning_rate, 0);
});

Deno.test("what cannot be changed or asked for is refused by name, and nothing is changed", async () => {
  const trainer = new Trainer({ ...options, report: false });
  await assertRejects(() => trainer.model(), UsageError, "Cannot give the model of a training that is not");
  assertThrows(() => trainer.change({ dropout: 0 }), UsageError, "not running: expected a call in the loop");
  let refused = 0;
  for await (const event of trainer) {
    if (event.kind !== "start") continue;
    const wrong: readonly [settings: object, message: RegExp][] = [
      [{ learning_rate: 0, maps: 5 }, /^Cannot change maps during a training: it is fixed at the start/],
      [{ max_size: 3 }, /^Cannot change max_size/],
      [
        { learning_rate: -1 },
        /^Cannot change settings with learning_rate -1: expected a number from 0 to 10$/,
      ],
      [5 as unknown as object, /^Cannot change settings with settings 5: expected an object$/],
      [{ learning_rat: 1 }, /learning_rat: there is no such setting, did you mean learning_rate$/],
      [{ state_noise_target_accuracy: 0.5, state_noise_after_mastery: 0 }, /more than 0/],
    ];
    for (const [settings, message] of wrong) {
      assertMatch(assertThrows(() => trainer.change(settings), UsageError).message, message);
      refused++;
    }
  }
  assertEquals(refused, 6);
  const { model } = await train({ ...options, report: false });
  assertEquals(trainer.result!.model, model);
  assertThrows(() => trainer[Symbol.asyncIterator](), UsageError, "Cannot train twice with one trainer");

  const kept = new Trainer({ ...options, out: `${directory}/kept`, report: false });
  for await (const { kind } of kept) {
    if (kind === "start") {
      assertThrows(() => kept.change({ dropout: 0 }), UsageError, "its config.json would no longer");
    }
  }
});

Deno.test("without a report the end of the training is the verdict, and a resume makes the report", async () => {
  const out = `${directory}/unreported`;
  const { model, solved, reason } = await train({ ...options, out, report: false });
  assertEquals([model.results, solved], [[], false]);
  assertEquals(reason, "no validation was confirmed, and no report was asked for");
  assertEquals(filesIn(out).includes("report.csv"), false);
  const later = await train({ ...options, out, existing: "resume" });
  assertEquals(later.model.results.length, 8);
  assertEquals(later.model.parameters, model.parameters);
  assert(filesIn(out).includes("report.csv"));
});

Deno.test("a training that fails leaves no model", async () => {
  let drawn = 0;
  const random = () => {
    if (drawn++ === 30) throw new Error("broken");
    return "01";
  };
  const trainer = new Trainer({ ...options, problem: { ...problems.copy, suites: { random } } });
  await assertRejects(() => finish(trainer), Error, "broken");
  await assertRejects(() => trainer.model(), UsageError);
  assert(kernelsHoldNothing());
});
