// A training is refused where a step does not fit in memory, and only there.
import { networkOf } from "../../lib/model/network.ts";
import { assertThrows } from "@std/assert";
import { presets, problems } from "../../mod.ts";
import type { Backend } from "../../lib/engine/backend.ts";
import { RunError } from "../../lib/errors.ts";
import { resolve } from "../../lib/model/presets.ts";
import { checkTrainingFits } from "../../lib/engine/memory.ts";
import { webgpuKernels } from "../../lib/engine/webgpu/kernels.ts";
import { longestBatch } from "../../lib/training/examples/curriculum.ts";
import { generatedSource } from "../../lib/training/examples/source.ts";

Deno.test("a batch that a GPU takes in parts needs the memory of one part", () => {
  const bmul = problems.bmul!;
  const configuration = resolve(presets.default, bmul, { max_size: 100, batch_size: 256 });
  const network = networkOf(configuration, bmul.symbols);
  const check = (tensor: number) => {
    const backend: Backend = { name: "webgpu", adapter: "", memory: { tensor, total: 16e9 } };
    const longest = longestBatch(configuration, generatedSource(bmul, configuration));
    checkTrainingFits(webgpuKernels({ buffer: tensor }), backend, network, longest, "size 100");
  };
  check(2 ** 31); // 39 rows at once
  assertThrows(() => check(2 ** 40), RunError, "a step needs at least 22.0 GB");
  // What no buffer holds is left to the tape, eight rows at a time, which keeps many states.
  const small = webgpuKernels({ buffer: 1000 });
  const longest = longestBatch(configuration, generatedSource(bmul, configuration));
  const backend: Backend = { name: "webgpu", adapter: "", memory: { tensor: 1000, total: 8e9 } };
  assertThrows(
    () => checkTrainingFits(small, backend, network, longest, "size 100"),
    RunError,
    "a step needs at least 8.60 GB",
  );
});
