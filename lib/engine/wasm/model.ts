import { pause } from "../../async/pause.ts";
import type { Batch } from "../../model/batch.ts";
import type { Network, Weights } from "../../model/network.ts";
import type { LoadedModel, PredictOptions } from "../shares.ts";
import { type Ends, endsOf } from "./ends.ts";
import { Filters } from "./filters.ts";
import { groupsOf } from "./groups.ts";
import { block } from "./memory.ts";
import { Sequence } from "./sequences.ts";

/** A model in the kernels' memory. Each group of examples takes all of its steps before the next one. */
export class WasmModel implements LoadedModel {
  readonly #network: Network;
  readonly #ends: Ends;
  readonly #parameters: Filters;

  /** Takes the parameters there. */
  constructor({ network, parameters }: Weights) {
    this.#network = network;
    this.#ends = endsOf(network);
    this.#parameters = new Filters(this.#ends.layout, false);
    this.#parameters.write(parameters);
  }

  async shares(batch: Batch, { signal, onProgress }: PredictOptions): Promise<Float32Array> {
    const [ends, parameters] = [this.#ends, this.#parameters];
    const shares = new Float32Array(batch.rows * batch.positions * (this.#network.symbols.length + 1));
    const all = batch.steps.reduce((sum, own) => sum + own, 0);
    let done = 0;
    for (const group of groupsOf(batch)) {
      using sequence = new Sequence(this.#network.spec, group);
      const { cell } = sequence;
      const examples = { batch, group, cell };
      ends.embed(parameters, examples, sequence.state, undefined);
      for (let t = 0; t < group.steps; t++) {
        sequence.advance(parameters, t);
        if (await pause(signal)) onProgress?.((done + (t + 1) * group.rows.length) / all);
      }
      done += group.steps * group.rows.length;
      using logits = block(ends.logitBytes(cell));
      ends.readOut(parameters, cell, sequence.state, logits.start);
      ends.shares(examples, logits.start, shares);
    }
    return shares;
  }

  async *states(batch: Batch, signal: AbortSignal | undefined): AsyncGenerator<Float32Array> {
    const { spec } = this.#network;
    const [group] = groupsOf(batch);
    using sequence = new Sequence(spec, group!);
    const state = () => {
      const values = new Float32Array(spec.width * batch.positions * spec.maps);
      sequence.copy("store", values, batch.positions);
      return values;
    };
    this.#ends.embed(
      this.#parameters,
      { batch, group: group!, cell: sequence.cell },
      sequence.state,
      undefined,
    );
    yield state();
    for (let t = 0; t < group!.steps; t++) {
      sequence.advance(this.#parameters, t);
      await pause(signal);
      yield state();
    }
  }

  dispose(): void {
    this.#parameters[Symbol.dispose]();
  }
}
