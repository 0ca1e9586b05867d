/**
 * The two ends of a network: embedding, read-out and loss. Embedding and loss are plain loops, as they take next to no time;
 * the read-out is a convolution of one tap.
 */
import { SATURATION_LIMIT } from "../../cells/saturation.ts";
import { cellOf } from "../../cells/table.ts";
import { type Batch, PAD } from "../../model/batch.ts";
import type { Network } from "../../model/network.ts";
import type { Cell } from "./cell.ts";
import type { Filters } from "./filters.ts";
import type { Group } from "./groups.ts";
import { clear, floatsAt } from "./memory.ts";
import { type Call, compiled, padded } from "./module.ts";
import { layoutKey } from "./layout.ts";
import { type NetworkLayout, networkLayout } from "./network_layout.ts";
import { convolve } from "./products.ts";
import { accumulate, accumulateBias } from "./sums.ts";

/** Examples that are computed together, of a batch. */
export interface Examples {
  /** The batch. */
  readonly batch: Batch;
  /** Which of its examples. */
  readonly group: Group;
  /** The cell that is applied to them. */
  readonly cell: Cell;
}

/** The routines of the read-out: forward, back to the state, and the gradients of its filter and its bias. */
type ReadOut = Readonly<Record<"readOut" | "back" | "accumulate" | "accumulateBias", Call>>;

/** The metrics of some examples that follow from their logits. */
export interface Outcome {
  /** The sum of the cross-entropies of the positions. */
  loss: number;
  /** Examples with every position right. */
  sequences: number;
  /** Positions right. */
  symbols: number;
}

const made = new Map<string, Ends>();

/** The ends of a network, which are compiled when they are first needed. */
export function endsOf(network: Network): Ends {
  const key = `${layoutKey(network.spec)} ${network.symbols.length}`;
  const ends = made.get(key) ?? new Ends(network);
  made.set(key, ends);
  return ends;
}

/** The ends of a network. */
export class Ends {
  /** Where its parameters are. */
  readonly layout: NetworkLayout;
  readonly #vocabulary: number;
  readonly #maps: number;
  readonly #width: number;
  /** Whether the embedding has a bias and is clipped, and the padding is embedded as another symbol is. */
  readonly clips: boolean;
  readonly #routines: ReadOut;

  /** Compiles the read-out. */
  constructor(network: Network) {
    const { spec, symbols } = network;
    this.layout = networkLayout(network);
    this.#vocabulary = symbols.length + 1;
    this.#maps = padded(spec.maps);
    this.#width = spec.width;
    this.clips = cellOf(spec).cell.frame === "diagonal";
    const { readOut, readOutBack } = this.layout;
    this.#routines = compiled([
      convolve(readOut, false),
      convolve(readOutBack, true),
      accumulate({ ...readOut, name: "accumulate" }),
      accumulateBias({ ...readOut, name: "accumulateBias" }),
    ]) as ReadOut;
  }

  /** Bytes of the logits of some examples. */
  logitBytes({ arrays }: Cell): number {
    return 4 * arrays.lines * this.layout.readOut.outputs;
  }

  /** Writes the state before the first step. `mask` is where the dropout mask is, where units are dropped. */
  embed(
    parameters: Filters,
    { batch, group, cell }: Examples,
    state: number,
    mask: number | undefined,
  ): void {
    const { arrays } = cell;
    const clipped = this.#embedded(parameters).map((x) => this.clips ? Math.min(1, Math.max(-1, x)) : x);
    const lines = splitIn(clipped, this.#maps);
    clear(state + arrays.column.state, (this.#width - 1) * arrays.column.state);
    const values = floatsAt(arrays.placeOf(state, "state", 0, 0), arrays.lines * this.#maps);
    forEachPosition(batch, group, (line, position) => {
      values.set(lines[batch.input[position]!]!, line * this.#maps);
    });
    if (mask === undefined) return;
    const factors = floatsAt(mask, values.length);
    for (let i = 0; i < values.length; i++) values[i]! *= factors[i]!;
  }

  /** How far the embedding of each position exceeds the saturation limit, summed up. */
  excess(parameters: Filters, { batch, group }: Examples): number {
    const excess = splitIn(this.#embedded(parameters), this.#maps).map((line) =>
      line.reduce((sum, x) => sum + Math.max(0, Math.abs(x) - SATURATION_LIMIT), 0)
    );
    let sum = 0;
    forEachPosition(batch, group, (_, position) => sum += excess[batch.input[position]!]!);
    return sum;
  }

  /**
   * Adds the gradient of the embedding to `sums`, from that of the first state in `cell.gradient`. `weight` is the weight
   * of the embedding's excess at each position.
   */
  embedBackward(
    parameters: Filters,
    sums: Filters,
    { batch, group, cell }: Examples,
    mask: number | undefined,
    weight: number,
  ): void {
    const maps = this.#maps;
    const embedded = this.#embedded(parameters);
    const passes = embedded.map((x) => this.clips && Math.abs(x) > 1 ? 0 : 1);
    const slopes = embedded.map((x) => Math.abs(x) > SATURATION_LIMIT ? weight * Math.sign(x) : 0);
    const sum = new Float64Array(embedded.length);
    const gradient = floatsAt(cell.gradient, cell.arrays.lines * maps);
    const factors = mask === undefined ? undefined : floatsAt(mask, gradient.length);
    forEachPosition(batch, group, (line, position) => {
      const first = batch.input[position]! * maps;
      for (let map = 0; map < maps; map++) {
        const i = line * maps + map;
        const d = factors === undefined ? gradient[i]! : gradient[i]! * factors[i]!;
        sum[first + map]! += d * passes[first + map]! + slopes[first + map]!;
      }
    });
    if (!this.clips) sum.fill(0, PAD * maps, (PAD + 1) * maps);
    const { values } = sums;
    const { embedding } = this.layout;
    for (let i = 0; i < sum.length; i++) {
      values[embedding + i]! += sum[i]!;
      if (this.clips) values[embedding + sum.length + i % maps]! += sum[i]!;
    }
  }

  /** What each symbol is embedded as, before it is clipped. */
  #embedded(parameters: Filters): Float32Array {
    const { values } = parameters;
    const size = this.#vocabulary * this.#maps;
    const first = this.layout.embedding;
    const embedded = values.slice(first, first + size);
    if (!this.clips) return embedded.fill(0, PAD * this.#maps, (PAD + 1) * this.#maps);
    return embedded.map((x, i) => x + values[first + size + i % this.#maps]!);
  }

  /** Writes the logits of a state, a line for each of its first column. */
  readOut(parameters: Filters, { arrays }: Cell, state: number, logits: number): void {
    const filter = parameters.start + 4 * this.layout.output;
    const input = arrays.placeOf(state, "state", 0, 0);
    this.#routines.readOut(input, filter, 0, logits, arrays.lines, 1, 0, arrays.line);
  }

  /** The outcome of logits, which are replaced by `weight` times the gradient of the sum of the cross-entropies. */
  judge({ batch, group }: Examples, logits: number, weight: number): Outcome {
    const { outputs } = this.layout.readOut;
    const vocabulary = this.#vocabulary;
    const values = floatsAt(logits, group.length * group.rows.length * outputs);
    const outcome = { loss: 0, sequences: 0, symbols: 0 };
    const right = new Uint8Array(group.rows.length).fill(1);
    forEachPosition(batch, group, (line, position, row) => {
      const first = line * outputs;
      const target = batch.target[position]!;
      let best = 0;
      for (let k = 1; k < vocabulary; k++) if (values[first + k]! > values[first + best]!) best = k;
      const [top, wanted] = [values[first + best]!, values[first + target]!];
      let sum = 0;
      for (let k = first; k < first + vocabulary; k++) sum += values[k] = Math.exp(values[k]! - top);
      outcome.loss += Math.log(sum) + top - wanted;
      for (let k = first; k < first + vocabulary; k++) values[k]! *= weight / sum;
      values[first + target]! -= weight;
      if (best === target) outcome.symbols++;
      else right[row] = 0;
    });
    outcome.sequences = right.reduce((sum, own) => sum + own, 0);
    return outcome;
  }

  /** Writes the gradient of the state to `cell.gradient`, and adds that of the read-out to `sums`. */
  readOutBackward(parameters: Filters, sums: Filters, cell: Cell, state: number, logits: number): void {
    const { arrays, gradient } = cell;
    const { outputs } = this.layout.readOut;
    clear(gradient, arrays.bytes("plain"));
    const flipped = parameters.flipped(this.layout.flippedOutput);
    this.#routines.back(logits, flipped, 0, gradient, arrays.lines, 1, 0, 4 * outputs);
    const filter = sums.start + 4 * this.layout.output;
    const input = arrays.placeOf(state, "state", 0, 0);
    this.#routines.accumulate(input, logits, filter, 0, arrays.lines, arrays.line);
    if (this.clips) this.#routines.accumulateBias(logits, filter, arrays.lines);
  }

  /** Writes the share of each symbol to the examples' lines of `[rows × positions, symbols + 1]`. */
  shares({ batch, group }: Examples, logits: number, shares: Float32Array): void {
    const { outputs } = this.layout.readOut;
    const vocabulary = this.#vocabulary;
    const values = floatsAt(logits, group.length * group.rows.length * outputs);
    forEachPosition(batch, group, (line, position) => {
      const own = values.subarray(line * outputs, line * outputs + vocabulary);
      const top = own.reduce((a, b) => Math.max(a, b));
      let sum = 0;
      for (let k = 0; k < vocabulary; k++) sum += own[k] = Math.exp(own[k]! - top);
      for (let k = 0; k < vocabulary; k++) shares[position * vocabulary + k] = own[k]! / sum;
    });
  }
}

/** Calls `use` for each line of some examples, with its place in the batch and the example's number in the group. */
function forEachPosition(
  { positions }: Batch,
  { rows, length }: Group,
  use: (line: number, position: number, row: number) => void,
): void {
  let line = 0;
  for (let p = 0; p < length; p++) {
    for (let row = 0; row < rows.length; row++) use(line++, rows[row]! * positions + p, row);
  }
}

function splitIn(values: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: values.length / size }, (_, i) => values.subarray(i * size, (i + 1) * size));
}
