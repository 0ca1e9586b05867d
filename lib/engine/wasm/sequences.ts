/** Inference on plain arrays. It needs no TensorFlow.js, so that it runs in a page of a browser too. */
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { RowSteps } from "../run.ts";
import { Cell } from "./cell.ts";
import { cellAt, Filters } from "./filters.ts";
import { type Group, groupsOf } from "./groups.ts";
import { layoutOf } from "./layout.ts";
import { allocate, release } from "./memory.ts";
import { stagesOf } from "./module.ts";

/** Inference has neither dropout nor a saturation cost. */
const BESIDE = { drops: undefined, saturates: false } as const;

/** A group of examples during the inference: their state, and room for the next one. */
export class Sequence {
  /** The examples. */
  readonly group: Group;
  /** The cell that is applied to them. */
  readonly cell: Cell;
  readonly #spec: RecurrenceSpec;
  readonly #pre: number;
  #state: number;
  #next: number;

  /** Allocates its memory; disposing frees it. */
  constructor(spec: RecurrenceSpec, group: Group) {
    this.#spec = spec;
    this.group = group;
    this.cell = new Cell(spec, group.length, group.rows.length, false);
    const { arrays, preBytes } = this.cell;
    const bytes = arrays.bytes("state");
    try {
      this.#pre = allocate(preBytes + 2 * bytes);
    } catch (error) {
      this.cell[Symbol.dispose]();
      throw error;
    }
    this.#state = this.#pre + preBytes;
    this.#next = this.#state + bytes;
    for (const place of [this.#state, this.#next]) arrays.clearMargins(place);
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    release(this.#pre);
    this.cell[Symbol.dispose]();
  }

  /** Where the state is, after the steps so far. */
  get state(): number {
    return this.#state;
  }

  /** Takes step t. */
  advance({ cells }: Filters, t: number): void {
    const { layers, state_levels } = this.#spec;
    const stages = stagesOf(this.#spec, BESIDE);
    for (let i = t * layers; i < (t + 1) * layers; i++) {
      const buffers = { state: this.#state, pre: this.#pre, mask: 0 };
      this.cell.apply(stages, cells[cellAt(this.#spec, i)]!, buffers, this.#next);
      [this.#state, this.#next] = [this.#next, this.#state];
    }
    if (state_levels > 0) this.cell.round(this.#state);
  }

  /** Copies the state of each example to `[rows, width, positions, maps]`, or from there. */
  copy(how: "load" | "store", values: Float32Array, positions: number): void {
    const size = this.#spec.width * positions * this.#spec.maps;
    this.group.rows.forEach((number, row) =>
      this.cell.arrays[how](this.#state, "state", row, values, number * size, positions)
    );
  }
}

/** Examples during an inference. */
export interface Sequences {
  /** Takes step t of all examples that have so many. */
  advance(t: number): void;
  /** The state as `[rows, width, positions, maps]`. */
  state(): Float32Array;
  /** Frees the memory. */
  dispose(): void;
}

/**
 * Starts an inference from states of `positions` positions, `[rows, width, positions, maps]`. `parameters` begin with those
 * of the recurrence.
 */
export function startSequences(
  spec: RecurrenceSpec,
  run: RowSteps,
  initial: Float32Array,
  positions: number,
  parameters: Float32Array,
): Sequences {
  const filters = new Filters(layoutOf(spec), false);
  const running: Sequence[] = [];
  const dispose = () => [filters, ...running.splice(0)].forEach((own) => own[Symbol.dispose]());
  try {
    filters.write(parameters);
    for (const group of groupsOf(run)) {
      const sequence = new Sequence(spec, group);
      running.push(sequence);
      sequence.copy("load", initial, positions);
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    advance(t) {
      for (const sequence of running) if (t < sequence.group.steps) sequence.advance(filters, t);
    },
    state() {
      const last = new Float32Array(initial.length);
      for (const sequence of running) sequence.copy("store", last, positions);
      return last;
    },
    dispose,
  };
}
