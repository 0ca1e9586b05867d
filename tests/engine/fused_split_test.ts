// A row's positions split over several workgroups, against one workgroup for each row and against the reference.
import type { RecurrenceRun } from "../../lib/engine/run.ts";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/random.ts";
import { foldedWorkgroups } from "../../lib/engine/webgpu/program.ts";
import { flopOf, splitOf } from "../../lib/engine/webgpu/split.ts";
import { tilesOf } from "../../lib/engine/webgpu/tile.ts";
import { referenceRecurrence } from "../../lib/engine/reference/recurrence.ts";
import { webgpuKernels } from "../../lib/engine/webgpu/kernels.ts";
import type { Tuning } from "../../lib/engine/webgpu/run.ts";
import type { RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { testOnWebGPU } from "../support/adapter.ts";
import { type Case, caseOf, difference, dropout, mixed, small, valuesAndGradients } from "../support/case.ts";

/** Five maps are two vectors of four, so that a workgroup of 64 ends at position 128. */
const thin: RecurrenceSpec = { ...small["diagonal cells"]!, maps: 5, layers: 1, sets: 1 };

function around(positions: number): RecurrenceRun {
  const lengths = [positions, Math.max(1, positions - 1), Math.max(1, positions - 4)];
  return { lengths, steps: [2, 3, 1], batch: 3, saturation: true };
}

const cases: Record<string, () => Case> = {
  "relaxed diagonal cells of two layers with candidates dropped": () =>
    caseOf(small["diagonal cells"]!, mixed, new Random(5, "split")),
  "the state dropped": () => {
    const run = { ...mixed, dropout: { ...dropout, on: "state" as const } };
    return caseOf(small["diagonal cells"]!, run, new Random(5, "split"));
  },
  "CGRUs of two columns": () => caseOf(small["CGRUs"]!, mixed, new Random(5, "split")),
  "CGRUs without saturation cost and dropout, padded": () => {
    const run = { ...mixed, saturation: false, dropout: undefined };
    return caseOf(small["CGRUs"]!, run, new Random(5, "split"), 6);
  },
  ...Object.fromEntries(
    [1, 4, 5, 128, 129, 260].map((positions) => [
      `${positions} positions`,
      () => caseOf(thin, around(positions), new Random(5, "split", positions)),
    ]),
  ),
};

async function found(test: Case, tuning: Tuning): Promise<Float32Array[]> {
  return await valuesAndGradients(test, webgpuKernels(tuning).recurrence);
}

for (const [what, make] of Object.entries(cases)) {
  testOnWebGPU(`split rows give what whole ones give, for ${what}`, async () => {
    const test = make();
    const split = await found(test, { split: true });
    const whole = await found(test, { split: false });
    const reference = await valuesAndGradients(test, referenceRecurrence);
    ["state", "cost", "gradient of the state", "gradient of the parameters"].forEach((value, i) => {
      const [near, far] = [difference(split[i]!, whole[i]!), difference(split[i]!, reference[i]!)];
      assert(near < 1e-6 && far < 1e-4, `${value}: ${near}, ${far}`);
    });
    assertEquals(await found(test, { split: true }), split, "the same bits every time");
  });
}

for (
  const [name, shape] of Object.entries({
    "4 maps": { ...thin, maps: 4 },
    "16 maps": { ...thin, maps: 16 },
    "20 maps in two columns": { ...small["CGRUs"]!, maps: 20, layers: 1, sets: 1 },
  })
) {
  testOnWebGPU(`the kernels for a GPU give what those for a CPU give, for ${name}`, async () => {
    const test = caseOf(shape, { ...around(21), dropout: mixed.dropout }, new Random(5, "gpu"));
    const cpu = await found(test, { split: true, software: true });
    for (const split of [false, true]) {
      const gpu = await found(test, { split, software: false });
      gpu.forEach((values, i) => assert(difference(values, cpu[i]!) < 1e-5, `split: ${split}`));
    }
  });
}

const spec: RecurrenceSpec = { ...thin, maps: 48 };
const work = (rows: number, positions: number) => ({
  rows,
  applications: positions,
  flop: flopOf(spec, positions),
  tiles: tilesOf(spec, positions),
});

Deno.test("splitOf() splits rows on a GPU where a workgroup's invocations would take turns", () => {
  assertEquals(splitOf(work(32, 41), false), false);
  assertEquals(splitOf(work(32, 401), false), true);
  assertEquals(splitOf(work(1, 84), false), false); // 12 · 21 = 252 tiles
  assertEquals(splitOf(work(1, 85), false), true);
});

Deno.test("splitOf() splits rows on a GPU where one dispatch would last for seconds", () => {
  assertEquals(splitOf(work(64 * 10, 41), false), false);
  assertEquals(splitOf(work(64 * 200, 41), false), true);
});

Deno.test("splitOf() splits all but the least of rows on the CPU", () => {
  assertEquals(splitOf(work(32, 41), true), true);
  assertEquals(splitOf(work(1, 11), true), false);
});

Deno.test("foldedWorkgroups() has room for all of them within the limit", () => {
  assertEquals(foldedWorkgroups(65535, 65535), [65535, 1, 1]);
  for (const count of [65536, 65537, 1_000_003]) {
    const [x, y, z] = foldedWorkgroups(count, 65535);
    assert(x <= 65535 && y <= 65535 && z === 1 && x * y >= count && (x - 1) * y < count, `${x} × ${y}`);
  }
});
