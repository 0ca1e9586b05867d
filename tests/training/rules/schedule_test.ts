// Learning rates and the weight of the saturation cost, from check to check.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Configuration } from "../../../lib/model/configuration.ts";
import { type PresetName, presets, resolve } from "../../../lib/model/presets.ts";
import { badd } from "../../../lib/problems/badd.ts";
import { afterLosses, learningRate, saturationWeight } from "../../../lib/training/rules/schedule.ts";
import { initialState, type TrainingState } from "../../../lib/training/state.ts";

const configured = (overrides: Partial<Configuration>, preset: PresetName = "default") =>
  resolve(presets[preset], badd, overrides);

Deno.test("learningRate() is constant until mastery, and then falls along a cosine where there is one", () => {
  const rate = (overrides: Partial<Configuration>, masteredAt: number | null, attemptStep: number) => {
    const configuration = configured({ learning_rate: 0.02, steps_after_mastery: 400, ...overrides });
    const state: TrainingState = { ...initialState(configuration, [1, 2]), masteredAt, attemptStep };
    return learningRate(configuration, state);
  };
  assertEquals(rate({ schedule: "cosine" }, null, 5000), 0.02);
  assertEquals(rate({ schedule: "cosine" }, 1000, 1000), 0.02);
  assertAlmostEquals(rate({ schedule: "cosine" }, 1000, 1100), 0.02 * (0.5 + Math.SQRT1_2 / 2), 1e-12);
  assertAlmostEquals(rate({ schedule: "cosine" }, 1000, 1200), 0.01, 1e-12);
  assertAlmostEquals(rate({ schedule: "cosine" }, 1000, 1400), 0, 1e-12);
  assertAlmostEquals(rate({ schedule: "cosine" }, 1000, 9999), 0, 1e-12);
  assertEquals(rate({ schedule: "cosine", steps_after_mastery: 0 }, 1000, 1000), 0.02);
  assertEquals(rate({ schedule: "constant" }, 1000, 1200), 0.02);
  assertEquals(rate({ schedule: "plateau" }, 1000, 1200), 0.02);
});

/** The learning rate after checks with these losses, without and with sizes gained. */
function rateAfter(losses: number[], overrides: Partial<Configuration>, more: Partial<TrainingState> = {}) {
  const configuration = configured({ learning_rate: 0.06, advance_accuracy: 0.9, ...overrides });
  let state = { ...initialState(configuration, [1, 2]), ...more };
  for (const loss of losses) {
    state = {
      ...state,
      ...afterLosses(configuration, state, { loss, sequenceAccuracy: 0.98 }, loss === GAIN),
    };
  }
  return state.learningRate;
}
/** A loss that comes with a size gained. */
const GAIN = 0.125;

Deno.test("the plateau schedule lowers the rate when two windows were worse than the one before them", () => {
  const after = (losses: number[], rate = 0.06, schedule: Configuration["schedule"] = "plateau") =>
    rateAfter(losses, { schedule }, { learningRate: rate });
  assertEquals(after([]), 0.06);
  assertEquals(after([1, 2]), 0.06);
  assertAlmostEquals(after([1, 2, 3]), 0.042, 1e-12);
  assertAlmostEquals(after([1, 3, 2]), 0.042, 1e-12);
  assertAlmostEquals(after([9, 1, 2, 3]), 0.042, 1e-12);
  assertAlmostEquals(after([1, 2, 3, 4, 5]), 0.042, 1e-12, "the losses of before are forgotten");
  assertEquals(after([1, 1, 2]), 0.06);
  assertEquals(after([2, 3, 1]), 0.06);
  assertEquals(after([2, 1, 3]), 0.06);
  assertAlmostEquals(after([1, 2, 3], 0.0011), 0.001, 1e-12);
  assertEquals(after([1, 2, 3], 0.06, "constant"), 0.06);
});

Deno.test("the decay schedule lowers the rate where a window is worse than the three before it", () => {
  const after = (...losses: number[]) => rateAfter(losses, { schedule: "decay" });
  assertEquals(after(1, 2, 3), 0.06);
  assertEquals(after(1, 3, 2, 3), 0.06);
  assertAlmostEquals(after(1, 3, 2, 4), 0.06 * 0.98, 1e-12);
  assertAlmostEquals(after(1, 2, 3, 4, 5, 5), 0.06 * 0.98 ** 2, 1e-12);
  assertEquals(after(1, 2, GAIN, 4, 5), 0.06, "what was before a size gained is forgotten");
  assertAlmostEquals(after(1, 2, GAIN, 4, 5, 6), 0.06 * 0.98, 1e-12);
});

Deno.test("the decay schedule lowers the rate where nearly all is right, once the sets are averaged", () => {
  const after = (pull: number, advance_accuracy: number) =>
    rateAfter([1], { schedule: "decay", advance_accuracy, relaxation_average_at_pull: 0.1 }, { pull });
  assertAlmostEquals(after(0.1, 0.9), 0.06 * 0.98, 1e-12);
  assertEquals(after(0.09, 0.9), 0.06);
  assertEquals(after(0.1, 0.96), 0.06); // 2% wrong are no third of 4%
});

Deno.test("saturationWeight() makes the cost about the rate times the loss, up to the configuration's weight", () => {
  const weight = (sums: [number, number, number]) =>
    saturationWeight(configured({ saturation_weight: 1e-3 }), 0.01, sums);
  assertAlmostEquals(weight([50, 1000, 100]), 0.01 * 50 / 1000, 1e-15);
  assertEquals(weight([50, 1, 100]), 1e-3);
  assertEquals(weight([50, 0, 100]), 1e-3);
  assertEquals(weight([0, 1, 100]), 1e-20);
});
