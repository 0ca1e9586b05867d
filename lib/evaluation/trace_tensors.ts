/** A trace as safetensors. It is written while it is computed, so that its length is not limited by memory. */
import { encodeHeader } from "../io/safetensors.ts";
import { PAD } from "../model/batch.ts";
import type { Trace } from "./trace.ts";

/** The first version of the form of these files. */
const FORMAT_VERSION = "1";

/**
 * The bytes of the file, in pieces: `state`, `[steps + 1, columns, positions, maps]`, `symbol` and `margin`,
 * `[steps + 1, positions]`. A symbol is 0 for padding, or 1 + its place in the alphabet. `maps` are those to write.
 */
export async function* traceTensors(trace: Trace, maps: readonly number[]): AsyncGenerator<Uint8Array> {
  const { problem: { name, symbols }, input, target, steps, columns, positions, maps: all } = trace;
  const texts = { problem: name, symbols, input, ...(target !== undefined && { target }), maps: maps.join() };
  yield encodeHeader({ format: "neural-gpu trace", format_version: FORMAT_VERSION, ...texts }, [
    ["state", [steps + 1, columns, positions, maps.length]],
    ["symbol", [steps + 1, positions]],
    ["margin", [steps + 1, positions]],
  ]);
  const written = new Float32Array((steps + 1) * positions);
  const sure = new Float32Array(written.length);
  for await (const { step, state, readOut, margins } of trace) {
    const chosen = new Float32Array(columns * positions * maps.length);
    for (let i = 0; i < chosen.length; i++) {
      chosen[i] = state[Math.floor(i / maps.length) * all + maps[i % maps.length]!]!;
    }
    yield new Uint8Array(chosen.buffer);
    written.set(Array.from(readOut, (c) => c === " " ? PAD : symbols.indexOf(c) + 1), step * positions);
    sure.set(margins, step * positions);
  }
  yield new Uint8Array(written.buffer);
  yield new Uint8Array(sure.buffer);
}
