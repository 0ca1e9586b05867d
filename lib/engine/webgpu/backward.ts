/**
 * The backward pass in WGSL. It goes through the applications of cells from the last to the first, and through the phases
 * of each from the last to the first: `backward1` computes the derivative by what phase 1 convolves and then the stage
 * before, and so on; `backward0` computes the derivative by the cell's input. That is the output of the application
 * before, whose last stage `enter` computes at once. A barrier or a new dispatch follows each.
 */
import type { CompiledCell } from "../../cells/compile.ts";
import { inputsOf } from "../../cells/expression.ts";
import { ARRAYS, type Stage } from "../../cells/stage.ts";
import { cellOf } from "../../cells/table.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { printed } from "./formulas.ts";
import { declarePlaces, keptFields } from "./layout.ts";
import { accumulators, convolution, forEachPosition, loadFunction, tilePlace } from "./tile.ts";
import { head, type KernelOptions, shiftFunction } from "./wgsl.ts";

/**
 * States of scratch memory besides the gradient of the state: for a part of it and for the gradient that is carried
 * back, of which two take turns where one is read while the next one is written.
 */
export function scratchStates(spec: RecurrenceSpec): number {
  return cellOf(spec).backward(false).carry === undefined ? 2 : 3;
}

/**
 * The kernels of the backward pass, in one text: `whole` takes all steps of a row in one workgroup; `backward0Of` and so
 * on each take one phase of one application, for `uniforms.lanes` invocations of each row. Both begin with phase 0 of
 * the application after the last one, in which no row takes part, so that they enter the last one.
 */
export function backwardCode(spec: RecurrenceSpec, options: KernelOptions): string {
  const cell = cellOf(spec);
  const { stages } = cell.backward(options.saturation);
  const shifts = stages.some(({ outputs }) => outputs.some(({ array }) => array === ARRAYS.dShifted));
  const readsShifted = stages.some(({ outputs }) =>
    inputsOf(outputs.map(({ value }) => value)).includes(ARRAYS.shifted)
  );
  return `
${head(spec, options)}
${loadFunction(options.software)}
${readsShifted ? shiftFunction("carriedTo", "trajectory", "forward") : ""}
${shifts ? shiftFunction("carriedBack", "result", "backward") : ""}
fn takesPart(b: i32, application: i32) -> bool { return application < i32(rows[b].y) * LAYERS; }
${enter(cell, options)}
${cell.phases.map((_, phase) => phaseFunction(spec, cell, phase, options)).join("\n")}
${whole(cell)}
${cell.phases.map((_, phase) => phaseKernel(phase)).join("\n")}
`;
}

/** Where the arrays of an application begin, in states of all rows: in the trajectory, and in the result. */
function placesOf(cell: CompiledCell): { kept: Record<string, string>; computed: Record<string, string> } {
  const fields = keptFields(cell);
  const banks = cell.banks.length;
  const scratch = (i: string | number) => `uniforms.applications * ${banks} + ${i}`;
  return {
    kept: Object.fromEntries(fields.map((name, i) => [name, `application * ${fields.length} + ${i}`])),
    computed: {
      ...Object.fromEntries(
        cell.banks.map((_, bank) => [ARRAYS.dPre(bank), `application * ${banks} + ${bank}`]),
      ),
      d: scratch(0),
      dState: scratch(1),
      dShifted: scratch(cell.backward(false).carry === undefined ? 2 : "2 + application % 2"),
    },
  };
}

const CARRIED = "carriedBack(dShiftedAt, here, p, quad)";

/** Text that computes a stage where the position exists, from the derivative `d`, and writes zeros elsewhere. */
function stageText(
  cell: CompiledCell,
  { outputs }: Stage,
  { dropOn }: KernelOptions,
  before: string,
): string {
  const { kept } = placesOf(cell);
  const { lets, values } = printed(outputs.map(({ value }) => value), (input) => {
    if (input === ARRAYS.d) return "d";
    if (input === ARRAYS.shifted) return "carriedTo(stateAt, here, p, quad)";
    if (input === ARRAYS.carried) return CARRIED;
    if (input === ARRAYS.weight) return "weight";
    if (input === ARRAYS.mask) return dropOn === "candidate" ? "mask" : undefined;
    return input in kept ? `trajectory[${input}At + here]` : `result[${input}At + here]`;
  });
  const names = outputs.map(({ array }) => array);
  return `
  ${names.map((name) => `var ${name} = vec4<f32>(0.0);`).join(" ")}
  if (p < i32(rows[b].x)) {
    ${before}
    ${lets}
    ${names.map((name, i) => `${name} = ${values[i]};`).join("\n    ")}
  }
  ${names.map((name) => `result[${name}At + here] = ${name};`).join("\n  ")}`;
}

function usesWeight({ saturation }: KernelOptions): string {
  return saturation ? "let weight = vec4<f32>(rows[b].z * numbers.dCost);" : "";
}

/** The last stage of an application, from the gradient of the next state. */
function enter(cell: CompiledCell, options: KernelOptions): string {
  const { dropOn } = options;
  const { kept, computed } = placesOf(cell);
  const mask = (layer: string) => `dropMask(b, ${layer}, application / LAYERS, column, p, quad)`;
  const last = cell.backward(options.saturation).stages.at(-1)!;
  return `
fn enter(b: i32, application: i32, column: i32, p: i32, quad: i32, gradient: vec4<f32>) {
  ${declarePlaces({ ...kept, ...computed })}
  let here = (column * uniforms.positions + p) * QUADS + quad;
  ${
    stageText(
      cell,
      last,
      options,
      `
    var d = gradient;
    ${dropOn === "state" ? `if (application % LAYERS == LAYERS - 1) { d *= ${mask("0")}; }` : ""}
    ${dropOn === "candidate" ? `let mask = ${mask("application % LAYERS")};` : ""}
    ${usesWeight(options)}`,
    )
  }
}`;
}

/** The convolution with the flipped filters of a phase, and what follows it. */
function phaseFunction(
  spec: RecurrenceSpec,
  cell: CompiledCell,
  phase: number,
  options: KernelOptions,
): string {
  const { first, count } = cell.phases[phase]!;
  const { kept, computed } = placesOf(cell);
  const banks = Array.from({ length: count }, (_, i) => first + i);
  const products = convolution(
    spec,
    options.software,
    banks.map((bank) => ({
      start: `dPre${bank}At`,
      filters: [{ accumulator: "sum", start: `filters + ${bank} * BANK` }],
    })),
  );
  const { stages, carry } = cell.backward(options.saturation);
  // Of an application in which the row takes no part, phase 0 only enters the one before.
  const part = phase === 0
    ? ["application - 1", "let changes = takesPart(b, application);", `if (changes) { ${products} }`]
    : ["application", "", products];
  const follows = phase === 0
    ? `
  var d = result[dAt + here];
  if (changes) {
    d = result[dStateAt + here] + sum0${carry === undefined ? "" : ` + ${CARRIED}`};
    result[dAt + here] = d;
  }
  if (application > 0) { enter(b, application - 1, column, p, quad, d); }`
    : stageText(cell, stages[phase - 1]!, options, `let d = sum0; ${usesWeight(options)}`);
  return `
fn backward${phase}(b: i32, application: i32, tile: i32) {
  if (!takesPart(b, ${part[0]})) { return; }
  ${part[1]}
  ${tilePlace}
  ${declarePlaces({ ...kept, ...computed })}
  let filters = application % (SETS * LAYERS) * CELL;
  ${accumulators("sum", "vec4<f32>(0.0)")}
  ${part[2]}
  ${forEachPosition(["sum"], follows)}
}`;
}

/** The whole backward pass in one dispatch; about its barriers see `whole` in forward.ts. */
function whole(cell: CompiledCell): string {
  const everyTile = (phase: number) =>
    `for (var tile = index % THREADS; tile < tiles; tile += THREADS) { backward${phase}(b, application, tile); }`;
  return `
fn whole(index: i32) {
  let b = index / THREADS;
  let tiles = tilesOfRow();
  for (var application = uniforms.applications; application >= 0; application--) {
    ${cell.phases.map((_, phase) => `${everyTile(phase)}\n    storageBarrier();`).reverse().join("\n    ")}
  }
}`;
}

function phaseKernel(phase: number): string {
  return `
fn backward${phase}Of(index: i32) {
  let b = index / uniforms.lanes;
  let tile = index % uniforms.lanes;
  if (b < uniforms.rows && tile < tilesOfRow()) { backward${phase}(b, uniforms.application, tile); }
}`;
}
