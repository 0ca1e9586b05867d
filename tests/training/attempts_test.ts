import { startBackend } from "../../lib/engine/backends.ts";
import { assertEquals, equal } from "@std/assert";
import type { Configuration } from "../../lib/model/configuration.ts";
import type { TrainingState } from "../../lib/training/state.ts";
import { learnerOf } from "../support/learner_of.ts";

await startBackend("wasm");

Deno.test("the weights of an attempt's last step are validated, whatever the steps between validations", async () => {
  const due = async (steps_after_mastery: number, validate_every: number) => {
    const learner = learnerOf({ steps_after_mastery, validate_every }, 2);
    learner.state.masteredAt = 0;
    const steps: number[] = [];
    for (let step = 1; step <= 3; step++) {
      await learner.step();
      await learner.check();
      if (learner.state.validationDue) steps.push(step);
    }
    learner.dispose();
    return steps;
  };
  assertEquals(await due(3, 2), [2, 3]);
  assertEquals(await due(3, 100), [3]);
  assertEquals(await due(4, 2), [2]);
});

/** As many shares as there are validation sizes and confirmations. */
const perfect = [1, 1, 1, 1, 1, 1];

Deno.test("a run ends where a validation is confirmed, but not before the last step of a cosine", () => {
  const learner = learnerOf({ schedule: "cosine", steps_after_mastery: 100 });
  const { state } = learner;
  Object.assign(state, {
    ...{ masteredAt: 0, lastValidation: perfect },
    best: { score: perfect, levels: 0, step: 0, attempt: 1, sets: 1 },
  });
  const endedAt = (attemptStep: number) => {
    state.attemptStep = attemptStep;
    learner.conclude();
    return state.ended;
  };
  assertEquals([endedAt(99), endedAt(100)], [null, "confirmed"]);
  learner.dispose();
});

/** How two attempts end whose best validations were these; `null` where there was none. */
async function endsOf(validations: readonly (readonly number[] | null)[], attempts: number) {
  const learner = learnerOf({ schedule: "cosine", steps_after_mastery: 100 }, attempts);
  const { state } = learner;
  if (validations[0] !== null) {
    state.masteredAt = 0;
    await learner.validate(); // so that there are best weights
  }
  const ends = validations.map((score) => {
    Object.assign(state, { attemptStep: 100, masteredAt: 0, lastValidation: score });
    if (score !== null) state.best = { score, levels: 0, step: 100, attempt: state.attempt, sets: 1 };
    learner.conclude();
    return [state.attempt, state.ended];
  });
  learner.dispose();
  return ends;
}

Deno.test("a run makes another attempt where the last one was right, but not confirmed, and ends with the best", async () => {
  const unconfirmed = [1, 1, 1, 1, 0.99];
  assertEquals(await endsOf([unconfirmed, perfect], 3), [[2, null], [2, "confirmed"]]);
  assertEquals(await endsOf([unconfirmed, unconfirmed], 2), [[2, null], [2, "attempts"]]);
  assertEquals(await endsOf([[0.9, 0.8, 0.7, 0.6], [0.9, 0.8, 0.7, 0.6]], 2), [[2, null], [2, "attempts"]]);
});

Deno.test("another attempt goes on from the best weights, with the noise there is, unless these are far from right", async () => {
  const after = async (shares: readonly number[], state_noise_target_accuracy = 0.9) => {
    const learner = learnerOf({
      steps_after_mastery: 100,
      state_noise_target_accuracy,
      learning_rate: 0.01,
      validate_max_multiple: 2,
    }, 2);
    const { state } = learner;
    state.masteredAt = 0;
    await learner.validate();
    state.best = { ...state.best!, score: shares };
    await learner.step();
    await learner.collect();
    Object.assign(state, { attemptStep: 100, noiseAfterMastery: 0.25 });
    learner.conclude();
    const { parameters, best } = await learner.vectors();
    const { attempt, attemptStep, size, masteredAt, noiseAfterMastery, learningRate } = state;
    learner.dispose();
    return {
      ...{ attempt, attemptStep, size, masteredAt, noiseAfterMastery, learningRate },
      fromBest: equal(parameters, best),
    };
  };
  const begun = { attempt: 2, attemptStep: 0, size: 3 };
  const goesOn = { ...begun, masteredAt: 0, noiseAfterMastery: 0.25, fromBest: true };
  const anew = { ...begun, masteredAt: null, noiseAfterMastery: 0, learningRate: 0.01, fromBest: false };
  // What bears the noise of an end, at a rate of nearly zero, does not bear it at the whole rate.
  assertEquals(await after([0.99, 0.9]), { ...goesOn, learningRate: 0.005 });
  assertEquals(await after([0.99, 0.9], 0), { ...goesOn, learningRate: 0.01 });
  assertEquals(await after([1, 0.89]), anew);
  // Of a confirmation the share before the first error says little.
  assertEquals(await after([1, 1, 0.1]), { ...goesOn, learningRate: 0.005 });
});

Deno.test("an attempt that gains no size ends, but not before a validation could show that it masters the last", () => {
  const endedAfter = (validate_every: number, attemptStep: number) => {
    const learner = learnerOf({ validate_every });
    Object.assign(learner.state, { attemptStep, lastGain: 1264, masteredAt: null });
    learner.conclude();
    const { ended } = learner.state;
    learner.dispose();
    return ended;
  };
  assertEquals([endedAfter(200, 2763), endedAfter(200, 2764)], [null, "attempts"]);
  assertEquals([endedAfter(3200, 3200), endedAfter(3200, 6063), endedAfter(3200, 6064)], [
    null,
    null,
    "attempts",
  ]);
});

Deno.test("an attempt that is right at its size alone ends early, also after one that did better", () => {
  const learner = learnerOf({ schedule: "cosine", steps_after_mastery: 1000 }, 3);
  const { state } = learner;
  state.best = { score: [1, 1, 0.9, 0.8], levels: 0, step: 100, attempt: 1, sets: 1 };
  const lengthBound = { attemptStep: 300, masteredAt: 0, sets: 1, lastValidation: [1, 0, 0, 0] };
  // The best of this attempt was right at twice the size: what the last validation says may be chance.
  Object.assign(state, lengthBound);
  learner.conclude();
  assertEquals([state.attempt, state.ended], [1, null]);
  Object.assign(state, lengthBound, { attempt: 2 });
  learner.conclude();
  assertEquals([state.attempt, state.ended], [3, null]);
  learner.dispose();
});

Deno.test("stepsLeft is known from mastery on, with bins from the start, and under a limit of steps", () => {
  const left = (overrides: Partial<Configuration>, state: Partial<TrainingState>) => {
    const learner = learnerOf({ steps_after_mastery: 40, ...overrides });
    Object.assign(learner.state, state);
    const { stepsLeft } = learner;
    learner.dispose();
    return stepsLeft;
  };
  assertEquals(left({}, { step: 10, attemptStep: 10 }), 90); // learnerOf() has 100 in all
  assertEquals(left({}, { step: 30, attemptStep: 30, masteredAt: 20 }), 30);
  assertEquals(left({}, { step: 90, attemptStep: 30, masteredAt: 20 }), 10);
  const bins = { bins: [8], start_size: 1 };
  assertEquals(left(bins, { step: 10, attemptStep: 10 }), 30);
  assertEquals(left(bins, { step: 30, attemptStep: 30, masteredAt: 20 }), 10);
});
