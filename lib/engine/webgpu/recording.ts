/**
 * Kernels bound to their buffers, to run any number of times. tfjs makes a uniform buffer and a bind group for each
 * dispatch, which takes 130 µs under Deno; a recorded dispatch takes 4.
 */
import type { tf } from "../../deps.ts";
import { allocate, backend, flush } from "./gpu.ts";
import { type Block, type Inputs, type Places, sizesOf, Uploads } from "./inputs.ts";
import { foldedWorkgroups, inputLayout, layoutOf, pipelineOf, type Sequence } from "./program.ts";
import { MOST_DISPATCHES, MOST_WORK } from "./split.ts";

/** A dispatch with all that it needs. */
interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly offsets: readonly [number];
  readonly workgroups: readonly [number, number, number];
  /** The share of what may be submitted together. */
  readonly share: number;
}

/** Dispatches with their bind groups. */
export interface Recording {
  readonly commands: readonly Command[];
  /** The bind group of the inputs; its offsets are those of the run's block. */
  readonly inputs: GPUBindGroup | undefined;
  /** The uniforms of the dispatches. */
  readonly uniforms: GPUBuffer;
}

/**
 * Records sequences. Those that have inputs have the same ones, whose blocks come in `uploads` with arrays of the sizes of
 * `block`'s.
 */
export function record(
  device: GPUDevice,
  sequences: readonly Sequence[],
  uploads?: GPUBuffer,
  block?: Pick<Block, "arrays">,
): Recording {
  const inputs = inputsOf(sequences);
  const stride = device.limits.minStorageBufferOffsetAlignment;
  const dispatches = sequences.flatMap(({ dispatches }) => dispatches);
  const values = new Int32Array(dispatches.length * stride / 4);
  dispatches.forEach((own, i) => values.set(Object.values(own.uniforms), i * stride / 4));
  const uniforms = device.createBuffer({
    size: values.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(uniforms, 0, values);
  const commands: Command[] = [];
  for (const sequence of sequences) {
    const size = 4 * Object.keys(sequence.dispatches[0]!.uniforms).length;
    const buffers = [...Object.values(sequence.writes), ...Object.values(sequence.reads)];
    const group = device.createBindGroup({
      layout: layoutOf(device, sequence),
      entries: [...buffers.map(({ buffer }) => ({ buffer })), { buffer: uniforms, size }]
        .map((resource, binding) => ({ binding, resource })),
    });
    for (const { kernel, workgroups } of sequence.dispatches) {
      commands.push({
        pipeline: pipelineOf(device, sequence, kernel),
        group,
        offsets: [commands.length * stride],
        workgroups: foldedWorkgroups(workgroups, device.limits.maxComputeWorkgroupsPerDimension),
        share: Math.max(1 / MOST_DISPATCHES, (sequence.work ?? 0) / MOST_WORK),
      });
    }
  }
  return {
    commands,
    uniforms,
    inputs: inputs && device.createBindGroup({
      layout: inputLayout(device, inputs),
      entries: sizesOf(inputs, block!).map((size, binding) => ({
        binding,
        resource: { buffer: uploads!, size },
      })),
    }),
  };
}

function inputsOf(sequences: readonly Sequence[]): Inputs | undefined {
  return sequences.find(({ inputs }) => inputs !== undefined)?.inputs;
}

/** Commands on their way to the device. */
export class Commands {
  readonly #device: GPUDevice;
  readonly #before: () => void;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #share = 0;

  /** Calls `before` before each submission. */
  constructor(device: GPUDevice, before: () => void = () => {}) {
    this.#device = device;
    this.#before = before;
  }

  /** Runs a recording, with the block at `places`. What has become too much for one submission is submitted. */
  run({ commands, inputs }: Recording, places: Places = []): void {
    let pass: GPUComputePassEncoder | undefined;
    for (const { pipeline, group, offsets, workgroups, share } of commands) {
      if (pass === undefined) {
        this.#encoder ??= this.#device.createCommandEncoder();
        pass = this.#pass ??= this.#encoder.beginComputePass();
        if (inputs !== undefined) pass.setBindGroup(1, inputs, places as number[]);
      }
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group, offsets as [number]);
      pass.dispatchWorkgroups(...workgroups);
      this.#share += share;
      if (this.#share < 1) continue;
      this.submit();
      pass = undefined;
    }
  }

  /** Copies bytes between buffers, after what was run before. */
  copy(source: GPUBuffer, from: number, target: GPUBuffer, to: number, bytes: number): void {
    this.#outsideOfPass().copyBufferToBuffer(source, from, target, to, bytes);
  }

  /** Sets bytes of a buffer to zero. */
  clear(buffer: GPUBuffer, from: number, bytes: number): void {
    if (bytes > 0) this.#outsideOfPass().clearBuffer(buffer, from, bytes);
  }

  #outsideOfPass(): GPUCommandEncoder {
    this.#pass?.end();
    this.#pass = undefined;
    return this.#encoder ??= this.#device.createCommandEncoder();
  }

  /** Submits what was run. */
  submit(): void {
    if (this.#encoder === undefined) return;
    const commands = this.#outsideOfPass().finish();
    this.#encoder = undefined;
    this.#share = 0;
    this.#before();
    this.#device.queue.submit([commands]);
  }
}

/** Runs sequences once, on buffers of tensors, after all that tfjs has recorded. `prepare` copies into the buffers. */
export function runOnce(
  sequences: readonly Sequence[],
  block?: Block,
  prepare?: (commands: Commands, uploads: GPUBuffer) => void,
): void {
  const { device } = backend();
  const inputs = inputsOf(sequences);
  const uploads = inputs && new Uploads(device, Uploads.sizeOf(device, inputs, block!));
  const recording = record(device, sequences, uploads?.buffer, block);
  const commands = new Commands(device, () => uploads?.write());
  const places = uploads?.put(inputs!, block!);
  flush();
  prepare?.(commands, uploads!.buffer);
  commands.run(recording, places);
  commands.submit();
  for (const buffer of [recording.uniforms, uploads?.buffer]) buffer?.destroy(); // takes effect once it has run
}

/** Runs a sequence that fills a new tensor of `size` elements. */
export function filled(size: number, sequenceOf: (result: tf.Tensor1D) => Sequence): tf.Tensor1D {
  const result = allocate(size);
  runOnce([sequenceOf(result)]);
  return result;
}
