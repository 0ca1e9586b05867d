/** Measures the machine's highest speed of arithmetic and of memory, of which a benchmark shows its speeds as shares. */
import type { Backend, BackendName } from "../engine/backend.ts";
import { read } from "../engine/device.ts";
import { tf } from "../deps.ts";
import { pause } from "../async/pause.ts";
import { FLOP_PER_WASM_ROUND, wasmMultiplyAdds } from "../engine/wasm/peak.ts";
import { copyVectors, FLOP_PER_WEBGPU_ROUND, multiplyAdds } from "../engine/webgpu/peak.ts";

/** Measured peaks. */
export interface Ceiling {
  /** 10⁹ floating-point operations a second. */
  readonly gflops: number;
  /** 10⁹ bytes a second, read and written; undefined where it was not measured. */
  readonly bandwidth?: number;
  /** How it was measured, for people. */
  readonly by: string;
}

/** How the peaks of each backend are measured. */
const MEASURES: Readonly<
  Record<BackendName, (backend: Backend, signal?: AbortSignal) => Promise<Ceiling>>
> = {
  cpu: async (_backend, signal) => ({
    gflops: await matrixProducts(signal),
    by: "tf.matMul of 512 × 512",
  }),
  wasm: async (_backend, signal) => ({ gflops: await wasmPeak(signal), by: "multiply-adds" }),
  webgpu: async ({ memory }, signal) => ({
    gflops: FLOP_PER_WEBGPU_ROUND * await bestSpeed(multiplyAdds, signal) / 1e9,
    bandwidth: await copies(Math.floor(Math.min(COPIED_BYTES, memory.tensor) / 16), signal),
    by: "multiply-adds and copies",
  }),
};

/** Measures the peaks of a backend that has been started. */
export async function measureCeiling(backend: Backend, signal?: AbortSignal): Promise<Ceiling> {
  return await MEASURES[backend.name](backend, signal);
}

/** The speed of a matrix product of tfjs. */
async function matrixProducts(signal?: AbortSignal): Promise<number> {
  const n = 512;
  const matrix = tf.ones<tf.Rank.R2>([n, n]);
  const speed = await bestSpeed((times) => {
    for (let i = 1; i < times; i++) tf.matMul(matrix, matrix).dispose();
    return tf.matMul(matrix, matrix);
  }, signal);
  matrix.dispose();
  return 2 * n ** 3 * speed / 1e9;
}

/** The speed of multiply-adds in one thread. */
async function wasmPeak(signal?: AbortSignal): Promise<number> {
  const run = wasmMultiplyAdds();
  const unit = 10_000; // rounds: some 20 µs
  const speed = await bestSpeed((times) => {
    run(unit * times);
    return tf.scalar(0);
  }, signal);
  return unit * FLOP_PER_WASM_ROUND * speed / 1e9;
}

/** More than a cache holds: memory is to be measured. */
const COPIED_BYTES = 2 ** 28;

async function copies(vectors: number, signal?: AbortSignal): Promise<number> {
  const source = tf.ones<tf.Rank.R1>([4 * vectors]);
  const speed = await bestSpeed((times) => {
    for (let i = 1; i < times; i++) copyVectors(source, vectors).dispose();
    return copyVectors(source, vectors);
  }, signal);
  source.dispose();
  return 2 * 16 * vectors * speed / 1e9;
}

/** Long enough that the time which it takes to wait for a GPU matters little. */
const TURN_SECONDS = 0.2;

/**
 * Units of work a second, the best of 3 turns of at least {@linkcode TURN_SECONDS}. `work` does that many units and
 * yields a tensor to wait for.
 */
async function bestSpeed(work: (units: number) => tf.Tensor, signal?: AbortSignal): Promise<number> {
  const seconds = async (units: number) => {
    await pause(signal);
    const start = performance.now();
    const output = work(units);
    const first = tf.tidy(() => tf.slice(tf.reshape(output, [-1]), 0, 1)); // reading all would be timed as well
    await read(first);
    tf.dispose([output, first]);
    return (performance.now() - start) / 1000;
  };
  await seconds(1); // compiles
  let units = 1;
  while (await seconds(units) < TURN_SECONDS) units *= 2;
  const turns = [await seconds(units), await seconds(units), await seconds(units)];
  return units / Math.min(...turns);
}
