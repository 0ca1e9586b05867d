/** Runs the gradients of training steps from recordings, one for each shape. */
import type { Network } from "../../model/network.ts";
import type { Shard } from "../step.ts";
import { backend, generous } from "./gpu.ts";
import { type Block, type Inputs, type Places, Uploads } from "./inputs.ts";
import { packing } from "./pack.ts";
import type { Sequence } from "./program.ts";
import { Commands, record, type Recording } from "./recording.ts";
import { RUN_INPUTS, type Tuning } from "./run.ts";
import { forwardOf, gradientOf, shardRun } from "./shard.ts";
import { StepBuffers } from "./step_buffers.ts";

/** The most dispatches of all recordings that are kept. Each takes 256 bytes, and its bind group a page on a CPU. */
const MOST_RECORDED = 2 ** 15;

/** Blocks of the size of the first one for which there is room in the uploads. */
const BLOCKS = 12;

/** Runs shards on buffers that stay. */
export class StepRunner {
  /** The device. */
  readonly device: GPUDevice = backend().device;
  /** The buffers. */
  readonly buffers: StepBuffers;
  /** What is to be submitted next. */
  readonly commands: Commands;
  readonly #network: Network;
  readonly #tuning: Tuning;
  /** The recordings, with those that were used last at the end. */
  readonly #recordings = new Map<string, Recording>();
  #recorded = 0;
  #uploads: Uploads;

  /** Makes the buffers of a network's steps. */
  constructor(network: Network, tuning: Tuning) {
    this.#network = network;
    this.#tuning = tuning;
    this.buffers = new StepBuffers(this.device, network, () => this.#forget());
    this.#uploads = new Uploads(this.device, 2 ** 16);
    this.commands = new Commands(this.device, () => this.#uploads.write());
  }

  /** Packs the parameters, which the shards read. */
  pack(): void {
    const { spec } = this.#network;
    const { parameters, weights, flipped } = this.buffers;
    this.run(
      "pack",
      () => [packing(spec, parameters, weights, false), packing(spec, parameters, flipped, true)],
    );
  }

  /** Computes a shard's metrics and, where `learns`, its gradient. They are added to those before where `adds`. */
  shard(shard: Shard, { adds, learns }: { readonly adds: boolean; readonly learns: boolean }): void {
    const { shape, block } = shardRun(this.#network, shard, this.#tuning);
    const key = JSON.stringify([shape, adds]);
    const parts = learns ? [forwardOf, gradientOf] : [forwardOf];
    const sequences = () => parts.flatMap((part) => part(this.#network, shape, this.buffers, adds));
    this.run(`shard ${learns} ${key}`, sequences, RUN_INPUTS, block);
  }

  /** Runs sequences, which are recorded where they are not known by that key. */
  run(key: string, sequencesOf: () => Sequence[], inputs?: Inputs, block?: Block): void {
    const places = inputs && this.#place(inputs, block!);
    this.commands.run(this.#recording(key, sequencesOf, block), places);
  }

  #place(inputs: Inputs, block: Block): Places {
    const size = Uploads.sizeOf(this.device, inputs, block);
    if (size > this.#uploads.left) this.submit();
    if (size > this.#uploads.left) {
      this.#uploads.buffer.destroy();
      this.#uploads = new Uploads(this.device, 4 * generous(BLOCKS * size / 4));
      this.#forget();
    }
    return this.#uploads.put(inputs, block);
  }

  #recording(key: string, sequencesOf: () => Sequence[], block: Block | undefined): Recording {
    let recording = this.#recordings.get(key);
    if (recording === undefined) {
      this.commands.submit(); // buffers that it uses may be replaced
      const sequences = sequencesOf();
      recording = record(this.device, sequences, this.#uploads.buffer, block);
      this.#recorded += recording.commands.length;
      for (const oldest of this.#recordings.keys()) {
        if (this.#recorded <= MOST_RECORDED) break;
        this.#remove(oldest);
      }
    } else this.#recordings.delete(key);
    this.#recordings.set(key, recording);
    return recording;
  }

  #remove(key: string): void {
    const { uniforms, commands } = this.#recordings.get(key)!;
    uniforms.destroy();
    this.#recorded -= commands.length;
    this.#recordings.delete(key);
  }

  #forget(): void {
    for (const key of [...this.#recordings.keys()]) this.#remove(key);
  }

  /** Submits what was run. */
  submit(): void {
    this.commands.submit();
    this.#uploads.reset();
  }

  /** Frees the buffers. */
  dispose(): void {
    this.submit();
    this.#forget();
    this.#uploads.buffer.destroy();
    this.buffers.destroy();
  }
}
