import { tf } from "../../deps.ts";
import type { StartStepper } from "../kernels.ts";
import { type ApplicationBuffers, Cell } from "./cell.ts";
import { allocate, release } from "./memory.ts";
import { cellOf, filled } from "./recurrence.ts";

/** An example during the inference: its state, and room for the next one. */
interface Row {
  readonly cell: Cell;
  state: number;
  next: number;
  readonly buffers: Omit<ApplicationBuffers, "state">;
}

/** Inference by the kernels of cell.ts, which compute one example after the other. */
export const wasmStepper: StartStepper = (spec, run, initial, parameters) => {
  const filters = filled(spec, parameters, ["gates", "candidate"]);
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
  const stride = initial.shape[2];
  const rowSize = spec.width * stride * spec.maps;
  let rows: Row[];
  try {
    const values = initial.dataSync<"float32">();
    const largest = cellOfLength(run.lengths.reduce((most, length) => Math.max(most, length), 1));
    const buffers = { gates: block(largest.gatesBytes), candidate: block(largest.plainBytes) };
    rows = run.lengths.map((length, row) => {
      const cell = cellOfLength(length);
      const [state, next] = [block(cell.stateBytes), block(cell.stateBytes)];
      cell.clearMargins(state);
      cell.clearMargins(next);
      cell.load(state, "state", values, row * rowSize, stride);
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
          const own = filters.cells[cellOf(spec, i)]!;
          cell.apply(own, { state: row.state, ...buffers }, row.next, ones);
          [row.state, row.next] = [row.next, row.state];
        }
        if (spec.state_levels > 0) cell.round(row.state);
      });
      return 1;
    },
    settle: () => Promise.resolve(),
    end() {
      const last = new Float32Array(run.lengths.length * rowSize);
      rows.forEach(({ cell, state }, row) => cell.store(state, "state", last, row * rowSize, stride));
      return tf.tensor4d(last, initial.shape);
    },
    dispose,
  };
};
