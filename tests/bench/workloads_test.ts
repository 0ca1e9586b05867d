import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  baseWorkloads,
  choose,
  forwardFlop,
  predictedSeconds,
  sameWorkload,
  type Variant,
  withCell,
  workloadName,
  WORKLOADS,
} from "../../lib/bench/workloads.ts";
import { cells, defineCell } from "../../mod.ts";
import { backendOf, row } from "../support/benchmark.ts";

Deno.test("choose() keeps to the time and the memory, the tape being the first to go", () => {
  const variants: Variant[] = ["fused", "tape"];
  const speeds = { fused: 10, tape: 0.1 };
  const base = baseWorkloads(backendOf("webgpu"));
  const others = WORKLOADS.filter((of) => !base.some((one) => sameWorkload(of, one)));
  const measured = base.flatMap((of) =>
    variants.map((variant) => row({ ...of, variant, gflops: speeds[variant] }))
  );
  const backend = { ...backendOf("webgpu"), memory: { tensor: 1e9, total: 1e9 } };
  const chosen = (seconds: number) =>
    others.map((of) => choose(of, variants, { backend, rows: measured, seconds }));
  for (const seconds of [-5, 0, 3, 10, 100, 1e9]) {
    for (const [i, choice] of chosen(seconds).entries()) {
      const of = others[i]!;
      const total = choice.variants.reduce((sum, one) => sum + predictedSeconds(of, one, measured), 0);
      assert(total <= Math.max(0, seconds));
      assertEquals(choice.variants.length + choice.leftOut.length, 2);
      assertEquals(choice.variants, variants.slice(0, choice.variants.length)); // the slower ones go first
    }
  }
  assertEquals(chosen(0).flatMap((choice) => choice.variants), []);
  assertEquals(chosen(10)[0]!.variants, ["fused"]);
  assertEquals(chosen(1e9)[0]!.leftOut, []);
  assertMatch(chosen(1e9).at(-1)!.leftOut.join(), /^fused \(about [\d.]+ GB\),.*tape \(about [\d.]+ GB\)$/);
});

Deno.test("predictedSeconds() goes by the most similar workload, of the same preset if there is one", () => {
  const of = { preset: "default", maps: 32, size: 20, batch: 256 };
  const rows = [
    row({ ...of, batch: 1, gflops: 1 }),
    row({ ...of, batch: 200, gflops: 5 }),
    row({ ...of, gflops: 100, phase: "forward" }),
    row({ ...of, gflops: 100, preset: "paper" }),
    row({ ...of, gflops: 1, preset: "paper", variant: "fused" }),
  ];
  assertEquals(forwardFlop(of), 2 * 9 * 32 * 32 * 41 * 41 * 256);
  const near = (a: number, b: number) => assert(Math.abs(a - b) < 1e-9 * b, `${a}, ${b}`);
  near(predictedSeconds(of, "tape", rows), 6 * 4 * forwardFlop(of) / 5e9);
  near(predictedSeconds(of, "fused", rows), 6 * 4 * forwardFlop(of) / 1e9);
  assertEquals(predictedSeconds(of, "fused", []), 0);
  assertEquals(
    forwardFlop({ preset: "paper", maps: 24, size: 5, batch: 32 }),
    2 * 27 * 24 * 24 * 4 * 11 * 11 * 2 * 32,
  );
});

Deno.test("the workloads include both presets, several maps, sizes and batches, the smaller ones first", () => {
  const values = (key: "preset" | "maps" | "size" | "batch") =>
    [...new Set(WORKLOADS.map((of) => of[key]))].sort().join();
  assertEquals(
    [values("preset"), values("maps"), values("size"), values("batch")],
    ["default,paper", "24,32,48,96", "20,5", "256,32"],
  );
  const arithmetic = WORKLOADS.map(forwardFlop);
  assertEquals(arithmetic, arithmetic.toSorted((a, b) => a - b));
  for (const name of ["webgpu", "wasm", "cpu"]) {
    assert(baseWorkloads(backendOf(name)).every((base) => WORKLOADS.some((of) => sameWorkload(of, base))));
  }
});

Deno.test("withCell() puts a cell beside the default preset's own, and its banks count", () => {
  const mine = defineCell({ ...cells.diagonal, name: "mine" });
  const two = defineCell({
    name: "two",
    frame: "diagonal",
    banks: { gate: { convolves: "s", bias: 0 }, candidate: { convolves: "s", bias: 0 } },
    formulas: {},
    next: "clamp(candidate + gate * shift(s), -1, 1)",
  });
  const of = { preset: "default", maps: 3, size: 1, batch: 2 };
  const [own, other, ...none] = withCell([of, { ...of, preset: "paper" }], mine);
  assertEquals([own, none], [of, []]);
  assertEquals(workloadName(other!), "default+mine, m = 3, size 1, batch 2");
  assert(!sameWorkload(own!, other!));
  assert(sameWorkload({ ...of, preset: "default+mine" }, other!), "as in a file");
  assertEquals(forwardFlop(other!), forwardFlop(of));
  assertEquals(forwardFlop({ ...of, cell: two }), forwardFlop(of) * 2 / 3);
});
