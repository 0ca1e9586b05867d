/** What benchmarks are made of, without their times. */
import type { BenchRow } from "../../lib/bench/report.ts";
import type { Backend } from "../../lib/engine/backend.ts";

/** A backend of that name. */
export const backendOf = (name: string): Backend => ({
  name: name as Backend["name"],
  adapter: "one, or another",
  memory: { tensor: 1e8, total: 1e9 },
});

/** A row of a benchmark. */
export const row = (of: Partial<BenchRow> = {}): BenchRow => ({
  ...{
    variant: "tape",
    backend: "wasm",
    adapter: "one, or another",
    preset: "default",
    maps: 3,
    size: 1,
    batch: 2,
    phase: "step",
  },
  ...{ median_ms: 8, min_ms: 7.5, max_ms: 1e-7, gflops: 2, gpu_ms: 0.5 },
  ...of,
});
