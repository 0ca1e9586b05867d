/**
 * The forward pass in WGSL: for each application of a cell its phases, each a convolution and the stage that follows it,
 * with a barrier or a new dispatch after each.
 */
import type { CompiledCell } from "../../cells/compile.ts";
import { inputsOf } from "../../cells/expression.ts";
import { ARRAYS } from "../../cells/stage.ts";
import { cellOf } from "../../cells/table.ts";
import { partsOf, unitOf } from "../levels.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { printed } from "./formulas.ts";
import { declarePlaces, keptFields, scratchFields } from "./layout.ts";
import { accumulators, convolution, forEachPosition, loadFunction, tilePlace } from "./tile.ts";
import { head, type KernelOptions, shiftFunction } from "./wgsl.ts";

/** What the text of the forward pass depends on; `keeps` says whether it keeps what the backward pass needs. */
type ForwardOptions = KernelOptions & { readonly keeps: boolean };

/**
 * The kernels of the forward pass, in one text: `whole` takes all steps of a row in one workgroup; `forward0Of` and so
 * on each take one phase of one application, for `uniforms.lanes` invocations of each row.
 */
export function forwardCode(spec: RecurrenceSpec, options: ForwardOptions): string {
  const cell = cellOf(spec);
  const shifts = cell.forward.some(({ outputs }) =>
    inputsOf(outputs.map(({ value }) => value)).includes(ARRAYS.shifted)
  );
  return `
${head(spec, options)}
var<private> cost: vec4<f32>; // how far pre-activations of the invocation have exceeded the saturation limit
${loadFunction(options.software)}
${shifts ? shiftFunction("carriedTo", "result", "forward") : ""}
fn filtersOf(application: i32) -> i32 { return application % (SETS * LAYERS) * CELL; }
${cell.phases.map((_, phase) => phaseFunction(spec, cell, phase, options)).join("\n")}
${options.keeps ? whole(cell, options) : ""}
${cell.phases.map((_, phase) => phaseKernel(cell, phase, options)).join("\n")}
`;
}

/**
 * Where arrays begin, in states of all rows. A trajectory has the fields of all applications in turn, then the last
 * state; an inference two states, which applications read and write by turns, and scratch.
 */
function placesOf(cell: CompiledCell, keeps: boolean): Readonly<Record<string, string>> {
  const fields = keeps ? keptFields(cell) : scratchFields(cell);
  const numbers = (number: (i: number) => string) =>
    Object.fromEntries(fields.map((name, i) => [name, number(i)]));
  const { length } = fields;
  return keeps
    ? { ...numbers((i) => `application * ${length} + ${i}`), next: `(application + 1) * ${length}` }
    : { state: "application % 2", next: "1 - application % 2", ...numbers((i) => `${2 + i}`) };
}

/** A phase of an application: the convolution of its banks, and the stage that follows. */
function phaseFunction(
  spec: RecurrenceSpec,
  cell: CompiledCell,
  phase: number,
  { dropOn, noise, rounds, saturation, software, keeps }: ForwardOptions,
): string {
  const { first, count } = cell.phases[phase]!;
  const isLast = phase === cell.phases.length - 1;
  const banks = Array.from({ length: count }, (_, i) => first + i);
  const sums = banks.map((bank) => `sum${bank}_`);
  const places = placesOf(cell, keeps);
  const outputs = cell.forward[phase]!.outputs.filter(({ array }) =>
    array === ARRAYS.excess ? saturation : !array.startsWith("kept") || array in places
  );
  const { lets, values } = printed(outputs.map(({ value }) => value), (input) => {
    if (input === ARRAYS.shifted) return "carriedTo(stateAt, here, p, quad)";
    if (input === ARRAYS.mask) return dropOn === "candidate" ? "mask" : undefined;
    const bank = ARRAYS.preNumber(input);
    return bank !== undefined && banks.includes(bank) ? `sum${bank}_0` : `result[${input}At + here]`;
  });
  const further = outputs.slice(1).map(({ array }, i) =>
    array === ARRAYS.excess
      ? `if (p < length) { cost += ${values[i + 1]}; }`
      : `result[${array}At + here] = ${values[i + 1]};`
  );
  const mask = (layer: string) => `dropMask(b, ${layer}, application / LAYERS, column, p, quad)`;
  const endOfStep = "if (application % LAYERS == LAYERS - 1)";
  const body = `
    ${isLast && dropOn === "candidate" ? `let mask = ${mask("application % LAYERS")};` : ""}
    ${lets}
    value = ${values[0]};
    ${isLast && dropOn === "state" ? `${endOfStep} { value *= ${mask("0")}; }` : ""}
    ${
    isLast && noise ? `${endOfStep} { value += stateNoise(b, application / LAYERS, column, p, quad); }` : ""
  }
    ${isLast && rounds ? rounding(spec) : ""}
    value = select(vec4<f32>(0.0), value, p < length);
    ${further.join("\n    ")}`;
  return `
fn forward${phase}(b: i32, application: i32, tile: i32) {
  let length = i32(rows[b].x);
  let takesPart = application < i32(rows[b].y) * LAYERS;
  ${isLast ? "" : "if (!takesPart) { return; }"}
  ${tilePlace}
  ${declarePlaces(places)}
  let filters = filtersOf(application);
  ${
    banks.map((bank, i) => accumulators(sums[i]!, `weights[filters + ${bank} * BANK + FILTER + quad]`)).join(
      "\n  ",
    )
  }
  if (takesPart) {
    ${
    convolution(spec, software, [{
      start: phase === 0 ? "stateAt" : `${ARRAYS.input(phase)}At`,
      filters: banks.map((bank, i) => ({ accumulator: sums[i]!, start: `filters + ${bank} * BANK` })),
    }])
  }
  }
  ${
    forEachPosition(
      sums,
      `
  var value = ${isLast ? "result[stateAt + here]" : "vec4<f32>(0.0)"};
  if (takesPart) {${body}
  }
  result[${isLast ? ARRAYS.next : ARRAYS.input(phase + 1)}At + here] = value;`,
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
function addCost(cell: CompiledCell, { saturation }: KernelOptions): string {
  const { length } = keptFields(cell);
  return saturation
    ? `result[(uniforms.applications * ${length} + 1) * uniforms.rows * vectorsOfRow() + index] += cost * rows[b].z;`
    : "";
}

/**
 * The whole forward pass in one dispatch, with one workgroup for each row. storageBarrier has Acquire/Release ordering
 * and Workgroup scope: what invocations of the workgroup have written before it, all of them read after it
 * (https://www.w3.org/TR/WGSL/#sync-builtin-functions). Where wgpu translates to SPIR-V it leaves that to the driver:
 * https://github.com/gfx-rs/wgpu/issues/9221.
 */
function whole(cell: CompiledCell, options: KernelOptions): string {
  const everyTile = (phase: number) =>
    `for (var tile = index % THREADS; tile < tiles; tile += THREADS) { forward${phase}(b, application, tile); }`;
  return `
fn whole(index: i32) {
  let b = index / THREADS;
  let tiles = tilesOfRow();
  for (var application = 0; application < uniforms.applications; application++) {
    ${cell.phases.map((_, phase) => `${everyTile(phase)}\n    storageBarrier();`).join("\n    ")}
  }
  ${addCost(cell, options)}
}`;
}

function phaseKernel(cell: CompiledCell, phase: number, options: KernelOptions): string {
  return `
fn forward${phase}Of(index: i32) {
  let b = index / uniforms.lanes;
  let tile = index % uniforms.lanes;
  if (b >= uniforms.rows || tile >= tilesOfRow()) { return; }
  forward${phase}(b, uniforms.application, tile);
  ${addCost(cell, options)}
}`;
}
