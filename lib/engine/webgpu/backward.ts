/**
 * The backward pass in WGSL. It goes through the applications of cells from the last to the first: `throughCandidate`
 * computes the gradient of r ⊙ s, and `throughGates` from that the gradient of the cell's input. That is the output of
 * the application before, whose element-by-element part `enter` computes at once. A barrier or a new dispatch follows
 * each.
 */
import { bankCount, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { FIELDS } from "./forward.ts";
import { accumulators, convolution, forEachPosition, loadFunction, tilePlace } from "./tile.ts";
import { head, type KernelOptions, shiftFunction } from "./wgsl.ts";

/** States of scratch memory besides the gradient of the state: for the gradient that is carried back, and a part of it. */
export const SCRATCH = 2;

/**
 * The kernels of the backward pass, in one text: `whole` takes all steps of a row in one workgroup;
 * `candidateOf` and `gatesOf` each take one phase of one application, for `uniforms.lanes` invocations of each row.
 * Both begin with the application after the last one, in which no row takes part, so that they enter the last one.
 */
export function backwardCode(spec: RecurrenceSpec, options: KernelOptions): string {
  return `
${head(spec, options)}
${phases(spec, options)}
${whole}
${phaseKernel("candidateOf", "throughCandidate")}
${phaseKernel("gatesOf", "throughGates")}
`;
}

function phases(spec: RecurrenceSpec, { dropOn, saturation, software }: KernelOptions): string {
  const beyond = (args: string) => saturation ? ` + rows[b].z * dCost[0] * beyond(${args})` : "";
  const mask = (layer: string) => `dropMask(b, ${layer}, application / LAYERS, column, p, quad)`;
  return `
${loadFunction(software)}
${shiftFunction("carriedTo", "trajectory", "forward")}
${shiftFunction("carriedBack", "result", "backward")}
/** Where the fields of an application begin in the trajectory, and where its gradients begin in the result. */
struct Places { s: i32, r: i32, g: i32, c: i32, dr: i32, dg: i32, dc: i32, d: i32, carried: i32, part: i32 }
fn placesOf(b: i32, application: i32) -> Places {
  let own = b * vectorsOfRow();
  let field = uniforms.rows * vectorsOfRow();
  let s = application * ${FIELDS.length} * field + own;
  let dr = application * ${bankCount(spec)} * field + own;
  let d = uniforms.applications * ${bankCount(spec)} * field + own;
  return Places(
    s, s + 2 * field, s + 3 * field, s + 4 * field, dr, dr + field, dr + 2 * field, d, d + field, d + 2 * field);
}
fn takesPart(b: i32, application: i32) -> bool { return application < i32(rows[b].y) * LAYERS; }
/** 1 above the limit, -1 below the lower one, else 0: the slope of the saturation cost. */
fn beyond(a: vec4<f32>, low: f32, high: f32) -> vec4<f32> {
  return select(select(vec4<f32>(0.0), vec4<f32>(-1.0), a < vec4<f32>(low)), vec4<f32>(1.0), a > vec4<f32>(high));
}

fn enter(b: i32, application: i32, column: i32, p: i32, quad: i32, gradient: vec4<f32>) {
  let at = placesOf(b, application);
  let here = (column * uniforms.positions + p) * QUADS + quad;
  var dGate = vec4<f32>(0.0);
  var dCandidate = vec4<f32>(0.0);
  var dCarried = vec4<f32>(0.0);
  if (p < i32(rows[b].x)) {
    var d = gradient;
    ${dropOn === "state" ? `if (application % LAYERS == LAYERS - 1) { d *= ${mask("0")}; }` : ""}
    let g = trajectory[at.g + here];
    let c = trajectory[at.c + here];
    ${dropOn === "candidate" ? `let mask = ${mask("application % LAYERS")};` : "let mask = 1.0;"}
    dCarried = d * g;
    dGate = d * (carriedTo(at.s, here, p, quad) - c * mask) * gateSlope(g)${beyond("g, GATE_LOW, GATE_HIGH")};
    dCandidate = (d - dCarried) * mask * candidateSlope(c)${beyond("c, -CANDIDATE_HIGH, CANDIDATE_HIGH")};
  }
  result[at.carried + here] = dCarried;
  result[at.dg + here] = dGate;
  result[at.dc + here] = dCandidate;
}

fn throughCandidate(b: i32, application: i32, tile: i32) {
  if (!takesPart(b, application)) { return; }
  ${tilePlace}
  let at = placesOf(b, application);
  let filters = application % (SETS * LAYERS) * CELL + 2 * BANK;
  ${accumulators("drs", "vec4<f32>(0.0)")}
  ${convolution(spec, software, [{ start: "at.dc", filters: [{ accumulator: "drs", start: "filters" }] }])}
  ${
    forEachPosition(
      ["drs"],
      `
  let r = trajectory[at.r + here];
  let dReset = drs0 * trajectory[at.s + here] * gateSlope(r)${beyond("r, GATE_LOW, GATE_HIGH")};
  result[at.dr + here] = select(vec4<f32>(0.0), dReset, p < i32(rows[b].x));
  result[at.part + here] = drs0 * r + carriedBack(at.carried, here, p, quad);`,
    )
  }
}

fn throughGates(b: i32, application: i32, tile: i32) {
  if (!takesPart(b, application - 1)) { return; } // nor then this application
  let changes = takesPart(b, application);
  ${tilePlace}
  let at = placesOf(b, application);
  let filters = application % (SETS * LAYERS) * CELL;
  ${accumulators("ds", "vec4<f32>(0.0)")}
  if (changes) {
    ${
    convolution(spec, software, [
      { start: "at.dr", filters: [{ accumulator: "ds", start: "filters" }] },
      { start: "at.dg", filters: [{ accumulator: "ds", start: "filters + BANK" }] },
    ])
  }
  }
  ${
    forEachPosition(
      ["ds"],
      `
  var d = result[at.d + here];
  if (changes) {
    d = result[at.part + here] + ds0;
    result[at.d + here] = d;
  }
  if (application > 0) { enter(b, application - 1, column, p, quad, d); }`,
    )
  }
}`;
}

const everyTile = (phase: string) =>
  `for (var tile = index % THREADS; tile < tiles; tile += THREADS) { ${phase}(b, application, tile); }`;

/** The whole backward pass in one dispatch; about its barriers see `whole` in forward.ts. */
const whole = `
fn whole(index: i32) {
  let b = index / THREADS;
  let tiles = tilesOfRow();
  for (var application = uniforms.applications; application >= 0; application--) {
    ${everyTile("throughCandidate")}
    storageBarrier();
    ${everyTile("throughGates")}
    storageBarrier();
  }
}`;

function phaseKernel(name: string, phase: string): string {
  return `
fn ${name}(index: i32) {
  let b = index / uniforms.lanes;
  let tile = index % uniforms.lanes;
  if (b < uniforms.rows && tile < tilesOfRow()) { ${phase}(b, uniforms.application, tile); }
}`;
}
