import { option, RunError, say } from "../../errors.ts";
import { LEAST_PAGES } from "./assembler.ts";

const PAGE = 65536;
const MOST_PAGES = 65536;

/** The one memory that the kernels of this thread work in. */
export const memory = new WebAssembly.Memory({ initial: LEAST_PAGES, maximum: MOST_PAGES });

/** The memory as numbers; made anew when it has grown. */
let wholes = new Int32Array(memory.buffer);
let floats = new Float32Array(memory.buffer);

/** Blocks in use, by place. */
const blocks: { readonly start: number; readonly end: number }[] = [];

/** Bytes that processors load into their caches at once. */
const LINE = 64;
/**
 * Blocks begin so many bytes after a line of the cache. Stages read one of two arrays that take turns every few lines;
 * such reads were measured to be prefetched (on an EPYC) only if they touch parts of nearly all lines. The backward pass
 * took 12% longer with blocks that begin with a line.
 */
const FIRST = 16;

/** A block of at least so many bytes: the first gap that is large enough. Its content is anything. */
export function allocate(bytes: number): number {
  const size = Math.ceil(bytes / LINE) * LINE;
  let start = FIRST;
  let place = 0;
  while (place < blocks.length && blocks[place]!.start - start < size) start = blocks[place++]!.end;
  const missing = Math.ceil((start + size - memory.buffer.byteLength) / PAGE);
  if (missing > 0) grow(missing, size);
  blocks.splice(place, 0, { start, end: start + size });
  return start;
}

function grow(pages: number, size: number): void {
  try {
    memory.grow(pages);
    wholes = new Int32Array(memory.buffer);
    floats = new Float32Array(memory.buffer);
  } catch {
    const [given, expected] = [`${(size / 1e9).toFixed(1)} GB`, "less than 4.3 GB in all"];
    const advice = say`try a smaller ${option("batch_size")}, ${option("max_size")} or ${option("maps")}`;
    throw new RunError(say`Cannot hold ${given} for the recurrence: expected ${expected}; ${advice}`, {
      code: "too_large",
      given,
      expected,
    });
  }
}

/** Gives a block back. */
export function release(start: number): void {
  const place = blocks.findIndex((block) => block.start === start);
  if (place >= 0) blocks.splice(place, 1);
}

/** Writes a whole number to a place. */
export function writeWhole(place: number, value: number): void {
  wholes[place >>> 2] = value;
}

/** `count` numbers at a place; valid until the next `allocate`. */
export function floatsAt(start: number, count: number): Float32Array<ArrayBuffer> {
  return new Float32Array(memory.buffer as ArrayBuffer, start, count);
}

/** Sets bytes to zero; both numbers are multiples of 4. */
export function clear(start: number, bytes: number): void {
  floats.fill(0, start >>> 2, (start + bytes) / 4);
}

/** A block that is given back with its variable. */
export function block(bytes: number): Disposable & { readonly start: number } {
  const start = allocate(bytes);
  return { start, [Symbol.dispose]: () => release(start) };
}
