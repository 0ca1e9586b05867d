/**
 * The forward pass in WGSL: two phases for each application of a cell, with a barrier or a new dispatch after each.
 * `gates` yields r ⊙ s and g, and `next` the candidate and the next state.
 */
import { partsOf, unitOf } from "../levels.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { accumulators, convolution, forEachPosition, loadFunction, tilePlace } from "./tile.ts";
import { head, type KernelOptions, shiftFunction } from "./wgsl.ts";

/** The states that the forward pass keeps of each application of a cell, in this order: input, r ⊙ input, r, g, c. */
export const FIELDS = ["s", "rs", "r", "g", "c"] as const;

/** The layout of a trajectory for the backward pass: the fields of all applications in turn, then the last state. */
const everyApplication = `
fn fieldsOf(b: i32, application: i32) -> Fields {
  let field = uniforms.rows * vectorsOfRow();
  let s = application * ${FIELDS.length} * field + b * vectorsOfRow();
  return Fields(s, s + field, s + 2 * field, s + 3 * field, s + 4 * field, s + 5 * field);
}`;

/** The layout for inference: two states, which applications read and write by turns, then r ⊙ s and g. */
const byTurns = `
fn fieldsOf(b: i32, application: i32) -> Fields {
  let field = uniforms.rows * vectorsOfRow();
  let own = b * vectorsOfRow();
  let turn = application % 2;
  return Fields(own + turn * field, own + 2 * field, 0, own + 3 * field, 0, own + (1 - turn) * field);
}`;

/** The number of states in the output of an inference. */
export const STATES_BY_TURNS = 4;

/**
 * The kernels of the forward pass, in one text: `whole` takes all steps of a row in one workgroup; `gatesOf` and
 * `nextOf` each take one phase of one application, for `uniforms.lanes` invocations of each row.
 */
export function forwardCode(
  spec: RecurrenceSpec,
  options: KernelOptions & { readonly keeps: boolean },
): string {
  return `
${head(spec, options)}
struct Fields { s: i32, rs: i32, r: i32, g: i32, c: i32, next: i32 } // where these begin in the result
${options.keeps ? everyApplication : byTurns}
${phases(spec, options)}
${options.keeps ? whole(options) : ""}
${phaseKernel("gates", options)}
${phaseKernel("next", options)}
`;
}

function phases(
  spec: RecurrenceSpec,
  { dropOn, noise, saturation, software, keeps }: KernelOptions & { readonly keeps: boolean },
): string {
  const counted = (pres: string) => saturation ? `if (p < length) { cost += ${pres}; }` : "";
  return `
var<private> cost: vec4<f32>; // Σ relu(|pre| − limit) of what the invocation has computed
${loadFunction(software)}
${shiftFunction("carriedTo", "result", "forward")}
fn excess(pre: vec4<f32>) -> vec4<f32> { return max(abs(pre) - LIMIT, vec4<f32>(0.0)); }
fn filtersOf(application: i32) -> i32 { return application % (SETS * LAYERS) * CELL; }

fn gates(b: i32, application: i32, tile: i32) {
  let length = i32(rows[b].x);
  if (application >= i32(rows[b].y) * LAYERS) { return; }
  ${tilePlace}
  let at = fieldsOf(b, application);
  let filters = filtersOf(application);
  ${accumulators("r", "weights[filters + FILTER + quad]")}
  ${accumulators("g", "weights[filters + BANK + FILTER + quad]")}
  ${
    convolution(spec, software, [{
      start: "at.s",
      filters: [{ accumulator: "r", start: "filters" }, { accumulator: "g", start: "filters + BANK" }],
    }])
  }
  ${
    forEachPosition(
      ["r", "g"],
      `
  result[at.rs + here] = gate(r0) * result[at.s + here];
  result[at.g + here] = gate(g0);
  ${keeps ? "result[at.r + here] = gate(r0);" : ""}
  ${counted("excess(r0) + excess(g0)")}`,
    )
  }
}

fn next(b: i32, application: i32, tile: i32) {
  let length = i32(rows[b].x);
  let takesPart = application < i32(rows[b].y) * LAYERS;
  ${tilePlace}
  let at = fieldsOf(b, application);
  let filters = filtersOf(application);
  ${accumulators("c", "weights[filters + 2 * BANK + FILTER + quad]")}
  if (takesPart) {
    ${
    convolution(spec, software, [{
      start: "at.rs",
      filters: [{ accumulator: "c", start: "filters + 2 * BANK" }],
    }])
  }
  }
  ${
    forEachPosition(
      ["c"],
      `
  var value = result[at.s + here];
  if (takesPart) {
    ${keeps ? "result[at.c + here] = candidate(c0);" : ""}
    ${
        dropOn === "nowhere"
          ? ""
          : `let drop = dropMask(b, ${
            dropOn === "state" ? "0" : "application % LAYERS"
          }, application / LAYERS, column, p, quad);`
      }
    let dropped = candidate(c0)${dropOn === "candidate" ? " * drop" : ""};
    value = result[at.g + here] * (carriedTo(at.s, here, p, quad) - dropped) + dropped;
    ${dropOn === "state" ? "if (application % LAYERS == LAYERS - 1) { value *= drop; }" : ""}
    ${
        noise
          ? "if (application % LAYERS == LAYERS - 1) { value += stateNoise(b, application / LAYERS, column, p, quad); }"
          : ""
      }
    ${keeps ? "" : rounding(spec)}
    value = select(vec4<f32>(0.0), value, p < length);
    ${counted("excess(c0)")}
  }
  result[at.next + here] = value;`,
    )
  }
}`;
}

/** Rounds a state that ends a step to its levels, as `rounded` in levels.ts does. */
function rounding({ state_levels }: RecurrenceSpec): string {
  return state_levels === 0
    ? ""
    : `if (application % LAYERS == LAYERS - 1) { value = round(value * ${partsOf(state_levels)}f) * ${
      unitOf(state_levels)
    }f; }`;
}

/** Adds an invocation's part of the saturation cost to its place after the last state. */
function addCost({ saturation }: KernelOptions): string {
  return saturation
    ? "result[fieldsOf(0, uniforms.applications).s + uniforms.rows * vectorsOfRow() + index] += cost * rows[b].z;"
    : "";
}

/**
 * The whole forward pass in one dispatch, with one workgroup for each row. storageBarrier has Acquire/Release ordering
 * and Workgroup scope: what invocations of the workgroup have written before it, all of them read after it
 * (https://www.w3.org/TR/WGSL/#sync-builtin-functions). Where wgpu translates to SPIR-V it leaves that to the driver:
 * https://github.com/gfx-rs/wgpu/issues/9221.
 */
function whole(options: KernelOptions): string {
  const everyTile = (phase: string) =>
    `for (var tile = index % THREADS; tile < tiles; tile += THREADS) { ${phase}(b, application, tile); }`;
  return `
fn whole(index: i32) {
  let b = index / THREADS;
  let tiles = tilesOfRow();
  for (var application = 0; application < uniforms.applications; application++) {
    ${everyTile("gates")}
    storageBarrier();
    ${everyTile("next")}
    storageBarrier();
  }
  ${addCost(options)}
}`;
}

function phaseKernel(phase: string, options: KernelOptions): string {
  return `
fn ${phase}Of(index: i32) {
  let b = index / uniforms.lanes;
  let tile = index % uniforms.lanes;
  if (b >= uniforms.rows || tile >= tilesOfRow()) { return; }
  ${phase}(b, uniforms.application, tile);
  ${addCost(options)}
}`;
}
