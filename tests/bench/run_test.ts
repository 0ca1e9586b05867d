import { assert, assertEquals, assertMatch } from "@std/assert";
import { forwardFlop, workloadName } from "../../lib/bench/workloads.ts";
import { type BenchRow, PHASES } from "../../lib/bench/report.ts";
import { runBenchmark } from "../../lib/bench/run.ts";
import { tf } from "../../lib/deps.ts";
import { testOnBackends } from "../support/adapter.ts";
import { backendOf } from "../support/benchmark.ts";
import { tensors } from "../support/case.ts";

const tiny = { preset: "default", maps: 3, size: 1, batch: 2 };

testOnBackends("runBenchmark() times every phase of every variant on a workload, and frees all", async () => {
  const name = tf.getBackend();
  const before = tensors();
  // Nine rows are two shards. Only on wasm: a software adapter takes seconds to compile the paper's kernels.
  const others = name === "wasm"
    ? [{ preset: "paper", maps: 4, size: 1, batch: 9 }, { ...tiny, cell: "cgru" as const }]
    : [];
  const { rows, leftOut } = await runBenchmark(backendOf(name), {
    base: [tiny],
    workloads: [...others, tiny, { ...tiny, maps: 99, batch: 100_000 }],
    seconds: 1000, // a busy machine foretells much
    shortest: 1,
  });
  assertEquals(tensors(), before);
  const variants = ["tape", "fused"];
  assertEquals(
    rows.map((row) => [row.variant, workloadName(row), row.phase].join()),
    [tiny, ...others].flatMap((of) =>
      variants.flatMap((variant) => PHASES.map((phase) => [variant, workloadName(of), phase].join()))
    ),
  );
  for (const { backend, adapter, min_ms, median_ms, max_ms, gflops, gpu_ms, phase } of rows) {
    assertEquals([backend, adapter], [name, "one, or another"]);
    assert(min_ms <= median_ms && median_ms <= max_ms && (phase === "backward" || min_ms > 0));
    assert(name === "wasm" ? gpu_ms === undefined : phase === "backward" || gpu_ms! > 0);
    assert(Number.isFinite(gflops) && (phase === "backward" || gflops > 0));
  }
  const [{ gflops, median_ms }] = rows as [BenchRow];
  assertEquals((gflops / (forwardFlop(tiny) / median_ms / 1e6)).toFixed(2), "1.00");
  assertEquals(leftOut.length, 1);
  assertMatch(leftOut[0]!, /^default, m = 99, size 1, batch 100000: .*tape \(about [\d.]+ GB\)$/);
});
