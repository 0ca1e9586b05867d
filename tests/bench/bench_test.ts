// The benchmark, on cases so small that only its bookkeeping is tested, not the speed of anything.
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Backend } from "../../lib/engine/backend.ts";
import {
  baseCases,
  CASES,
  choose,
  forwardFlop,
  predictedSeconds,
  sameCase,
  type Variant,
} from "../../lib/bench/cases.ts";
import { measureCeiling } from "../../lib/bench/ceiling.ts";
import { BENCH_HEADER, benchLine, type BenchRow, loadBenchmark, PHASES } from "../../lib/bench/report.ts";
import { runBenchmark } from "../../lib/bench/run.ts";
import { comparison, summary } from "../../lib/bench/summary.ts";
import { byTurns, type Contestant } from "../../lib/bench/turns.ts";
import { median } from "../../lib/statistics.ts";
import { tf } from "../../lib/deps.ts";
import { RunError } from "../../lib/errors.ts";
import { testOnBackends } from "../support/adapter.ts";
import { tensors } from "../support/case.ts";
import { assertRefused, emptyDirectory, filesIn, run, start } from "../support/process.ts";

const tiny = { preset: "default", maps: 3, size: 1, batch: 2 };
const backendOf = (name: string): Backend => ({
  name: name as Backend["name"],
  adapter: "one, or another",
  memory: { tensor: 1e8, total: 1e9 },
});
const row = (of: Partial<BenchRow> = {}): BenchRow => ({
  ...{ variant: "tape", backend: "wasm", adapter: "one, or another", ...tiny, phase: "step" },
  ...{ median_ms: 8, min_ms: 7.5, max_ms: 1e-7, gflops: 2 },
  ...of,
});

testOnBackends("runBenchmark() times every phase of every variant of a case, and frees all", async () => {
  const name = tf.getBackend();
  const before = tensors();
  // Nine rows are two shards. Only on wasm: a software adapter takes seconds to compile the paper's kernels.
  const others = name === "wasm" ? [{ preset: "paper", maps: 4, size: 1, batch: 9 }] : [];
  const { rows, leftOut } = await runBenchmark(backendOf(name), {
    base: [tiny],
    cases: [...others, tiny, { ...tiny, maps: 99, batch: 100_000 }],
    seconds: 1000, // a busy machine foretells much
    shortest: 1,
  });
  assertEquals(tensors(), before);
  const variants = ["tape", "fused"];
  assertEquals(
    rows.map(({ variant, preset, maps, size, batch, phase }) =>
      [variant, preset, maps, size, batch, phase].join()
    ),
    [tiny, ...others].flatMap(({ preset, maps, size, batch }) =>
      variants.flatMap((variant) => PHASES.map((phase) => [variant, preset, maps, size, batch, phase].join()))
    ),
  );
  for (const { backend, adapter, min_ms, median_ms, max_ms, gflops, phase } of rows) {
    assertEquals([backend, adapter], [name, "one, or another"]);
    assert(min_ms <= median_ms && median_ms <= max_ms && (phase === "backward" || min_ms > 0));
    assert(Number.isFinite(gflops) && (phase === "backward" || gflops > 0));
  }
  const [{ gflops, median_ms }] = rows as [BenchRow];
  assertEquals((gflops / (forwardFlop(tiny) / median_ms / 1e6)).toFixed(2), "1.00");
  assertEquals(leftOut.length, 1);
  assertMatch(leftOut[0]!, /^default, m = 99, size 1, batch 100000: .*tape \(about [\d.]+ GB\)$/);
});

testOnBackends("measureCeiling() finds peaks", async () => {
  const name = tf.getBackend();
  const before = tensors();
  const { gflops, bandwidth } = await measureCeiling(backendOf(name));
  assertEquals(tensors(), before);
  assert(gflops > 0.1 && gflops < 1e6);
  assert(name === "wasm" ? bandwidth === undefined : bandwidth! > 0.01 && bandwidth! < 1e5);
});

/** A contestant that writes down its turns, each of which takes the clock on by that much for one repetition. */
function pretender(variant: string, forward: number, step: number, log: string[]): Contestant {
  const take = (what: string, milliseconds: number) => (times: number) => {
    log.push(`${variant} ${what} ${times}`);
    clock += milliseconds * times;
    return Promise.resolve();
  };
  return { variant, forward: take("forward", forward), step: take("step", step), dispose() {} };
}

let clock = 0;

/** Runs a test by that clock, so that no turn takes longer because the machine is busy. */
const byTheClock = (test: () => Promise<void>) => async () => {
  const real = performance.now;
  clock = Math.ceil(performance.now());
  performance.now = () => clock;
  await test().finally(() => performance.now = real);
};

const short = byTheClock(async () => {
  const log: string[] = [];
  const contestants = [pretender("slow", 12, 30, log), pretender("fast", 5, 4, log)];
  const [slow, fast] = await byTurns(contestants, { shortest: 10 });
  const counted = log.slice(8); // each was done twice before: to compile, and to learn how long it takes
  const round = ["slow forward 1", "slow step 1", "fast forward 2", "fast step 3"];
  assertEquals(counted, Array.from({ length: 5 }, () => round).flat());
  const five = (time: number) => Array(5).fill(time);
  assertEquals(slow, { forward: five(12), backward: five(18), step: five(30) });
  assertEquals(fast, { forward: five(5), backward: five(0), step: five(4) });
});
Deno.test("byTurns() lets all take turns, with short work repeated within a turn", short);

const slow = byTheClock(async () => {
  for (const [patience, turns] of [[100, 5], [45, 4], [0, 3]] as const) {
    const [times] = await byTurns([pretender("a", 5, 5, [])], { shortest: 1, patience });
    assertEquals(times!.forward.length, turns);
  }
  const log: string[] = [];
  await byTurns([pretender("a", 4000, 5000, log)]);
  assertEquals(log.length, 2 * (1 + 3));
});
Deno.test("byTurns() takes fewer turns where they are slow, but 3 at least", slow);

Deno.test("byTurns() ends between turns once it is aborted", async () => {
  const log: string[] = [];
  const stop = new AbortController();
  const contestant: Contestant = {
    ...pretender("a", 1, 1, log),
    step: () => Promise.resolve(stop.abort(new Error("enough"))),
  };
  await assertRejects(() => byTurns([contestant], { shortest: 1, signal: stop.signal }), Error, "enough");
  assertEquals(log.every((line) => line === "a forward 1"), true);
});

Deno.test("median() is the middle number, or the mean of the middle two", () => {
  assertEquals(median([3]), 3);
  assertEquals(median([10, 9, 1]), 9);
  assertEquals(median([4, 100, 1, 3]), 3.5);
});

Deno.test("choose() keeps to the time and the memory, the tape being the first to go", () => {
  const variants: Variant[] = ["fused", "tape"];
  const speeds = { fused: 10, tape: 0.1 };
  const base = baseCases(backendOf("webgpu"));
  const others = CASES.filter((of) => !base.some((one) => sameCase(of, one)));
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

Deno.test("predictedSeconds() goes by the most similar case, of the same preset if there is one", () => {
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

Deno.test("the cases include both presets, several maps, sizes and batches, the smaller ones first", () => {
  const values = (key: "preset" | "maps" | "size" | "batch") =>
    [...new Set(CASES.map((of) => of[key]))].sort().join();
  assertEquals(
    [values("preset"), values("maps"), values("size"), values("batch")],
    ["default,paper", "24,32,48,96", "20,5", "256,32"],
  );
  const arithmetic = CASES.map(forwardFlop);
  assertEquals(arithmetic, arithmetic.toSorted((a, b) => a - b));
  for (const name of ["webgpu", "wasm", "cpu"]) {
    assert(baseCases(backendOf(name)).every((base) => CASES.some((of) => sameCase(of, base))));
  }
});

const cwd = emptyDirectory();
const header = "variant,preset,backend,adapter,maps,size,batch,phase,median_ms,min_ms,max_ms,gflops\n";

Deno.test("loadBenchmark() reads what benchLine() writes, with either line end", async () => {
  const rows = [row(), row({ variant: "fused", phase: "backward", median_ms: 0, gflops: 0 })];
  assertEquals(BENCH_HEADER, header);
  assertEquals(benchLine(rows[0]!), 'tape,default,wasm,"one, or another",3,1,2,step,8,7.5,1e-7,2\n');
  const text = BENCH_HEADER + rows.map(benchLine).join("");
  for (const written of [text, text.replaceAll("\n", "\r\n")]) {
    await Deno.writeTextFile(`${cwd}/rows.csv`, written);
    assertEquals(await loadBenchmark(`${cwd}/rows.csv`), rows);
  }
});

Deno.test("loadBenchmark() refuses what is not a benchmark", async () => {
  const path = `${cwd}/not.csv`;
  const line = benchLine(row());
  for (
    const [text, reason] of [
      ["", "its first line is not variant,"],
      ["a,b\n1,2\n", "its first line is not variant,"],
      [header, "it has no rows"],
      [header + line + line.replace("step", "stop"), "its row 2 is not one of a benchmark"],
      [header + line.replace(",8,", ",eight,"), "its row 1 is not one of a benchmark"],
      [header + line.replace(",8,", ",,"), "its row 1 is not one of a benchmark"],
      [header + line.slice(0, -5), "its row 1 is not one of a benchmark"],
    ] as const
  ) {
    await Deno.writeTextFile(path, text);
    const { message } = await assertRejects(() => loadBenchmark(path), RunError);
    assert(message.startsWith(`Cannot read ${path} as a benchmark: ${reason}`), message);
    assert(!message.includes("\n"), message);
  }
  await Deno.writeTextFile(path, header + line.replace('other"', "other"));
  await assertRejects(() => loadBenchmark(path), RunError, `Cannot read ${path}: a quote is not closed`);
});

Deno.test("comparison() gives the ratio of medians for each row, and says which rows have no counterpart", () => {
  const now = [row(), row({ variant: "fused" }), row({ phase: "backward", median_ms: 0 })];
  const before = [
    row({ median_ms: 20, adapter: "slower" }),
    row({ phase: "backward" }),
    row({ phase: "forward" }),
    row({ backend: "cpu", variant: "fused" }),
  ];
  const lines = comparison(now, before, "old.csv").trimEnd().split("\n").map((line) =>
    line.split(/ {2,}/).slice(1).join(" | ")
  );
  assertEquals(lines.slice(1, 4), [
    "tape | step | 8.0 | 20.0 | 2.50",
    "fused | step | 8.0 | not in the baseline",
    "tape | backward | 0.0 | 8.0",
  ]);
  const text = comparison(now, before, "old.csv");
  assertMatch(
    text,
    /\nRows of old\.csv that were not timed now: 2\nThe baseline ran on another adapter: slower\n$/,
  );
});

Deno.test("summary() shows the step's share of the peak, and its ratio to the tape where that was timed", () => {
  const rows = [
    row({ median_ms: 30 }),
    row({ variant: "fused", median_ms: 20 }),
    row({ variant: "fused", phase: "forward" }),
    row({ variant: "fused", maps: 6 }),
  ];
  const text = summary(rows, { gflops: 8, bandwidth: 3, by: "tests" });
  const lines = text.split("\n").map((line) => line.split(/ {2,}/).slice(1).join(" | "));
  assertEquals(lines.slice(1, 4), [
    "tape | 30.0 | 7.5–0.0 | 2.0 | 25.0% | 1.00",
    "fused | 20.0 | 7.5–0.0 | 2.0 | 25.0% | 1.50",
    "fused | 8.0 | 7.5–0.0 | 2.0 | 25.0%",
  ]);
  assertMatch(text, /\nPeak, measured by tests: 8\.0 GFLOP\/s and 3\.0 GB\/s\n$/);
});

Deno.test("bench refuses a wrong baseline, backend or output before it times anything", async () => {
  await Deno.writeTextFile(`${cwd}/data.csv`, "problem,size,input,target\n");
  const refused = (...args: string[]) => run("bench", ["--backend=wasm", ...args], { cwd });
  const [data, missing, out, flag] = await Promise.all([
    refused("--baseline=data.csv"),
    refused("--baseline=missing.csv"),
    refused("--out=nowhere/rows.csv"),
    run("bench", ["--backend=gpu"], { cwd }),
  ]);
  assertRefused(data, 1, /^Cannot read data\.csv as a benchmark: its first line is not variant,/);
  assertRefused(missing, 1, "Cannot read missing.csv: no such file or directory");
  assertRefused(out, 1, /^Cannot write nowhere\/rows\.csv/);
  assertRefused(flag, 2, "Cannot use --backend gpu: expected one of auto, webgpu, wasm, cpu");
});

Deno.test("bench --help shows its flags", async () => {
  const { code, stdout } = await run("bench", ["--help"], { cwd });
  assertEquals(code, 0);
  for (const flag of ["--backend B", "--baseline FILE", "--out FILE", "--json"]) {
    assert(stdout.includes(flag));
  }
});

Deno.test({
  name: "bench ends with 130 on Ctrl-C, with no rows and no file",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const before = filesIn(cwd);
    await using process = start("bench", ["--backend=wasm", "--out=rows-to-be.csv"], { cwd });
    const said = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !text.includes("Timing on wasm, ");) text += (await said.read()).value ?? "";
    process.kill("SIGINT");
    while (!(await said.read()).done);
    const stdout = await new Response(process.stdout).text();
    assertEquals([(await process.status).code, stdout, filesIn(cwd)], [130, "", before]);
  },
});
