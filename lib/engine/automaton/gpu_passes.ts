/**
 * Passes of an automaton over many rows in WebGPU. The rows stand in one line of words, each of which holds several cells,
 * with the border between them. A workgroup takes a part of the line, with a halo to both sides, through several steps in
 * its own memory. In each step an invocation reads the cells of its word and those beside it by the machine, one look-up
 * after the other, and the part whose cells are known becomes smaller by the words that a rule sees.
 *
 * A cell without a rule becomes the border and remains it, as no rule makes another state of the border.
 */
import type { Machine } from "../../automaton/machine.ts";
import { BORDER } from "../../automaton/rule_table.ts";
import { backend } from "../webgpu/gpu.ts";
import { type Sequence, words } from "../webgpu/program.ts";
import { ReadBack } from "../webgpu/read_back.ts";
import { Commands, runOnce } from "../webgpu/recording.ts";

/** Invocations of a workgroup, and so the words of a part with its halo. */
const THREADS = 256;
/** The share of these words that the halo may have at each side. */
const HALO_SHARE = 1 / 8;
/** Bits of a word. */
const WORD = 32;
/** Cells that are computed between two looks at the row. */
const TURN = 2 ** 28;

/** A row on its way through its steps. */
export interface Run {
  /** The row, which changes. */
  readonly row: Int32Array<ArrayBuffer>;
  /** Steps that it takes. */
  readonly steps: number;
  /** Steps that it has taken. */
  done: number;
}

/** How the line is laid out, and how many steps a pass takes. */
interface Shape {
  /** Bits of a cell. */
  readonly width: number;
  /** Cells of a word. */
  readonly cells: number;
  /** Words to each side that a rule sees. */
  readonly beside: number;
  /** Steps of a pass. */
  readonly together: number;
}

/** Takes rows of an automaton through steps on the device of the WebGPU backend. */
export class GpuPasses {
  readonly #machine: Machine;
  readonly #radius: number;
  readonly #shape: Shape;
  readonly #table: GPUBuffer;
  readonly #readBack: ReadBack;
  readonly #turn: number;

  /**
   * Takes the table of a machine whose rules see `radius` cells to each side to the device. Only tests give another `turn`.
   */
  constructor(machine: Machine, radius: number, turn: number = TURN) {
    const { device } = backend();
    const width = 2 ** Math.ceil(Math.log2(Math.max(1, machine.bits)));
    const cells = WORD / width;
    const beside = Math.ceil(radius / cells);
    const together = Math.floor(THREADS * HALO_SHARE / Math.max(1, beside));
    this.#machine = machine;
    this.#turn = turn;
    this.#radius = radius;
    this.#shape = { width, cells, beside, together };
    this.#table = bufferWith(machine.entries);
    this.#readBack = new ReadBack(device);
  }

  /**
   * Takes rows through what is left of their steps, all of them together, and calls `onTurn` from time to time. It ends
   * early, some steps before, where a row meets a neighbourhood without a rule.
   */
  async advance(all: readonly Run[], onTurn: () => Promise<void>): Promise<void> {
    const runs = all.filter(({ steps, done }) => done < steps);
    if (runs.length === 0) return;
    const { cells, together } = this.#shape;
    const most = runs.reduce((most, { steps, done }) => Math.max(most, steps - done), 0);
    const { places, line, lefts } = this.#lineOf(runs);
    const lines = [bufferWith(line), bufferWith(line)];
    const fixed = bufferWith(lefts);
    const passes = Math.ceil(this.#turn / (line.length * cells * together));
    try {
      for (let pass = 0; pass * together < most;) {
        const sequences: Sequence[] = [];
        for (; sequences.length < passes && pass * together < most; pass++) {
          const [before, after] = [lines[pass % 2]!, lines[1 - pass % 2]!];
          sequences.push(this.#sequence(before, after, fixed, line.length, pass * together));
        }
        runOnce(sequences);
        const commands = new Commands(backend().device);
        const { buffer } = await this.#readBack.read(commands, lines[pass % 2]!, line.byteLength);
        const rows = runs.map(({ row }, i) =>
          this.#unpacked(new Uint32Array(buffer), places[i]!, row.length)
        );
        if (rows.some((row) => row.includes(BORDER))) return;
        runs.forEach((run, i) => {
          run.row.set(rows[i]!);
          run.done = Math.min(run.steps, run.done + sequences.length * together);
        });
        await onTurn();
      }
    } finally {
      for (const buffer of [...lines, fixed]) buffer.destroy();
    }
  }

  /** The line of rows: the first word of each, the words, and the steps that are left of the row that a word belongs to. */
  #lineOf(runs: readonly Run[]) {
    const { width, cells, beside } = this.#shape;
    const sizes = runs.map(({ row }) => Math.ceil(row.length / cells));
    const places: number[] = [];
    let length = 0;
    for (const size of sizes) {
      places.push(length);
      length += size + beside;
    }
    const [line, lefts] = [new Uint32Array(length), new Uint32Array(length)];
    runs.forEach(({ row, steps, done }, i) => {
      const place = places[i]!;
      row.forEach((state, k) => line[place + Math.floor(k / cells)]! |= state << (k % cells * width));
      lefts.fill(steps - done, place, place + sizes[i]!);
    });
    return { places, line, lefts };
  }

  /** A pass from one line to another, after so many steps. */
  #sequence(before: GPUBuffer, after: GPUBuffer, lefts: GPUBuffer, size: number, done: number): Sequence {
    const { cells, beside, together } = this.#shape;
    const { bits, root } = this.#machine;
    const used = THREADS - 2 * beside * together;
    return {
      key: `automaton-${[bits, root, this.#radius]}`,
      code: () => passCode(this.#machine, this.#radius, this.#shape),
      workgroupSize: THREADS,
      reads: { table: words(this.#table), before: words(before), lefts: words(lefts) },
      writes: { after: words(after) },
      dispatches: [{ kernel: "advance", workgroups: Math.ceil(size / used), uniforms: { size, done } }],
      work: size * cells * together,
    };
  }

  #unpacked(line: Uint32Array, place: number, length: number): Int32Array {
    const { width, cells } = this.#shape;
    const mask = 2 ** width - 1;
    return Int32Array.from(
      { length },
      (_, i) => (line[place + Math.floor(i / cells)]! >>> (i % cells * width)) & mask,
    );
  }
}

/** A new buffer of the device with these words. */
function bufferWith(content: Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GPUBuffer {
  const { device } = backend();
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const buffer = device.createBuffer({ size: content.byteLength, usage: STORAGE | COPY_SRC | COPY_DST });
  device.queue.writeBuffer(buffer, 0, content);
  return buffer;
}

/** The text of a pass. An entry of the table is a node's number with a state behind it. */
function passCode(
  { bits, root }: Machine,
  radius: number,
  { width, cells, beside, together }: Shape,
): string {
  const states = 2 ** bits - 1;
  const near = Array.from(
    { length: 2 * beside + 1 },
    (_, i) => `let word${i} = tiles[tile][lane + ${i - beside}];`,
  );
  const looks = Array.from({ length: cells + 2 * radius }, (_, i) => {
    const cell = beside * cells - radius + i;
    const state = `(word${Math.floor(cell / cells)} >> ${cell % cells * width}u) & ${2 ** width - 1}u`;
    const look = `entry = table[(entry & ~${states}u) | (${state})];`;
    return i < 2 * radius ? look : `${look} result |= (entry & ${states}u) << ${(i - 2 * radius) * width}u;`;
  });
  return `
var<workgroup> tiles: array<array<u32, ${THREADS}>, 2>;
fn next(tile: i32, lane: i32) -> u32 {
  ${near.join("\n  ")}
  var entry = ${root << bits}u;
  var result = 0u;
  ${looks.join("\n  ")}
  return result;
}
fn advance(index: i32) {
  let lane = index % ${THREADS};
  let word = index / ${THREADS} * ${THREADS - 2 * beside * together} + lane - ${beside * together};
  let inside = word >= 0 && word < uniforms.size;
  var own = 0u;
  var left = 0;
  if (inside) {
    own = before[word];
    left = i32(lefts[word]) - uniforms.done;
  }
  tiles[0][lane] = own;
  for (var step = 0; step < ${together}; step++) {
    workgroupBarrier();
    let edge = (step + 1) * ${beside};
    if (step < left && lane >= edge && lane < ${THREADS} - edge) { own = next(step % 2, lane); }
    tiles[(step + 1) % 2][lane] = own;
  }
  if (inside && lane >= ${beside * together} && lane < ${THREADS - beside * together}) { after[word] = own; }
}`;
}
