/** What a benchmark times, and what it leaves out because it would take too long or too much memory. */
import type { Backend } from "../engine/backend.ts";
import { kernelsOf } from "../engine/backends.ts";
import { reference } from "../engine/reference/kernels.ts";
import { recurrenceSpec } from "../model/parameters.ts";
import type { Configuration } from "../model/configuration.ts";
import { findPreset, resolve } from "../model/presets.ts";
import { problems } from "../problems/mod.ts";
import { type CellKind, cellOf } from "../cells/table.ts";
import type { Cell } from "../cells/cell.ts";
import { SHARD } from "../engine/tape.ts";
import { type BenchRow, presetName, type Workload } from "./report.ts";
import { TURNS } from "./turns.ts";

/** A way to compute a training step: with tfjs's own tape, or as the toolkit does. */
export type Variant = "tape" | "fused";

/** All that is timed where the machine is fast enough, the smallest first: their times predict those of larger ones. */
export const WORKLOADS: readonly Workload[] = [
  ...[32, 48, 96].map((maps) => ({ preset: "default", maps })),
  { preset: "paper", maps: 24 },
].flatMap((shape) => [5, 20].flatMap((size) => [32, 256].map((batch) => ({ ...shape, size, batch }))))
  .sort((a, b) => forwardFlop(a) - forwardFlop(b));

const BASE_WORKLOADS: readonly Workload[] = [
  { preset: "default", maps: 32, size: 20, batch: 32 },
  { preset: "default", maps: 48, size: 20, batch: 32 },
  { preset: "paper", maps: 24, size: 5, batch: 32 },
];

/**
 * The workloads that are timed however long they take. There are none on a backend without kernels, where each takes
 * minutes.
 */
export function baseWorkloads({ name }: Backend): readonly Workload[] {
  return kernelsOf(name) === reference ? [] : BASE_WORKLOADS;
}

/** The workloads of the default preset, each with its own cell and then with another one. */
export function withCell(workloads: readonly Workload[], cell: CellKind | Cell): Workload[] {
  return workloads.filter(({ preset }) => preset === "default").flatMap((of) => [of, { ...of, cell }]);
}

/** Whether two workloads, or the rows of two, are the same. */
export function sameWorkload(a: Workload, b: Workload): boolean {
  return presetName(a) === presetName(b) && a.maps === b.maps && a.size === b.size && a.batch === b.batch;
}

/** A workload as people read it. */
export function workloadName(of: Workload): string {
  return `${presetName(of)}, m = ${of.maps}, size ${of.size}, batch ${of.batch}`;
}

/** The configuration whose training step is timed. */
export function configurationOf({ preset, maps, size, cell }: Workload): Configuration {
  return resolve(findPreset(preset), problems.badd!, {
    maps,
    max_size: size,
    ...(cell !== undefined && { cell }),
  });
}

/** Positions of `x+y`, which is also the number of steps without extra ones. */
function lengthOf({ size }: Workload): number {
  return 2 * size + 1;
}

/** Floating-point operations of the convolutions in one forward pass; a backward pass has twice as many. */
export function forwardFlop(of: Workload): number {
  const configuration = configurationOf(of);
  const spec = recurrenceSpec(configuration);
  const { kernel_width, kernel_length, maps, width, layers } = spec;
  const perPosition = 2 * cellOf(spec).banks.length * kernel_width * kernel_length * maps * maps;
  const steps = lengthOf(of) + configuration.extra_steps;
  return perPosition * width * lengthOf(of) * steps * layers * of.batch;
}

/** Which variants are timed on a workload, and why the others are not. */
export interface Choice {
  /** Those that are timed. */
  readonly variants: readonly Variant[];
  /** The others, each with what it would take. */
  readonly leftOut: readonly string[];
}

/** The share of the time left that one variant may take on one workload, so that some is left for others. */
const SHARE = 1 / 3;

/** Chooses the variants to time on a workload, in the order given, by the rows known so far and the seconds left. */
export function choose(
  of: Workload,
  variants: readonly Variant[],
  { backend, rows, seconds }: {
    readonly backend: Backend;
    readonly rows: readonly BenchRow[];
    readonly seconds: number;
  },
): Choice {
  const chosen: Variant[] = [];
  const leftOut: string[] = [];
  let left = seconds;
  for (const variant of variants) {
    const [bytes, time] = [predictedBytes(of, variant, backend), predictedSeconds(of, variant, rows)];
    if (bytes > backend.memory.total) leftOut.push(`${variant} (about ${(bytes / 1e9).toFixed(1)} GB)`);
    else if (time > left * SHARE) leftOut.push(`${variant} (about ${time.toFixed(0)} s)`);
    else {
      chosen.push(variant);
      left -= time;
    }
  }
  return { variants: chosen, leftOut };
}

/** The least that one turn of a forward pass and one of a step take together, in seconds. */
const SHORTEST_TURN = 0.3;

/**
 * Seconds that all turns of a variant will take, if it computes as fast as it did on the most similar workload, one of
 * the same preset and cell if there is one. 0 where the variant has not been timed yet.
 */
export function predictedSeconds(of: Workload, variant: Variant, rows: readonly BenchRow[]): number {
  const distance = (row: BenchRow) =>
    (presetName(row) === presetName(of) ? 0 : 100) + Math.abs(Math.log(forwardFlop(row) / forwardFlop(of)));
  const [nearest] = rows
    .filter((row) => row.phase === "step" && row.variant === variant)
    .sort((a, b) => distance(a) - distance(b));
  if (nearest === undefined) return 0;
  const flopOfTurn = 4 * forwardFlop(of); // a forward pass, and a step, which is three times as much
  return (1 + TURNS.most) * Math.max(SHORTEST_TURN, flopOfTurn / nearest.gflops / 1e9);
}

/** States that a gradient holds at once for each application of a cell, as measured. */
const STATES_HELD: Readonly<Record<Variant, number>> = { tape: 150, fused: 14 };

function predictedBytes(of: Workload, variant: Variant, { name }: Backend): number {
  const { maps, width, layers } = recurrenceSpec(configurationOf(of));
  const sharded = variant === "fused" && kernelsOf(name).capacity.threads;
  const rows = sharded ? Math.min(SHARD, of.batch) : of.batch;
  return 4 * rows * width * lengthOf(of) * maps * layers * lengthOf(of) * STATES_HELD[variant];
}
