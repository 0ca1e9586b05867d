import { pause } from "../../async/pause.ts";
import type { Batch } from "../../model/batch.ts";
import type { Network, Weights } from "../../model/network.ts";
import { SETTLE_EVERY } from "../inference.ts";
import type { LoadedModel, PredictOptions } from "../shares.ts";
import { embedding } from "./embed.ts";
import { backend, generous } from "./gpu.ts";
import { Uploads } from "./inputs.ts";
import { statesByTurns } from "./layout.ts";
import { packedSize, packing } from "./pack.ts";
import type { Sequence } from "./program.ts";
import { ReadBack } from "./read_back.ts";
import { sharing } from "./read_out.ts";
import { Commands, record } from "./recording.ts";
import { RUN_INPUTS, runBlock, stateSize, type Tuning } from "./run.ts";
import { inferenceRun, stepsOf, stepsTogether } from "./steps.ts";

/** A model in buffers of the device, from the symbols of a batch to their shares. */
export class RecordedModel implements LoadedModel {
  readonly #network: Network;
  readonly #onTensors: LoadedModel;
  readonly #tuning: Tuning;
  readonly #device: GPUDevice = backend().device;
  readonly #reader: ReadBack;
  readonly #parameters: GPUBuffer;
  readonly #weights: GPUBuffer;

  /** Takes the parameters there. The same model `onTensors` yields the states. */
  constructor({ network, parameters }: Weights, onTensors: LoadedModel, tuning: Tuning) {
    const { spec } = network;
    this.#network = network;
    this.#onTensors = onTensors;
    this.#tuning = tuning;
    this.#reader = new ReadBack(this.#device);
    this.#parameters = this.#buffer(parameters.length);
    this.#weights = this.#buffer(packedSize(spec));
    this.#device.queue.writeBuffer(this.#parameters, 0, parameters as Float32Array<ArrayBuffer>);
    const recording = record(this.#device, [packing(spec, this.#parameters, this.#weights, false)]);
    const commands = new Commands(this.#device);
    commands.run(recording);
    commands.submit();
    recording.uniforms.destroy();
  }

  async shares(batch: Batch, { signal, onProgress }: PredictOptions): Promise<Float32Array> {
    const [network, { spec, symbols }] = [this.#network, this.#network];
    const { rows, positions, input } = batch;
    const shape = inferenceRun(spec, batch, positions, this.#tuning);
    const block = runBlock({ ...batch, batch: rows, saturation: false }, 0, input);
    const size = stateSize(spec, shape);
    const written = rows * positions * (symbols.length + 1);
    const [parameters, weights] = [this.#parameters, this.#weights];
    const [states, shares] = [this.#buffer(statesByTurns(spec) * size), this.#buffer(written)];
    const uploads = new Uploads(this.#device, Uploads.sizeOf(this.#device, RUN_INPUTS, block));
    const places = uploads.put(RUN_INPUTS, block);
    const commands = new Commands(this.#device, () => uploads.write());
    const run = (sequences: readonly Sequence[]) => {
      const recording = record(this.#device, sequences, uploads.buffer, block);
      commands.run(recording, places);
      commands.submit();
      recording.uniforms.destroy();
    };
    try {
      const steps = shape.applications / spec.layers;
      const start = embedding(network, shape, parameters, states);
      if (steps === 0) run([start]);
      for (let t = 0; t < steps;) {
        const taken = Math.min(stepsTogether(spec, shape), steps - t, SETTLE_EVERY - t % SETTLE_EVERY);
        run([...(t === 0 ? [start] : []), stepsOf(spec, shape, { weights, states }, t, taken)]);
        t += taken;
        if (t % SETTLE_EVERY === 0) await this.#reader.read(commands, states, 4);
        if (await pause(signal)) onProgress?.(t / steps);
      }
      const last = shape.applications % 2 * size / 4;
      run([sharing(network, shape, { parameters, trajectory: states, shares }, last)]);
      return await this.#reader.read(commands, shares, 4 * written);
    } finally {
      for (const buffer of [states, shares, uploads.buffer]) buffer.destroy();
    }
  }

  #buffer(elements: number): GPUBuffer {
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    return this.#device.createBuffer({
      size: 4 * generous(elements),
      usage: STORAGE | COPY_SRC | COPY_DST,
    });
  }

  states(batch: Batch, signal: AbortSignal | undefined): AsyncGenerator<Float32Array> {
    return this.#onTensors.states(batch, signal);
  }

  dispose(): void {
    this.#onTensors.dispose();
    this.#reader.dispose();
    for (const buffer of [this.#parameters, this.#weights]) buffer.destroy();
  }
}
