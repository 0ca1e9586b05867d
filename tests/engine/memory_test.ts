// A training is refused where a step does not fit in memory, and only there.
import { assertThrows } from "@std/assert";
import { presets, problems } from "../../mod.ts";
import type { Backend } from "../../lib/engine/backend.ts";
import { RunError } from "../../lib/errors.ts";
import { networkOf } from "../../lib/engine/reference/network.ts";
import { resolve } from "../../lib/model/presets.ts";
import { checkTrainingFits } from "../../lib/engine/memory.ts";
import { generatedSource } from "../../lib/training/examples/source.ts";

Deno.test("a batch that a GPU takes in parts needs the memory of one part", () => {
  const bmul = problems.bmul!;
  const configuration = resolve(presets.default, bmul, { max_size: 100, batch_size: 256 });
  const network = networkOf(configuration, bmul.symbols);
  const check = (tensor: number) => {
    const backend: Backend = { name: "webgpu", adapter: "", memory: { tensor, total: 16e9 } };
    checkTrainingFits(configuration, network, generatedSource(bmul, configuration), backend);
  };
  check(2 ** 31); // 39 rows at once
  assertThrows(() => check(2 ** 40), RunError, "a step needs at least 22.0 GB");
});
