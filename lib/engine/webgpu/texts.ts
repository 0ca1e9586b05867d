/** WGSL text that the kernels around the recurrence share. */
import { SATURATION_LIMIT } from "../../cells/saturation.ts";
import { cellOf } from "../../cells/table.ts";
import { PAD } from "../../model/batch.ts";
import type { Network } from "../../model/network.ts";

/** Constants for the places of embedding and output in the flat parameter vector, and the number of symbols with PAD. */
export function modelConstants({ spec, symbols, table }: Network): string {
  const place = (name: string) => table.find((entry) => entry.name === name)?.offset ?? 0;
  return `
const VOCABULARY = ${symbols.length + 1};
const EMBEDDING = ${place("embedding.weight")};
const EMBEDDING_BIAS = ${place("embedding.bias")};
const OUTPUT = ${place("output.weight")};
const OUTPUT_BIAS = ${place("output.bias")};
const BIASED = ${cellOf(spec).cell.frame === "diagonal"};
`;
}

/** A key that differs where the constants differ. */
export function modelKey({ symbols }: Network): string {
  return String(symbols.length);
}

/** `embedded(symbol, quad)`: four maps of a symbol's embedding, before it is clipped. As `embed` of network.ts. */
export const embeddedFunction = `
fn embedded(symbol: i32, quad: i32) -> vec4<f32> {
  var value = vec4<f32>(0.0);
  if (!BIASED && symbol == ${PAD}) { return value; }
  for (var k = 0; k < 4; k++) {
    let map = quad * 4 + k;
    if (map < MAPS) {
      value[k] = parameters[EMBEDDING + symbol * MAPS + map];
      if (BIASED) { value[k] += parameters[EMBEDDING_BIAS + map]; }
    }
  }
  return value;
}
fn embeddedExcess(pre: vec4<f32>) -> vec4<f32> { return max(abs(pre) - ${SATURATION_LIMIT}, vec4<f32>(0.0)); }
`;
