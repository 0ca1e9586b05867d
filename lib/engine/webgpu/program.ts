/** Texts of kernels and the pipelines that are made of them, once for each device. */
import { declareInputs, type Inputs } from "./inputs.ts";

/** A buffer, and the type of the elements that the text sees in it. */
export interface Bound {
  readonly buffer: GPUBuffer;
  readonly type: "f32" | "vec4<f32>" | "u32";
}

/** A buffer that the text sees as numbers. */
export function scalars(buffer: GPUBuffer): Bound {
  return { buffer, type: "f32" };
}

/** A buffer that the text sees as vectors of four. */
export function vectors(buffer: GPUBuffer): Bound {
  return { buffer, type: "vec4<f32>" };
}

/** A buffer that the text sees as words of 32 bits. */
export function words(buffer: GPUBuffer): Bound {
  return { buffer, type: "u32" };
}

/** One dispatch of a sequence. */
export interface Dispatch {
  /** The function of the text that it runs. */
  readonly kernel: string;
  /** Number of workgroups. Some more may run, so the text must do nothing for an index beyond the work. */
  readonly workgroups: number;
  /** Whole numbers by name, the same names in every dispatch. */
  readonly uniforms: Readonly<Record<string, number>>;
}

/** Dispatches of one text in their order; each reads what those before it have written. */
export interface Sequence {
  /** The key of the text: sequences with the same key have the same text. */
  readonly key: string;
  /**
   * WGSL with a `fn NAME(index: i32)` for each kernel, called once for every invocation of all workgroups. Buffers have
   * their names, uniforms are `uniforms.NAME`. It is called once for each key.
   */
  readonly code: () => string;
  /** Invocations of a workgroup. */
  readonly workgroupSize: number;
  /** What differs from run to run; absent where nothing does. */
  readonly inputs?: Inputs | undefined;
  /** Buffers by name that the dispatches read. */
  readonly reads: Readonly<Record<string, Bound>>;
  /** Buffers by name that they read and write. */
  readonly writes: Readonly<Record<string, Bound>>;
  /** The dispatches. */
  readonly dispatches: readonly Dispatch[];
  /** Floating-point operations of a dispatch, where they are many. */
  readonly work?: number;
}

/** The dimensions of a dispatch with that many workgroups, or a few more: each dimension has a limit. */
export function foldedWorkgroups(count: number, most: number): [number, number, number] {
  if (count <= most) return [count, 1, 1];
  const lines = Math.ceil(count / most);
  return [Math.ceil(count / lines), lines, 1];
}

/** The layouts and pipelines of a device. */
class Made {
  readonly #device: GPUDevice;
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #pipelines = new Map<string, GPUComputePipeline>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** The layout of bindings of these types; those from number `dynamic` on have dynamic offsets. */
  layout(types: readonly GPUBufferBindingType[], dynamic: number): GPUBindGroupLayout {
    return found(this.#layouts, `${dynamic} ${types}`, () =>
      this.#device.createBindGroupLayout({
        entries: types.map((type, binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type, hasDynamicOffset: binding >= dynamic },
        })),
      }));
  }

  pipeline(sequence: Sequence, kernel: string): GPUComputePipeline {
    const key = `${sequence.key}-${kernel}`;
    return found(this.#pipelines, key, () => {
      const module = this.#device.createShaderModule({ label: key, code: textOf(sequence, kernel) });
      const { inputs } = sequence;
      const bindGroupLayouts = [
        layoutOf(this.#device, sequence),
        ...(inputs === undefined ? [] : [inputLayout(this.#device, inputs)]),
      ];
      const layout = this.#device.createPipelineLayout({ bindGroupLayouts });
      return this.#device.createComputePipeline({ label: key, layout, compute: { module } });
    });
  }
}

const made = new WeakMap<GPUDevice, Made>();

function madeOf(device: GPUDevice): Made {
  return found(made, device, () => new Made(device));
}

/** What stands in a map under a key; it is made where there is none. */
function found<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}

/** The pipeline of a kernel of a sequence. */
export function pipelineOf(device: GPUDevice, sequence: Sequence, kernel: string): GPUComputePipeline {
  return madeOf(device).pipeline(sequence, kernel);
}

/** The layout of a sequence's buffers, those that it writes first, and of the uniforms of one dispatch. */
export function layoutOf(device: GPUDevice, { reads, writes }: Sequence): GPUBindGroupLayout {
  const types: GPUBufferBindingType[] = [
    ...Object.keys(writes).map(() => "storage" as const),
    ...Object.keys(reads).map(() => "read-only-storage" as const),
    "read-only-storage",
  ];
  return madeOf(device).layout(types, types.length - 1);
}

/** The layout of inputs. */
export function inputLayout(device: GPUDevice, { arrays }: Inputs): GPUBindGroupLayout {
  return madeOf(device).layout(
    ["uniform", ...Object.keys(arrays).map(() => "read-only-storage" as const)],
    0,
  );
}

/**
 * The text of a kernel. Its uniforms stand in a storage buffer: from a uniform buffer lavapipe (Mesa 22.3,
 * `update_inline_shader_state` in lvp_execute.c) takes the values on which a branch depends, and compiles the kernel for
 * them anew in every dispatch. They are copied first, so that no loop reads them from the buffer again and again.
 */
function textOf(sequence: Sequence, kernel: string): string {
  const { inputs, reads, writes, dispatches, workgroupSize, code } = sequence;
  const names = Object.keys(dispatches[0]!.uniforms);
  const declared = (access: string, bound: Readonly<Record<string, Bound>>, first: number) =>
    Object.entries(bound).map(([name, { type }], i) =>
      `@group(0) @binding(${first + i}) var<storage, ${access}> ${name}: array<${type}>;`
    );
  const written = Object.keys(writes).length;
  return `
struct Uniforms { ${names.map((name) => `${name}: i32`).join(", ")} }
${[...declared("read_write", writes, 0), ...declared("read", reads, written)].join("\n")}
@group(0) @binding(${written + Object.keys(reads).length}) var<storage, read> given: Uniforms;
var<private> uniforms: Uniforms;
${inputs === undefined ? "" : declareInputs(inputs)}
${code()}
@compute @workgroup_size(${workgroupSize})
fn entry(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  uniforms = given;
  ${kernel}(i32((group.y * groups.x + group.x) * ${workgroupSize}u + lane));
}`;
}
