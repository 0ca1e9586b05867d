import { cellOf } from "../../cells/table.ts";
import { bankCount, bankSize, recurrenceSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { fieldCount } from "./layout.ts";
import { scalars, vectors } from "./program.ts";
import { type FusedRun, RUN_INPUTS } from "./run.ts";
import { flopOf } from "./split.ts";
import type { PartsOf } from "./sum_parts.ts";
import { constants, quadsOf, specKey } from "./wgsl.ts";

const THREADS = 64;

/**
 * The most partial sums: enough to occupy every processor, of which a GPU has many, while a CPU pays for each sum that it
 * writes and reads again.
 */
const MOST_PARTS = { gpu: 256, software: 16 };

/** The most elements of all partial sums. */
const MOST_PARTIAL = 2 ** 25;

/**
 * The gradient of the flat parameter vector in parts to be added up: for every bank and tap the product
 * inputᵀ·gradient over rows, steps and positions. Each workgroup sums over some rows or, where there are few, over some
 * steps of a row.
 */
export function weightParts(
  spec: RecurrenceSpec,
  run: FusedRun,
  trajectory: GPUBuffer,
  gradients: GPUBuffer,
): PartsOf {
  const quads = quadsOf(spec);
  const size = recurrenceSize(spec);
  const most = run.software ? MOST_PARTS.software : MOST_PARTS.gpu;
  const mostParts = Math.max(1, Math.min(most, Math.floor(MOST_PARTIAL / size)));
  const rowsOfPart = Math.ceil(run.rows / mostParts);
  const rowParts = Math.ceil(run.rows / rowsOfPart);
  const rounds = run.applications / spec.layers / spec.sets; // of steps that take one set after the other
  const stepsOfPart = spec.sets * Math.ceil(rounds / Math.floor(mostParts / rowParts));
  const stepParts = Math.ceil(spec.sets * rounds / stepsOfPart);
  const count = rowParts * stepParts;
  const blocks = Math.ceil(quads * quads / THREADS);
  const lines = spec.kernel_width * bankCount(spec) * spec.sets * spec.layers;
  return {
    count,
    size,
    into: (partial) => ({
      key: `weights-${specKey(spec)}`,
      workgroupSize: THREADS,
      inputs: RUN_INPUTS,
      reads: { trajectory: vectors(trajectory), gradients: vectors(gradients) },
      writes: { result: scalars(partial) },
      dispatches: [{
        kernel: "weightGradient",
        workgroups: blocks * lines * count,
        uniforms: { rows: run.rows, positions: run.positions, rowsOfPart, stepsOfPart, stepParts },
      }],
      work: run.rows * run.applications * flopOf(spec, run.positions),
      code: () => weightCode(spec),
    }),
  };
}

/** Positions whose products an invocation adds at once, so that their reads do not wait for each other. */
const AT_ONCE = 4;

/**
 * Each invocation sums blocks of 4×4 maps, of all taps in one line of the filter of one bank, over the rows of one
 * part. So every vector of the input is read once for all these taps, and is passed on from tap to tap.
 */
function weightCode(spec: RecurrenceSpec): string {
  const { kernel_width, kernel_length } = spec;
  const [above, before] = [(kernel_width - 1) / 2, (kernel_length - 1) / 2];
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);
  const [taps, maps, held] = [range(kernel_length), range(4), range(kernel_length - 1)];
  return `
${constants(spec, THREADS)}
const BLOCKS = ${
    Math.ceil(quadsOf(spec) ** 2 / THREADS)
  }; // workgroups for all pairs of input and output maps
fn store(start: i32, input: i32, output: i32, value: vec4<f32>) {
  if (input >= MAPS) { return; }
  for (var k = 0; k < 4; k++) {
    if (output + k < MAPS) { result[start + input * MAPS + output + k] = value[k]; }
  }
}
fn input(start: i32, p: i32, length: i32) -> vec4<f32> {
  let inside = p >= 0 && p < length;
  return select(vec4<f32>(0.0), trajectory[select(0, start + p * QUADS, inside)], inside);
}
fn gradient(start: i32, p: i32, length: i32) -> vec4<f32> {
  return select(vec4<f32>(0.0), gradients[select(0, start + p * QUADS, p < length)], p < length);
}
fn weightGradient(index: i32) {
  let group = index / THREADS;
  let pair = group % BLOCKS * THREADS + index % THREADS;
  let inQuad = pair / QUADS;
  let outQuad = pair % QUADS;
  let line = group / BLOCKS % ${kernel_width};
  let bank = group / BLOCKS / ${kernel_width} % ${bankCount(spec)};
  // What the banks of a phase convolve is in the field with the phase's number.
  let phase = ${
    cellOf(spec).phases.slice(1).map(({ first }) => `select(0, 1, bank >= ${first})`).join(" + ") || "0"
  };
  let cell = group / BLOCKS / ${kernel_width} / ${bankCount(spec)} % (SETS * LAYERS);
  let part = group / BLOCKS / ${kernel_width} / ${bankCount(spec)} / (SETS * LAYERS);
  let firstRow = part / uniforms.stepParts * uniforms.rowsOfPart;
  let firstStep = part % uniforms.stepParts * uniforms.stepsOfPart;
  if (inQuad >= QUADS || firstRow >= uniforms.rows) { return; }
  let dy = line - ${above};
  let n = uniforms.positions;
  let rowVectors = WIDTH * n * QUADS;
  let field = uniforms.rows * rowVectors;
  let endRow = min(firstRow + uniforms.rowsOfPart, uniforms.rows);
  let firstColumn = max(0, -dy);
  let endColumn = min(WIDTH, WIDTH - dy);
  ${taps.flatMap((dx) => maps.map((k) => `var sum${dx}${k} = vec4<f32>(0.0);`)).join(" ")}
  var bias = vec4<f32>(0.0);
  for (var row = firstRow; row < endRow; row++) {
    // Beyond a row's length and after its steps there is nothing, or nothing was written.
    let length = i32(rows[row].x);
    let endStep = min(firstStep + uniforms.stepsOfPart, i32(rows[row].y));
    for (var t = firstStep + cell / LAYERS; t < endStep; t += SETS) {
      let application = t * LAYERS + cell % LAYERS;
      let inputs = (application * ${fieldCount(spec)} + phase) * field + row * rowVectors + inQuad;
      let outputs = (application * ${bankCount(spec)} + bank) * field + row * rowVectors + outQuad;
      for (var column = firstColumn; column < endColumn; column++) {
        let x = inputs + (column + dy) * n * QUADS;
        let y = outputs + column * n * QUADS;
        ${held.map((i) => `var x${i} = input(x, ${i - before}, length);`).join(" ")}
        for (var p = 0; p < length; p += ${AT_ONCE}) {
          ${
    range(AT_ONCE).map((j) => `
          let x${held.length + j} = input(x, p + ${j + kernel_length - 1 - before}, length);
          let y${j} = gradient(y, p + ${j}, length);`).join("")
  }
          ${
    range(AT_ONCE).map((j) =>
      [
        ...taps.flatMap((dx) => maps.map((k) => `sum${dx}${k} += x${dx + j}.${"xyzw"[k]} * y${j};`)),
        `bias += y${j};`,
      ].join(" ")
    ).join("\n          ")
  }
          ${held.map((i) => `x${i} = x${i + AT_ONCE};`).join(" ")}
        }
      }
    }
  }
  let start = part * ${recurrenceSize(spec)} + (cell * ${bankCount(spec)} + bank) * ${bankSize(spec)};
  ${
    taps.flatMap((dx) =>
      maps.map((k) =>
        `store(start + (line * ${kernel_length} + ${dx}) * MAPS * MAPS, inQuad * 4 + ${k}, outQuad * 4, sum${dx}${k});`
      )
    ).join("\n  ")
  }
  if (dy == 0 && inQuad == 0) { store(start + ${
    kernel_width * kernel_length
  } * MAPS * MAPS, 0, outQuad * 4, bias); }
}`;
}
