// A model on WebGPU, from symbols to their shares, against the reference.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { presets, problems } from "../../mod.ts";
import { reference } from "../../lib/engine/reference/kernels.ts";
import { webgpu } from "../../lib/engine/webgpu/kernels.ts";
import { encodeBatch } from "../../lib/model/batch.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { networkOf } from "../../lib/model/network.ts";
import { initialParameters } from "../../lib/model/parameters.ts";
import { resolve } from "../../lib/model/presets.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { Random } from "../../lib/random.ts";
import { testOnWebGPU } from "../support/adapter.ts";
import { difference, tensors } from "../support/case.ts";
import { countCalls } from "../support/device_calls.ts";
import { assertReadsWhatItWrites } from "../support/poison.ts";

const reverse = problems.reverse!;

/** A model and a batch of examples of these sizes. */
function caseOf(preset: keyof typeof presets, changed: Partial<Configuration>, sizes: readonly number[]) {
  const network = networkOf(resolve(presets[preset], reverse, changed), reverse.symbols);
  const parameters = initialParameters(network.table, 2).map((value) => 2 * value);
  const examples = sizes.map((size, i) =>
    sampleExample(reverse, "random", size, new Random(3, "recorded", i))
  );
  return {
    weights: { network, parameters },
    batch: encodeBatch(reverse.symbols, examples, { extraSteps: 1 }),
  };
}

const cases = {
  "rows of one length": caseOf("default", { maps: 12 }, [5, 5, 5]),
  "mixed lengths, maps that are no multiple of 4, a rounded state": //
    caseOf("default", { maps: 6, state_levels: 5 }, [4, 1, 3]),
  "the paper's CGRUs with their sets in turn": caseOf("paper", { maps: 5, relaxation_sets: 2 }, [3, 4]),
  "more steps than one submission has, and than are waited for": caseOf("default", { maps: 4 }, [150]),
};

async function sharesOf(kernels: typeof webgpu, { weights, batch }: typeof cases[keyof typeof cases]) {
  const model = kernels.load(weights);
  const counting = countCalls();
  const shares = await model.shares(batch, {});
  assertEquals(counting.stop().tensors > 0, kernels === reference, "WebGPU makes no tensors");
  model.dispose();
  return shares;
}

for (const [what, test] of Object.entries(cases)) {
  testOnWebGPU(`a model's shares are the reference's: ${what}`, async () => {
    const before = tensors();
    const [found, expected] = [await sharesOf(webgpu, test), await sharesOf(reference, test)];
    assert(difference(found, expected) < 1e-4, `${difference(found, expected)}`);
    assertEquals(tensors(), before);
  });
}

testOnWebGPU("a model's kernels read what they have written", async () => {
  const test = cases["mixed lengths, maps that are no multiple of 4, a rounded state"];
  await assertReadsWhatItWrites(5, async () => [await sharesOf(webgpu, test)]);
});

testOnWebGPU("a model tells how far it is, and ends with the reason of its signal", async () => {
  const { weights, batch } = cases["more steps than one submission has, and than are waited for"];
  const model = webgpu.load(weights);
  const controller = new AbortController();
  const reason = new Error("enough");
  const told: number[] = [];
  const onProgress = (share: number) => {
    told.push(share);
    if (share > 0.5) controller.abort(reason);
  };
  const many = Array.from({ length: 50 }, () => batch);
  const error = await assertRejects(async () => {
    for (const batch of many) await model.shares(batch, { signal: controller.signal, onProgress });
  });
  assertEquals(error, reason);
  assert(told.every((share) => share > 0 && share <= 1));
  model.dispose();
});
