/** A run of the recurrence in the form in which the kernels take it: its shape, and what they read besides. */
import { extend, keyOf } from "../../random.ts";
import { dropThreshold } from "../dropout.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { RecurrenceRun } from "../run.ts";
import { NOISE_STREAM } from "../state_noise.ts";
import { onSoftware } from "./gpu.ts";
import type { Block, Inputs } from "./inputs.ts";
import { flopOf, MOST_THREADS, splitOf } from "./split.ts";
import { tilesOf } from "./tile.ts";
import { type KernelOptions, quadsOf } from "./wgsl.ts";

/** The shape of a run: all that texts, sizes and dispatches depend on. */
export interface FusedRun extends KernelOptions {
  /** Rows of the batch. */
  readonly rows: number;
  /** Positions of the state. */
  readonly positions: number;
  /** Applications of a cell to the row with the most steps. */
  readonly applications: number;
  /** Whether several workgroups share a row, one phase of one application at a time. */
  readonly split: boolean;
  /** Invocations of a row. */
  readonly lanes: number;
}

/** Invocations of a workgroup where several share a row. */
const SPLIT_THREADS = 64;

/** Options of the kernels. By default they follow from the device and the work. */
export interface Tuning {
  /** Whether rows are split over several workgroups. */
  readonly split?: boolean | undefined;
  /** Whether the texts are for a software adapter. */
  readonly software?: boolean | undefined;
  /** Bytes of the largest buffer. */
  readonly buffer?: number | undefined;
}

/** The shape of a run. */
export function fusedRun(
  spec: RecurrenceSpec,
  { steps, saturation, dropout, noise, rounds = false }: RecurrenceRun,
  positions: number,
  { software = onSoftware(), split: asked }: Tuning = {},
): FusedRun {
  const rows = steps.length;
  const applications = steps.reduce((most, own) => Math.max(most, own), 0) * spec.layers;
  const tiles = tilesOf(spec, positions);
  const split = asked ?? splitOf({ rows, applications, flop: flopOf(spec, positions), tiles }, software);
  const threads = split ? SPLIT_THREADS : tiles <= 64 ? 64 : tiles <= 128 ? 128 : MOST_THREADS;
  return {
    rows,
    positions,
    applications,
    split,
    threads,
    lanes: split ? Math.ceil(tiles / threads) * threads : threads,
    dropOn: dropout?.on ?? "nowhere",
    noise: noise !== undefined,
    rounds,
    saturation,
    software,
  };
}

/** The number of elements of a state of all rows. */
export function stateSize(spec: RecurrenceSpec, { rows, positions }: FusedRun): number {
  return rows * spec.width * positions * quadsOf(spec) * 4;
}

/** The uniforms that the texts of the recurrence read. */
export function shapeUniforms({ rows, positions, applications, lanes }: FusedRun): Record<string, number> {
  return { rows, positions, applications, lanes };
}

/** What the kernels read of a run besides its shape. */
export const RUN_INPUTS = {
  numbers: {
    // Words of the key, example of the first row, and the bound below which a word drops its unit.
    ...{ dropKey0: "u32", dropKey1: "u32", firstDropped: "i32", threshold: "u32" },
    /** 1/(1 − rate) of dropout. */
    kept: "f32",
    ...{ noiseKey0: "u32", noiseKey1: "u32", firstNoisy: "i32" },
    noiseScale: "f32",
    /** The gradient of the loss by the saturation cost. */
    dCost: "f32",
    /** The gradient of the loss by the cross-entropy of a position. */
    scale: "f32",
    /** 1 over the number of positions of the batch, and over that of its rows. */
    ...{ perPosition: "f32", perRow: "f32" },
  },
  arrays: {
    /** Length, steps, weight in the saturation cost, and 1 where the row has dropout and noise. */
    rows: "vec4<f32>",
    /** Inputs, then targets, by row and position; nothing that the recurrence reads. */
    symbols: "i32",
  },
} as const satisfies Inputs;

const NO_SYMBOLS = new Int32Array(1);

/** The inputs of a run whose first `clean` rows have neither dropout nor noise. `numbers` are those of the loss. */
export function runBlock(
  { lengths, steps, batch, dropout, noise }: RecurrenceRun,
  clean = 0,
  symbols: Int32Array = NO_SYMBOLS,
  numbers: Partial<Record<"dCost" | "scale" | "perPosition" | "perRow", number>> = {},
): Block {
  const rows = new Float32Array(4 * lengths.length);
  lengths.forEach((length, row) => {
    rows.set([length, steps[row]!, 1 / (length * length * batch), row < clean ? 0 : 1], 4 * row);
  });
  const dropKey = dropout ? extend(keyOf(dropout.seed, "dropout"), dropout.trainingStep) : [0, 0] as const;
  const noiseKey = noise ? extend(keyOf(noise.seed, NOISE_STREAM), noise.trainingStep) : [0, 0] as const;
  return {
    numbers: {
      dropKey0: dropKey[0],
      dropKey1: dropKey[1],
      firstDropped: dropout?.firstExample ?? 0,
      threshold: dropout ? dropThreshold(dropout.rate) : 0,
      kept: dropout ? 1 / (1 - dropout.rate) : 1,
      noiseKey0: noiseKey[0],
      noiseKey1: noiseKey[1],
      firstNoisy: noise?.firstExample ?? 0,
      noiseScale: noise?.scale ?? 0,
      ...{ dCost: 0, scale: 0, perPosition: 0, perRow: 0 },
      ...numbers,
    },
    arrays: [rows, symbols],
  };
}

/** Where `dCost` stands in a block, in bytes. */
export const D_COST_AT: number = 4 * Object.keys(RUN_INPUTS.numbers).indexOf("dCost");
