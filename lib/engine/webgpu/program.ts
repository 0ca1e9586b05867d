import { isSoftware } from "./start.ts";
import { tf, type WebGPUBackend, type WebGPUProgram } from "../../deps.ts";

/** A kernel: WGSL text, to which tfjs adds a header, and how to run it. */
export interface Kernel {
  /** The key of the text: kernels with the same key have the same text. */
  readonly key: string;
  /**
   * WGSL with a `fn main(index: i32)`, called once for every invocation of all workgroups; `result` is the output,
   * inputs have their names, uniforms are `uniforms.NAME`. It is called once for each key, while a training
   * makes its kernels anew in every step.
   */
  readonly code: () => string;
  /** Invocations of a workgroup. */
  readonly workgroupSize: number;
  /** Number of workgroups. Some more may run, so the text must do nothing for an index beyond the work. */
  readonly workgroups: number;
  /** Inputs by name, and whether the text sees them as `vec4<f32>`. */
  readonly inputs: Readonly<Record<string, { readonly tensor: tf.TensorInfo; readonly vector: boolean }>>;
  /** Whole numbers by name. */
  readonly uniforms: Readonly<Record<string, number>>;
  /** Elements of the output; a multiple of 4 where `vector`. */
  readonly outputSize: number;
  /** Whether the text sees the output as `vec4<f32>`. */
  readonly vector: boolean;
}

/** Whether the device is a CPU, for which other texts are fast than for a GPU. */
export function onSoftware(): boolean {
  const { device } = tf.backend() as unknown as WebGPUBackend;
  return isSoftware({ info: device.adapterInfo });
}

/** The dimensions of a dispatch with that many workgroups, or a few more: each dimension has a limit. */
export function foldedWorkgroups(count: number, most: number): [number, number, number] {
  if (count <= most) return [count, 1, 1];
  const lines = Math.ceil(count / most);
  return [Math.ceil(count / lines), lines, 1];
}

/** Bytes of the largest buffer that a kernel of this device can be given. */
export function largestBuffer(): number {
  const { maxBufferSize, maxStorageBufferBindingSize } =
    (tf.backend() as unknown as WebGPUBackend).device.limits;
  return Math.min(maxBufferSize, maxStorageBufferBindingSize);
}

/** The bits of an f32 as a whole number, because uniforms of kernels are whole numbers. */
export function bitsOf(value: number): number {
  return new Int32Array(new Float32Array([value]).buffer)[0]!;
}

/** Runs a kernel on tfjs's WebGPU backend. The output has one dimension. */
export function runKernel(kernel: Kernel): tf.Tensor1D {
  const { key, code, workgroupSize, workgroups, inputs, uniforms, outputSize, vector } = kernel;
  const backend = tf.backend() as unknown as WebGPUBackend;
  const program: WebGPUProgram = {
    shaderKey: key,
    outputShape: [outputSize],
    variableNames: Object.keys(inputs),
    variableComponents: Object.values(inputs).map((input) => input.vector ? 4 : 1),
    outputComponent: vector ? 4 : 1,
    uniforms: Object.keys(uniforms).map((name) => `${name} : i32,`).join(" "),
    workgroupSize: [workgroupSize, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: foldedWorkgroups(workgroups, backend.device.limits.maxComputeWorkgroupsPerDimension),
    getUserCode: code,
  };
  const output = backend.runWebGPUProgram(
    program,
    Object.values(inputs).map(({ tensor }) => tensor),
    "float32",
    Object.values(uniforms).map((value) => ({ type: "int32", data: [value | 0] })),
  );
  return tf.engine().makeTensorFromTensorInfo(output) as tf.Tensor1D;
}
