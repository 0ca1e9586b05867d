/** The most that the machine was seen to compute and to move: what a benchmark's speeds are a share of. */
import { type Backend, read } from "../engine/backend.ts";
import { tf } from "../deps.ts";
import { pause } from "../async/pause.ts";
import { runKernel } from "../engine/webgpu/program.ts";
import { FLOP_PER_WASM_ROUND, wasmMultiplyAdds } from "./wasm_ceiling.ts";

/** Measured peaks. */
export interface Ceiling {
  /** 10⁹ floating-point operations a second. */
  readonly gflops: number;
  /** 10⁹ bytes a second, read and written; undefined where it was not measured. */
  readonly bandwidth?: number;
  /** How it was measured, for people. */
  readonly by: string;
}

/** Measures the peaks of a backend that has been started. */
export async function measureCeiling({ name, memory }: Backend, signal?: AbortSignal): Promise<Ceiling> {
  if (name === "cpu") return { gflops: await matrixProducts(signal), by: "tf.matMul of 512 × 512" };
  if (name === "wasm") return { gflops: await wasmPeak(signal), by: "multiply-adds" };
  return {
    gflops: await multiplyAdds(signal),
    bandwidth: await copies(Math.floor(Math.min(COPIED_BYTES, memory.tensor) / 16), signal),
    by: "multiply-adds and copies",
  };
}

/** What a matrix product of tfjs computes. */
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

/** What one thread multiplies and adds. */
async function wasmPeak(signal?: AbortSignal): Promise<number> {
  const run = wasmMultiplyAdds();
  const unit = 10_000; // rounds: some 20 µs
  const speed = await bestSpeed((times) => {
    run(unit * times);
    return tf.scalar(0);
  }, signal);
  return unit * FLOP_PER_WASM_ROUND * speed / 1e9;
}

const THREADS = 2 ** 18;
const WORKGROUP = 256;

/** Multiply-adds of one round of the kernel: two chains of vectors of 4, each 32 links long. */
const LINKS = 32;
const FLOP_PER_ROUND = 2 * 4 * 2 * LINKS;

/** More chains than two spill registers on a software adapter; on a GPU a processor's other threads fill the gaps. */
const multiplyAddCode = `fn main(index: i32) {
  let factor = vec4<f32>(1.0 - 1.0 / f32(uniforms.rounds + 2)); // nothing that a compiler could foresee
  let summand = vec4<f32>(f32(index) * 1e-6);
  var a = vec4<f32>(1.0);
  var b = vec4<f32>(2.0);
  for (var round = 0; round < uniforms.rounds; round++) {
    ${"a = fma(a, factor, summand); b = fma(b, factor, summand);\n".repeat(LINKS)}
  }
  result[index] = a + b;
}`;

async function multiplyAdds(signal?: AbortSignal): Promise<number> {
  const speed = await bestSpeed((rounds) =>
    runKernel({
      key: "ngpu-multiply-adds",
      code: () => multiplyAddCode,
      workgroupSize: WORKGROUP,
      workgroups: THREADS / WORKGROUP,
      inputs: {},
      uniforms: { rounds },
      outputSize: 4 * THREADS,
      vector: true,
    }), signal);
  return FLOP_PER_ROUND * THREADS * speed / 1e9;
}

/** One vector a thread: neighbours read neighbours. */
const copyCode = "fn main(index: i32) { if (index < uniforms.vectors) { result[index] = source[index]; } }";

/** More than a cache holds. */
const COPIED_BYTES = 2 ** 28;

async function copies(vectors: number, signal?: AbortSignal): Promise<number> {
  const source = tf.ones<tf.Rank.R1>([4 * vectors]);
  const copy = () =>
    runKernel({
      key: "ngpu-copy",
      code: () => copyCode,
      workgroupSize: WORKGROUP,
      workgroups: Math.ceil(vectors / WORKGROUP),
      inputs: { source: { tensor: source, vector: true } },
      uniforms: { vectors },
      outputSize: 4 * vectors,
      vector: true,
    });
  const speed = await bestSpeed((times) => {
    for (let i = 1; i < times; i++) copy().dispose();
    return copy();
  }, signal);
  source.dispose();
  return 2 * 16 * vectors * speed / 1e9;
}

/** Long enough that the 10 ms which Deno takes to wait for a GPU matter little. */
const TURN_SECONDS = 0.2;

/** Units of work a second, the best of 3 turns of that length. `work` does so many and yields a tensor to wait for. */
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
