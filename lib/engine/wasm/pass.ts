/**
 * The recurrence for a group of examples, forward and backward. What a cell computes between its convolutions is printed
 * from its formulas, see stages.ts.
 */
import { bankCount, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { extend, type Key, keyOf } from "../../random.ts";
import { dropThreshold } from "../dropout.ts";
import type { RecurrenceRun } from "../run.ts";
import { noiseKey } from "../state_noise.ts";
import { type ApplicationBuffers, Cell } from "./cell.ts";
import { cellAt, type Filters } from "./filters.ts";
import type { Group } from "./groups.ts";
import { allocate, floatsAt, release } from "./memory.ts";
import { type Stages, stagesOf } from "./module.ts";

/** The most bytes of a trajectory that has pre-activations; beyond that only states are kept for the backward pass. */
export const MEMORY_BUDGET = 1e9;

/** A run of a group of examples, which keeps what the backward pass needs. */
export class Pass {
  /** The memory that all applications share. */
  readonly cell: Cell;
  /** The examples. */
  readonly group: Group;
  readonly #spec: RecurrenceSpec;
  readonly #run: RecurrenceRun;
  readonly #applications: number;
  /** Where the states are, from the initial one to the last. */
  readonly #states: number;
  /** Whether the pre-activations of each application are kept, and not one for all, to be computed again. */
  readonly #keepsPre: boolean;
  /** Where the pre-activations are, and a dropout mask. */
  readonly #pre: number;
  readonly #mask: number;
  /** The key of the dropout. */
  readonly #key: Key | undefined;

  /** Allocates its memory; disposing frees it. Pre-activations are kept where they fit in the budget. */
  constructor(spec: RecurrenceSpec, run: RecurrenceRun, group: Group, keepsPre: boolean) {
    this.#spec = spec;
    this.#run = run;
    this.group = group;
    this.#keepsPre = keepsPre;
    const { dropout } = run;
    this.#key = dropout && extend(keyOf(dropout.seed, "dropout"), dropout.trainingStep);
    this.cell = new Cell(spec, group.length, group.rows.length, true);
    const { arrays, preBytes } = this.cell;
    const [stateBytes, plainBytes] = [arrays.bytes("state"), arrays.bytes("plain")];
    const applications = this.#applications = group.steps * spec.layers;
    // Where applications are computed again, the state after each goes beyond the last one.
    const states = (applications + 2) * stateBytes;
    try {
      this.#states = allocate(states + (keepsPre ? applications : 1) * preBytes + plainBytes);
    } catch (error) {
      this.cell[Symbol.dispose]();
      throw error;
    }
    this.#mask = this.#states + states;
    this.#pre = this.#mask + plainBytes;
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    release(this.#states);
    this.cell[Symbol.dispose]();
  }

  /** Where the state before the first step is. */
  get first(): number {
    return this.#states;
  }

  /** Where the state after the last step is. */
  get last(): number {
    return this.#stateAt(this.#applications);
  }

  /** The saturation cost. */
  get cost(): number {
    const sums = floatsAt(this.cell.cost, 4);
    return (sums[0]! + sums[1]! + sums[2]! + sums[3]!) * this.#costWeight;
  }

  /** The weight of each unit in the saturation cost. */
  get #costWeight(): number {
    return 1 / (this.group.length ** 2 * this.#run.batch);
  }

  #stateAt(application: number): number {
    return this.#states + application * this.cell.arrays.bytes("state");
  }

  /** Computes the states from the first one. */
  forward({ cells }: Filters): void {
    const { cell } = this;
    for (let i = 0; i <= this.#applications; i++) cell.arrays.clearMargins(this.#stateAt(i));
    for (let i = 0; i < this.#applications; i++) {
      const next = this.#stateAt(i + 1);
      this.#drawMask(i);
      cell.apply(
        this.#stages(i, this.#run.saturation),
        cells[cellAt(this.#spec, i)]!,
        this.#buffers(i),
        next,
      );
      this.#endStep(i, next);
    }
  }

  /**
   * Turns `cell.gradient` from that of the last state into that of the first one, and adds the gradients of the filters to
   * `sums`. `weight` is the weight of the saturation cost.
   */
  backward({ cells }: Filters, sums: Filters, weight: number): void {
    const { cell } = this;
    const saturates = weight !== 0;
    for (let i = this.#applications - 1; i >= 0; i--) {
      const own = cellAt(this.#spec, i);
      const buffers = this.#buffers(i);
      this.#drawMask(i);
      if (!this.#keepsPre) {
        cell.apply(this.#stages(i, false), cells[own]!, buffers, this.#stateAt(this.#applications + 1));
      }
      const stages = this.#stages(i, saturates);
      cell.differentiate(stages, cells[own]!, sums.cells[own]!, buffers, weight * this.#costWeight);
    }
  }

  #buffers(i: number): ApplicationBuffers {
    const pre = this.#pre + (this.#keepsPre ? i * this.cell.preBytes : 0);
    return { state: this.#stateAt(i), pre, mask: this.#mask };
  }

  #endsStep(i: number): boolean {
    return i % this.#spec.layers === this.#spec.layers - 1;
  }

  /** What is dropped in application i. */
  #drops(i: number): "candidate" | "state" | undefined {
    const { dropout } = this.#run;
    return dropout?.on === "state" && !this.#endsStep(i) ? undefined : dropout?.on;
  }

  #stages(i: number, saturates: boolean): Stages {
    return stagesOf(this.#spec, { drops: this.#drops(i), saturates });
  }

  /** Draws the dropout mask of application i. */
  #drawMask(i: number): void {
    if (this.#drops(i) !== undefined) {
      const layer = this.#run.dropout!.on === "state" ? 0 : i % this.#spec.layers;
      this.drop(layer, Math.floor(i / this.#spec.layers));
    }
  }

  /** Draws the dropout mask of a layer at step t, which is overwritten by the next one, and returns its place. */
  drop(layer: number, t: number): number {
    const { rate, firstExample } = this.#run.dropout!;
    const [threshold, kept] = [dropThreshold(rate), Math.fround(1 / (1 - rate))];
    this.group.rows.forEach((number, row) => {
      const key = extend(this.#key!, firstExample + number, layer, t);
      this.cell.dropMask(this.#mask, row, (column) => extend(key, column), threshold, kept);
    });
    return this.#mask;
  }

  /** Adds the run's noise to the state after application i, and rounds it, where that ends a step. */
  #endStep(i: number, state: number): void {
    if (!this.#endsStep(i)) return;
    const { noise, rounds } = this.#run;
    const { layers, state_levels } = this.#spec;
    if (noise !== undefined) {
      this.group.rows.forEach((number, row) => {
        const key = noiseKey(noise, number, Math.floor(i / layers));
        this.cell.addNoise(state, row, (column) => extend(key, column), Math.fround(noise.scale));
      });
    }
    if (rounds && state_levels > 0) this.cell.round(state);
  }
}

/** About how many bytes a run takes that keeps all pre-activations. */
export function bytesToKeep(spec: RecurrenceSpec, groups: readonly Group[]): number {
  const perPosition = 4 * (1 + bankCount(spec)) * spec.width * spec.maps;
  return groups.reduce(
    (sum, { rows, length, steps }) => sum + rows.length * steps * spec.layers * length * perPosition,
    0,
  );
}
