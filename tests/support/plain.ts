/**
 * The recurrence and the loss in plain JavaScript, in double precision, as the papers write it: Kaiser & Sutskever
 * 2015, section 2 (`cgru`), Freivalds & Liepins 2017 (`diagonal`), and by the formulas of any other cell. Each row is
 * computed by itself, on its own positions and for its own steps: neither padding nor neighbours can matter.
 */
import type { Network } from "../../lib/model/network.ts";
import type { Dropout, RecurrenceRun } from "../../lib/engine/run.ts";
import type { tf } from "../../lib/deps.ts";
import { type Batch, PAD } from "../../lib/model/batch.ts";
import { dropoutMask, INPUT_LAYER } from "../../lib/engine/dropout.ts";
import { type Found, type Image, plainCell } from "./plain_cell.ts";
import { cellOf } from "../../lib/cells/table.ts";
import { bankCount, type RecurrenceSpec } from "../../lib/model/recurrence_spec.ts";
import { stateNoise } from "../../lib/engine/state_noise.ts";

/** What the recurrence yields. */
export interface PlainResult {
  /** The last state, `[batch, width, positions, maps]`, zero in the padding. */
  readonly state: Float64Array;
  /** The saturation cost. */
  readonly cost: number;
  /** Every pre-activation on the way, in a fixed order. */
  readonly pre: readonly number[];
  /** How far a cell of one's own has been from the nearest kink of its formulas. */
  readonly fromKink: number;
}

/** The recurrence of a batch whose states have `positions` positions. */
export function plainRecurrence(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  positions: number,
  initial: ArrayLike<number>,
  parameters: ArrayLike<number>,
): PlainResult {
  const { width, maps } = spec;
  const state = new Float64Array(initial.length);
  const pre: number[] = [];
  const found: Found = { pre, fromKink: Infinity };
  let cost = 0;
  run.lengths.forEach((length, row) => {
    const image = Array.from({ length: width }, (_, y) => {
      const start = (row * width + y) * positions * maps;
      return Float64Array.from({ length: length * maps }, (_, i) => initial[start + i]!);
    });
    const first = pre.length;
    plainRow(spec, run, row, image, parameters, found).forEach((column, y) =>
      state.set(column, (row * width + y) * positions * maps)
    );
    for (let i = first; run.saturation && i < pre.length; i++) {
      cost += Math.max(0, Math.abs(pre[i]!) - 0.9) / (length ** 2 * run.batch);
    }
  });
  return { state, cost, ...found };
}

const zip = (a: Image, b: Image, f: (a: number, b: number) => number): Image =>
  a.map((column, y) => column.map((value, i) => f(value, b[y]![i]!)));
const map = (a: Image, f: (a: number) => number): Image => a.map((column) => column.map(f));
const times = (a: Image, b: Image): Image => zip(a, b, (a, b) => a * b);

const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));
const formulas = {
  cgru: {
    gate: (x: number, cutoff: number) => clip((1 + 2 * cutoff) / (1 + Math.exp(-x)) - cutoff, 0, 1),
    candidate: Math.tanh,
  },
  diagonal: {
    gate: (x: number) => clip(0.5 * x + 0.5, 0, 1),
    candidate: (x: number) => clip(x, -1, 1),
  },
} as const;

function plainRow(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  row: number,
  image: Image,
  parameters: ArrayLike<number>,
  found: Found,
): Image {
  const { dropout, noise } = run;
  const drop = (on: "candidate" | "state", layer: number, t: number, x: Image): Image =>
    dropout?.on === on
      ? times(x, masks({ ...dropout, firstExample: dropout.firstExample + row }, layer, t, x, spec.maps))
      : x;
  let s = image;
  for (let t = 0; t < run.steps[row]!; t++) {
    for (let layer = 0; layer < spec.layers; layer++) {
      const cell = (t % spec.sets) * spec.layers + layer;
      const convolved = (bank: number, x: Image) => {
        const result = convolve(spec, parameters, bankCount(spec) * cell + bank, x);
        if (cellOf(spec).banks[bank]!.saturates !== false) {
          for (const column of result) found.pre.push(...column);
        }
        return result;
      };
      if (typeof spec.cell !== "string") {
        const ones = map(s, () => 1);
        s = plainCell(
          spec,
          s,
          convolved,
          drop("candidate", layer, t, ones),
          diagonalShift(s, spec.maps),
          found,
        );
        continue;
      }
      const { gate, candidate } = formulas[spec.cell];
      const r = map(convolved(0, s), (x) => gate(x, spec.gate_cutoff));
      const g = map(convolved(1, s), (x) => gate(x, spec.gate_cutoff));
      const c = drop("candidate", layer, t, map(convolved(2, times(r, s)), candidate));
      const carried = spec.cell === "diagonal" ? diagonalShift(s, spec.maps) : s;
      s = zip(times(g, carried), times(map(g, (g) => 1 - g), c), (a, b) => a + b);
    }
    s = drop("state", 0, t, s);
    if (noise !== undefined) {
      const own = { ...noise, firstExample: noise.firstExample + row };
      s = zip(s, drawn(s, spec.maps, (shape) => stateNoise(own, t, shape)), (a, b) => a + b);
    }
  }
  return s;
}

/** The toolkit's own dropout mask for one row. */
function masks(
  dropout: Dropout,
  layer: number,
  t: number,
  x: Image,
  maps: number,
): Image {
  return drawn(x, maps, (shape) => dropoutMask(dropout, layer, t, shape));
}

/** What the toolkit draws for an image of the shape of `x`. */
function drawn(
  x: Image,
  maps: number,
  draw: (shape: [rows: number, width: number, positions: number, maps: number]) => tf.Tensor4D,
): Image {
  const size = x[0]!.length;
  const tensor = draw([1, x.length, size / maps, maps]);
  const values = tensor.dataSync();
  tensor.dispose();
  return x.map((_, y) => Float64Array.from(values.subarray(y * size, (y + 1) * size)));
}

/** Bank number `bank` of the flat parameter vector over an image, zeros around it, bias included. */
function convolve(spec: RecurrenceSpec, parameters: ArrayLike<number>, bank: number, x: Image): Image {
  const { kernel_width, kernel_length, maps } = spec;
  const filterSize = kernel_width * kernel_length * maps * maps;
  const start = bank * (filterSize + maps);
  return x.map((column, y) =>
    column.map((_, place) => {
      const [k, out] = [Math.floor(place / maps), place % maps];
      let sum = parameters[start + filterSize + out]!;
      for (let i = 0; i < kernel_width; i++) {
        const source = x[y + i - (kernel_width - 1) / 2];
        if (source === undefined) continue;
        for (let j = 0; j < kernel_length; j++) {
          const from = k + j - (kernel_length - 1) / 2;
          if (from < 0 || from >= column.length / maps) continue;
          for (let m = 0; m < maps; m++) {
            const weight = start + ((i * kernel_length + j) * maps + m) * maps + out;
            sum += parameters[weight]! * source[from * maps + m]!;
          }
        }
      }
      return sum;
    })
  );
}

/** One third of the maps, rounded down, moves one position up, the next third one position down. */
function diagonalShift(s: Image, maps: number): Image {
  const third = Math.floor(maps / 3);
  return s.map((column) =>
    column.map((value, place) => {
      const m = place % maps;
      if (m < third) return column[place - maps] ?? 0;
      return m < 2 * third ? column[place + maps] ?? 0 : value;
    })
  );
}

/** What the loss of a batch is made of. */
export interface PlainLoss {
  /** Mean over the positions of −log p(target). */
  readonly crossEntropy: number;
  /** The saturation cost, the embedding's included where it counts. */
  readonly saturation: number;
  /** Every pre-activation on the way, in a fixed order. */
  readonly pre: readonly number[];
  /** As in {@linkcode PlainResult}. */
  readonly fromKink: number;
}

/** The loss of a whole batch, as a function of the flat parameter vector. */
export function plainLoss(
  network: Network,
  parameters: ArrayLike<number>,
  batch: Batch,
  dropout: Dropout | undefined,
): PlainLoss {
  const { spec, symbols, table } = network;
  const { maps, width } = spec;
  const { rows, positions, lengths, steps, input, target } = batch;
  const diagonal = cellOf(spec).cell.frame === "diagonal";
  const part = (name: string) => {
    const { offset, size } = table.find((entry) => entry.name === name)!;
    return Array.from({ length: size }, (_, i) => parameters[offset + i]!);
  };
  const embedding = part("embedding.weight");
  const bias = diagonal ? part("embedding.bias") : [];
  const pre: number[] = [];
  let saturation = 0;
  const initial = new Float64Array(rows * width * positions * maps);
  lengths.forEach((length, row) => {
    const image = Float64Array.from({ length: length * maps }, (_, place) => {
      const [k, m] = [Math.floor(place / maps), place % maps];
      const symbol = input[row * positions + k]!;
      if (!diagonal) return symbol === PAD ? 0 : embedding[symbol * maps + m]!;
      const x = embedding[symbol * maps + m]! + bias[m]!;
      pre.push(x);
      if (network.embeddingSaturation) saturation += Math.max(0, Math.abs(x) - 0.9) / (length * rows);
      return clip(x, -1, 1);
    });
    const own = dropout && { ...dropout, firstExample: dropout.firstExample + row };
    const dropped = diagonal && own?.on === "candidate"
      ? times([image], masks(own, INPUT_LAYER, 0, [image], maps))[0]!
      : image;
    initial.set(dropped, row * width * positions * maps);
  });

  const run = { lengths, steps, batch: rows, saturation: true, dropout };
  const result = plainRecurrence(spec, run, positions, initial, parameters);
  const output = part("output.weight");
  const outputBias = diagonal ? part("output.bias") : [];
  let [surprise, counted] = [0, 0];
  lengths.forEach((length, row) => {
    for (let k = 0; k < length; k++) {
      const cell = (row * width * positions + k) * maps;
      const logits = Array.from({ length: symbols.length + 1 }, (_, symbol) => {
        let sum = outputBias[symbol] ?? 0;
        for (let m = 0; m < maps; m++) {
          sum += result.state[cell + m]! * output[m * (symbols.length + 1) + symbol]!;
        }
        return sum;
      });
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      surprise += Math.log(total) - logits[target[row * positions + k]!]!;
      counted++;
    }
  });
  return {
    crossEntropy: surprise / counted,
    saturation: saturation + result.cost,
    pre: [...pre, ...result.pre],
    fromKink: result.fromKink,
  };
}

/** The pre-activations at which a cell's formulas or the saturation cost have a kink. */
export function kinks({ cell, gate_cutoff }: RecurrenceSpec): readonly number[] {
  if (typeof cell !== "string") return [-0.9, 0.9];
  // (1 + 2 cutoff) σ(x) − cutoff reaches 1 where σ(x) = (1 + cutoff)/(1 + 2 cutoff): never for a plain sigmoid.
  const clipped = cell === "diagonal" ? 1 : Math.log((1 + gate_cutoff) / gate_cutoff);
  return [-clipped, -0.9, 0.9, clipped];
}

/** Whether a pre-activation lies on different sides of a kink in two runs. */
export function crossed(spec: RecurrenceSpec, a: readonly number[], b: readonly number[]): boolean {
  return kinks(spec).some((kink) => a.some((x, i) => (x < kink) !== (b[i]! < kink)));
}

/** The distance of the pre-activation that is nearest to a kink, or what is nearest to one within the formulas. */
export function clearance(
  spec: RecurrenceSpec,
  { pre, fromKink }: Pick<PlainResult, "pre" | "fromKink">,
): number {
  return kinks(spec).reduce(
    (least, kink) => pre.reduce((least, x) => Math.min(least, Math.abs(x - kink)), least),
    fromKink,
  );
}
