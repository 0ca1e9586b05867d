import { read } from "../../backend.ts";
import { tf } from "../../deps.ts";
import type { RecurrenceSpec } from "../spec.ts";
import type { StartStepper } from "../stepper.ts";
import { ownMaps, withPaddedMaps } from "./maps.ts";
import { packWeights } from "./pack.ts";
import { runKernel } from "./program.ts";
import {
  accumulators,
  activationFunctions,
  constants,
  convolution,
  loadFunction,
  loopOverPositions,
  quadsOf,
  shiftFunction,
  specKey,
  TILE,
} from "./wgsl.ts";

const THREADS = 64;

/**
 * Steps of two dispatches for each cell, whose workgroups split the positions among them: for sequences that are too
 * long for one workgroup, of any length. The first computes the gates, the second the candidate and the next state.
 */
export const fusedStepper: StartStepper = (spec, run, initial, parameters) => {
  const rows = run.lengths.length;
  const positions = initial.shape[2];
  const size = rows * spec.width * positions * quadsOf(spec) * 4;
  const weights = packWeights(spec, parameters, false);
  const rowInfo = tf.tensor2d(run.lengths.flatMap((length, row) => [length, run.steps[row]!, 0, 0]), [
    rows,
    4,
  ]);
  const tiles = spec.width * Math.ceil(positions / TILE) * quadsOf(spec);
  const dispatch = (kind: "gates" | "next", inputs: Record<string, tf.Tensor>, t: number, layer: number) =>
    runKernel({
      key: `ngpu-step-${kind}-${specKey(spec)}`,
      code: kind === "gates" ? gatesCode(spec) : nextCode(spec),
      workgroupSize: THREADS,
      workgroups: [Math.ceil(tiles / THREADS), rows, 1],
      inputs: Object.fromEntries(
        Object.entries({ ...inputs, weights, rows: rowInfo }).map((
          [name, tensor],
        ) => [name, { tensor, vector: true }]),
      ),
      uniforms: { count: rows, positions, t, cell: t % spec.sets * spec.layers + layer },
      outputSize: kind === "gates" ? 2 * size : size,
      vector: true,
    });
  let state: tf.Tensor = tf.tidy(() => tf.reshape(withPaddedMaps(initial), [-1]).clone());
  return {
    advance(t) {
      const before = state;
      state = tf.tidy(() => {
        let state = before;
        for (let layer = 0; layer < spec.layers; layer++) {
          const gates = dispatch("gates", { state }, t, layer);
          state = dispatch("next", { state, gates }, t, layer);
        }
        return state;
      });
      before.dispose();
      return 1;
    },
    async settle() {
      const probe = tf.slice(state, [0], [1]);
      await read(probe);
      probe.dispose();
    },
    end: () => tf.tidy(() => ownMaps(spec, rows, positions, state as tf.Tensor1D).clone()),
    dispose: () => tf.dispose([state, weights, rowInfo]),
  };
};

/** What both kernels start with: the tile that an invocation computes. `source` is read by the convolution. */
function header(spec: RecurrenceSpec, source: string): string {
  return `
${constants(spec, THREADS)}
${activationFunctions(spec.cell)}
${shiftFunction}
var<private> base: i32; // of the row that load reads

${loadFunction("load", source, "0")}`;
}

const tile = `
  let n = uniforms.positions;
  let rowVectors = WIDTH * n * QUADS;
  let tilesOfColumn = (n + TILE - 1) / TILE;
  let index = i32(workgroupId.x) * THREADS + i32(localIndex);
  let quad = index % QUADS;
  let column = index / QUADS / tilesOfColumn;
  let p0 = (index / QUADS % tilesOfColumn) * TILE;
  let b = i32(workgroupId.y);
  let own = b * rowVectors;
  let filters = uniforms.cell * CELL;
  if (column >= WIDTH) { return; }
  let takesPart = uniforms.t < i32(rows[b].y);
  base = own;
`;

/** r ⊙ s of all rows, then g. */
function gatesCode(spec: RecurrenceSpec): string {
  return `
${header(spec, "state")}
fn main(flat: i32) {
  ${tile}
  if (!takesPart) { return; }
  ${accumulators("r", "weights[filters + FILTER + quad]")}
  ${accumulators("g", "weights[filters + BANK + FILTER + quad]")}
  ${
    convolution(spec, [{
      load: "load",
      filters: [{ accumulator: "r", start: "filters" }, { accumulator: "g", start: "filters + BANK" }],
    }])
  }
  ${
    loopOverPositions(
      ["r", "g"],
      `
  result[own + here] = gate(r) * state[own + here];
  result[uniforms.count * rowVectors + own + here] = gate(g);`,
    )
  }
}`;
}

/** The next state of all rows. */
function nextCode(spec: RecurrenceSpec): string {
  return `
${header(spec, "gates")}
fn main(flat: i32) {
  ${tile}
  ${accumulators("c", "weights[filters + 2 * BANK + FILTER + quad]")}
  if (takesPart) {
    ${convolution(spec, [{ load: "load", filters: [{ accumulator: "c", start: "filters + 2 * BANK" }] }])}
  }
  ${
    loopOverPositions(
      ["c"],
      `
  var value = state[own + here];
  if (takesPart) {
    var before = vec4<f32>(0.0);
    var after = vec4<f32>(0.0);
    if (THIRD > 0 && p > 0) { before = state[own + here - QUADS]; }
    if (THIRD > 0 && p + 1 < n) { after = state[own + here + QUADS]; }
    let g = gates[uniforms.count * rowVectors + own + here];
    let blended = g * (moved(before, value, after, quad) - candidate(c)) + candidate(c);
    value = select(vec4<f32>(0.0), blended, p < i32(rows[b].x));
  }
  result[own + here] = value;`,
    )
  }
}`;
}
