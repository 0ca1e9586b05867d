import { tf } from "../../deps.ts";
import { extend, keyOf } from "../../random.ts";
import { dropThreshold } from "../dropout.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { RecurrenceRun } from "../run.ts";
import { NOISE_STREAM } from "../state_noise.ts";
import { bitsOf, onSoftware } from "./program.ts";
import { flopOf, MOST_THREADS, splitOf } from "./split.ts";
import { tilesOf } from "./tile.ts";
import type { KernelOptions } from "./wgsl.ts";

/** A run in the form in which the kernels read it. */
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
  /** `[rows, 4]`: length, steps, weight in the saturation cost, 1 where the row has dropout and noise. */
  readonly rowInfo: tf.Tensor2D;
  /** Words of the dropout's key, first example, threshold, and the bits of 1/keep. */
  readonly dropout: readonly [
    key0: number,
    key1: number,
    firstExample: number,
    threshold: number,
    kept: number,
  ];
  /** Words of the noise's key, first example, and the bits of its scale. */
  readonly stateNoise: readonly [key0: number, key1: number, firstExample: number, scale: number];
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

/** Prepares a run whose first `clean` rows have neither dropout nor noise. The caller frees `rowInfo`. */
export function fusedRun(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  positions: number,
  clean = 0,
  { software = onSoftware(), split: asked }: Tuning = {},
): FusedRun {
  const { lengths, steps, batch, saturation, dropout, noise, rounds = false } = run;
  const rows = lengths.length;
  const applications = steps.reduce((most, own) => Math.max(most, own), 0) * spec.layers;
  const info = lengths.flatMap((length, row) => [
    length,
    steps[row]!,
    1 / (length * length * batch),
    row < clean ? 0 : 1,
  ]);
  const tiles = tilesOf(spec, positions);
  const split = asked ?? splitOf({ rows, applications, flop: flopOf(spec, positions), tiles }, software);
  const threads = split ? SPLIT_THREADS : tiles <= 64 ? 64 : tiles <= 128 ? 128 : MOST_THREADS;
  const [key0, key1] = dropout ? extend(keyOf(dropout.seed, "dropout"), dropout.trainingStep) : [0, 0];
  const noiseKey = noise ? extend(keyOf(noise.seed, NOISE_STREAM), noise.trainingStep) : [0, 0] as const;
  return {
    rows,
    positions,
    applications,
    split,
    threads,
    lanes: split ? Math.ceil(tiles / threads) * threads : threads,
    rowInfo: tf.keep(tf.tensor2d(info, [rows, 4])),
    dropOn: dropout?.on ?? "nowhere",
    noise: noise !== undefined,
    rounds,
    saturation,
    software,
    dropout: [
      key0,
      key1,
      dropout?.firstExample ?? 0,
      dropout ? dropThreshold(dropout.rate) : 0,
      bitsOf(dropout ? 1 / (1 - dropout.rate) : 1),
    ],
    stateNoise: [...noiseKey, noise?.firstExample ?? 0, bitsOf(noise?.scale ?? 0)],
  };
}

/** The uniforms that describe a run. */
export function runUniforms(run: FusedRun): Record<string, number> {
  const [dropKey0, dropKey1, firstExample, threshold, kept] = run.dropout;
  const [noiseKey0, noiseKey1, firstNoisy, noiseScale] = run.stateNoise;
  const { rows, positions, applications, lanes } = run;
  return {
    ...{ rows, positions, applications, lanes },
    ...{ dropKey0, dropKey1, firstExample, threshold, kept },
    ...{ noiseKey0, noiseKey1, firstNoisy, noiseScale },
  };
}
