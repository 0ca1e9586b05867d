/**
 * Many dispatches over one set of buffers, which are recorded without tfjs. tfjs makes a uniform buffer and a bind
 * group for each dispatch, which takes 130 µs under Deno. Here all dispatches share one of each, and each takes 4 µs to
 * record.
 */
import { tf, type WebGPUBackend } from "../../deps.ts";
import { foldedWorkgroups, type Kernel, largestBuffer } from "./program.ts";

/** One dispatch of a sequence. */
export interface Dispatch {
  /** The function of the text that it runs. */
  readonly kernel: string;
  /** Number of workgroups. Some more may run, so the text must do nothing for an index beyond the work. */
  readonly workgroups: number;
  /** Whole numbers by name, the same names in every dispatch. */
  readonly uniforms: Readonly<Record<string, number>>;
}

/** Dispatches in their order; each reads what those before it have written. */
export interface Sequence {
  /** The key of the text: sequences with the same key have the same text. */
  readonly key: string;
  /**
   * WGSL with a `fn NAME(index: i32)` for each kernel; `result` is the output, as `vec4<f32>`. It is called once for
   * each key.
   */
  readonly code: () => string;
  /** Invocations of a workgroup. */
  readonly workgroupSize: number;
  /** Inputs by name, and whether the text sees them as `vec4<f32>`. */
  readonly inputs: Kernel["inputs"];
  /** The output, which the dispatches read and write; see {@linkcode allocate}. */
  readonly output: tf.TensorInfo;
  /** A tensor that is copied into the output before the first dispatch, from element `at` on. */
  readonly copied?: { readonly tensor: tf.TensorInfo; readonly at: number };
  /** Elements of the output that are zero before the first dispatch, from element `at` on. */
  readonly cleared?: { readonly size: number; readonly at: number };
  /** The dispatches. */
  readonly dispatches: readonly Dispatch[];
  /** The most dispatches that are submitted together: a system may take a GPU with a long submission for a hung one. */
  readonly together: number;
}

/**
 * A tensor without values, for sequences to write to: of `size` elements or some more. tfjs keeps every freed buffer for
 * a tensor of exactly its size, so that a training, whose steps have many sizes, would keep a buffer of each. Rounded up
 * there are few sizes.
 */
export function allocate(size: number): tf.Tensor1D {
  const rounded = roundedUp(size);
  const fits = 4 * rounded <= largestBuffer();
  const info = backend().makeTensorInfo([fits ? rounded : size], "float32");
  backend().uploadToGPU(info.dataId);
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor1D;
}

/** The smallest of the numbers 2^k and 3·2^(k−1) that is at least `size`. */
export function roundedUp(size: number): number {
  const power = 2 ** Math.ceil(Math.log2(size));
  return size <= power * 3 / 4 ? Math.max(1, power * 3 / 4) : power;
}

/** Submits the dispatches of a sequence, after all that tfjs has recorded. */
export function runSequence(sequence: Sequence): void {
  const { inputs, output, copied, cleared, dispatches, together } = sequence;
  const { device, queue } = backend();
  const tensors = [output, ...Object.values(inputs).map(({ tensor }) => tensor)];
  const buffers = tensors.map(bufferOf);
  const source = copied && bufferOf(copied.tensor);
  const stride = device.limits.minUniformBufferOffsetAlignment;
  const uniforms = uniformBuffer(dispatches, stride);
  const size = 4 * Object.keys(dispatches[0]!.uniforms).length;
  const layout = layoutOf(buffers.length);
  const group = device.createBindGroup({
    layout,
    entries: [...buffers.map((buffer) => ({ buffer })), { buffer: uniforms, size }]
      .map((resource, binding) => ({ binding, resource })),
  });

  flush(); // tfjs has recorded the uploads of these buffers, which must come first
  for (let first = 0; first < dispatches.length; first += together) {
    const encoder = device.createCommandEncoder();
    if (first === 0 && copied !== undefined) {
      const bytes = 4 * tf.util.sizeFromShape(copied.tensor.shape);
      encoder.copyBufferToBuffer(source!, 0, buffers[0]!, 4 * copied.at, bytes);
    }
    if (first === 0 && cleared !== undefined) {
      encoder.clearBuffer(buffers[0]!, 4 * cleared.at, 4 * cleared.size);
    }
    const pass = encoder.beginComputePass();
    for (const [i, { kernel, workgroups }] of dispatches.slice(first, first + together).entries()) {
      pass.setPipeline(pipelineOf(sequence, kernel, layout));
      pass.setBindGroup(0, group, [(first + i) * stride]);
      pass.dispatchWorkgroups(
        ...foldedWorkgroups(workgroups, device.limits.maxComputeWorkgroupsPerDimension),
      );
    }
    pass.end();
    queue.submit([encoder.finish()]);
  }
  uniforms.destroy(); // takes effect when the device has finished with it
}

function backend(): WebGPUBackend {
  return tf.backend() as unknown as WebGPUBackend;
}

function bufferOf({ dataId }: tf.TensorInfo): GPUBuffer {
  backend().uploadToGPU(dataId);
  return backend().tensorMap.get(dataId).resource as GPUBuffer;
}

/** Submits what tfjs has recorded. */
function flush(): void {
  backend().ensureCommandEncoderReady();
  backend().endComputePassEncoder();
  backend().submitQueue();
}

/** The uniforms of the dispatches, `stride` bytes apart. */
function uniformBuffer(dispatches: readonly Dispatch[], stride: number): GPUBuffer {
  const values = new Int32Array(dispatches.length * stride / 4);
  dispatches.forEach(({ uniforms }, i) => values.set(Object.values(uniforms), i * stride / 4));
  const { device, queue } = backend();
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: values.byteLength, usage });
  queue.writeBuffer(buffer, 0, values);
  return buffer;
}

/** Objects that are made once for each device. */
interface Made {
  readonly layouts: Map<number, GPUBindGroupLayout>;
  readonly pipelines: Map<string, GPUComputePipeline>;
}

const made = new WeakMap<GPUDevice, Made>();

function madeOf(device: GPUDevice): Made {
  const known = made.get(device);
  if (known !== undefined) return known;
  const fresh: Made = { layouts: new Map(), pipelines: new Map() };
  made.set(device, fresh);
  return fresh;
}

/** The output, inputs, and the uniforms of one dispatch. */
function layoutOf(buffers: number): GPUBindGroupLayout {
  const { device } = backend();
  const { layouts } = madeOf(device);
  let layout = layouts.get(buffers);
  if (layout === undefined) {
    const visibility = GPUShaderStage.COMPUTE;
    layout = device.createBindGroupLayout({
      entries: Array.from({ length: buffers + 1 }, (_, binding): GPUBindGroupLayoutEntry => ({
        binding,
        visibility,
        buffer: binding === buffers
          ? { type: "uniform", hasDynamicOffset: true }
          : { type: binding === 0 ? "storage" : "read-only-storage" },
      })),
    });
    layouts.set(buffers, layout);
  }
  return layout;
}

function pipelineOf(sequence: Sequence, kernel: string, layout: GPUBindGroupLayout): GPUComputePipeline {
  const { device } = backend();
  const { pipelines } = madeOf(device);
  const key = `${sequence.key}-${kernel}`;
  let pipeline = pipelines.get(key);
  if (pipeline === undefined) {
    const module = device.createShaderModule({ label: key, code: textOf(sequence, kernel) });
    pipeline = device.createComputePipeline({
      label: key,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module },
    });
    pipelines.set(key, pipeline);
  }
  return pipeline;
}

function textOf({ inputs, dispatches, workgroupSize, code }: Sequence, kernel: string): string {
  const names = Object.keys(dispatches[0]!.uniforms);
  const declared = Object.entries(inputs).map(([name, { vector }], i) =>
    `@group(0) @binding(${i + 1}) var<storage, read> ${name}: array<${vector ? "vec4<f32>" : "f32"}>;`
  );
  return `
struct Uniforms { ${names.map((name) => `${name}: i32`).join(", ")} }
@group(0) @binding(0) var<storage, read_write> result: array<vec4<f32>>;
${declared.join("\n")}
@group(0) @binding(${declared.length + 1}) var<uniform> uniforms: Uniforms;
${code()}
@compute @workgroup_size(${workgroupSize})
fn entry(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  ${kernel}(i32((group.y * groups.x + group.x) * ${workgroupSize}u + lane));
}`;
}
