/** Inference on plain arrays. It needs no TensorFlow.js, so that it runs in a page of a browser too. */
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { RowSteps } from "../run.ts";
import { type ApplicationBuffers, Cell } from "./cell.ts";
import { allocate, release } from "./memory.ts";
import { cellAt, filled } from "./filters.ts";

/** An example during the inference: its state, and room for the next one. */
interface Row {
  readonly cell: Cell;
  state: number;
  next: number;
  readonly buffers: Omit<ApplicationBuffers, "state">;
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
 * Starts an inference from states of `positions` positions, `[rows, width, positions, maps]`. Examples are computed one
 * after the other, each for its own length and steps.
 */
export function startSequences(
  spec: RecurrenceSpec,
  run: RowSteps,
  initial: Float32Array,
  positions: number,
  parameters: Float32Array,
): Sequences {
  const filters = filled(spec, parameters, ["forward"]);
  const blocks: number[] = [];
  const cells = new Map<number, Cell>();
  const dispose = () => {
    filters[Symbol.dispose]();
    blocks.forEach(release);
    cells.forEach((cell) => cell[Symbol.dispose]());
  };
  const block = (bytes: number): number => {
    const start = allocate(bytes);
    blocks.push(start);
    return start;
  };
  /** Examples of one length share a cell, and the buffers of an application, which only a backward pass would read. */
  const cellOfLength = (length: number): Cell => {
    const cell = cells.get(length) ?? new Cell(spec, length, false);
    cells.set(length, cell);
    return cell;
  };
  const rowSize = spec.width * positions * spec.maps;
  let rows: Row[];
  try {
    const largest = cellOfLength(run.lengths.reduce((most, length) => Math.max(most, length), 1));
    const buffers = { pre: block(largest.preBytes) };
    rows = run.lengths.map((length, row) => {
      const cell = cellOfLength(length);
      const [state, next] = [block(cell.stateBytes), block(cell.stateBytes)];
      cell.clearMargins(state);
      cell.clearMargins(next);
      cell.load(state, "state", initial, row * rowSize, positions);
      return { cell, state, next, buffers };
    });
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    advance(t) {
      rows.forEach((row, index) => {
        if (t >= run.steps[index]!) return;
        const { cell, buffers } = row;
        const ones = { candidate: cell.ones, state: cell.ones };
        for (let i = t * spec.layers; i < (t + 1) * spec.layers; i++) {
          const own = filters.cells[cellAt(spec, i)]!;
          cell.apply(own, { state: row.state, ...buffers }, row.next, ones);
          [row.state, row.next] = [row.next, row.state];
        }
        if (spec.state_levels > 0) cell.round(row.state);
      });
    },
    state() {
      const last = new Float32Array(run.lengths.length * rowSize);
      rows.forEach(({ cell, state }, row) => cell.store(state, "state", last, row * rowSize, positions));
      return last;
    },
    dispose,
  };
}
