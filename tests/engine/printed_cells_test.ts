// The code that is printed for the cells that come with the toolkit: a change of a printer is seen here.
import { assertEquals } from "@std/assert";
import type { CompiledCell } from "../../lib/cells/compile.ts";
import type { Stage } from "../../lib/cells/stage.ts";
import { cellOf } from "../../lib/cells/table.ts";
import { assemble } from "../../lib/engine/wasm/assembler.ts";
import { stageRoutine } from "../../lib/engine/wasm/stages.ts";
import { printed } from "../../lib/engine/webgpu/formulas.ts";

const diagonal = cellOf({ cell: "diagonal", gate_cutoff: 0 });
const cgru = cellOf({ cell: "cgru", gate_cutoff: 0.1 });

/** The WGSL of a stage, one statement a line, with vectors of one number as that number. */
function wgsl({ outputs }: Stage): string[] {
  const { lets, values } = printed(outputs.map(({ value }) => value), (input) => input);
  const lines = [...lets.split("\n"), ...outputs.map(({ array }, i) => `${array} = ${values[i]};`)];
  return lines.filter(Boolean).map((line) => line.replace(/vec4<f32>\(([^()]+)\)/g, "$1"));
}

Deno.test("the WGSL of the diagonal cell", () => {
  assertEquals(diagonal.forward.map(wgsl), [[
    "let v0 = pre0;",
    "let v1 = pre1;",
    "input1 = (clamp(((0.5f * v0) + 0.5f), 0f, 1f) * state);",
    "excess = (max((abs(v0) + -0.9f), 0f) + max((abs(v1) + -0.9f), 0f));",
    "kept0 = v0;",
    "kept1 = v1;",
  ], [
    "let v0 = pre2;",
    "let v1 = (clamp(v0, -1f, 1f) * mask);",
    "next = (v1 + (clamp(((0.5f * kept1) + 0.5f), 0f, 1f) * (shifted - v1)));",
    "excess = max((abs(v0) + -0.9f), 0f);",
    "kept2 = v0;",
  ]]);
  assertEquals(diagonal.backward(true).stages.map(wgsl), [[
    "let v0 = kept0;",
    "let v1 = clamp(((0.5f * v0) + 0.5f), 0f, 1f);",
    "let v2 = d;",
    "let v3 = weight;",
    "dPre0 = ((select(0f, select(0f, (v2 * state), v1 < 1f), 0f < v1) * 0.5f) + (select(0f, v3, 0.9f < v0) - select(0f, v3, v0 < -0.9f)));",
    "dState = ((v2 * v1) + carried);",
  ], [
    "let v0 = d;",
    "let v1 = kept1;",
    "let v2 = clamp(((0.5f * v1) + 0.5f), 0f, 1f);",
    "let v3 = (v0 * v2);",
    "let v4 = kept2;",
    "let v5 = clamp(v4, -1f, 1f);",
    "let v6 = mask;",
    "let v7 = weight;",
    "dShifted = v3;",
    "dPre1 = ((select(0f, select(0f, (v0 * (shifted - (v5 * v6))), v2 < 1f), 0f < v2) * 0.5f) + (select(0f, v7, 0.9f < v1) - select(0f, v7, v1 < -0.9f)));",
    "dPre2 = (select(0f, select(0f, ((v0 - v3) * v6), v5 < 1f), -1f < v5) + (select(0f, v7, 0.9f < v4) - select(0f, v7, v4 < -0.9f)));",
  ]]);
});

Deno.test("the WGSL of the CGRU", () => {
  assertEquals(cgru.forward.map(wgsl), [[
    "let v0 = pre0;",
    "let v1 = sigmoid(v0);",
    "let v2 = pre1;",
    "input1 = (clamp(((1.2f * v1) + -0.1f), 0f, 1f) * state);",
    "excess = (max((abs(v0) + -0.9f), 0f) + max((abs(v2) + -0.9f), 0f));",
    "kept0 = v1;",
    "kept1 = sigmoid(v2);",
  ], [
    "let v0 = pre2;",
    "let v1 = hyperbolicTangent(v0);",
    "let v2 = (v1 * mask);",
    "next = (v2 + (clamp(((1.2f * kept1) + -0.1f), 0f, 1f) * (state - v2)));",
    "excess = max((abs(v0) + -0.9f), 0f);",
    "kept2 = v1;",
  ]]);
  assertEquals(cgru.backward(true).stages.map(wgsl), [[
    "let v0 = kept0;",
    "let v1 = clamp(((1.2f * v0) + -0.1f), 0f, 1f);",
    "let v2 = d;",
    "let v3 = weight;",
    "dPre0 = (((select(0f, select(0f, (v2 * state), v1 < 1f), 0f < v1) * 1.2f) * (v0 * (1f - v0))) + (select(0f, v3, 0.7109495026250039f < v0) - select(0f, v3, v0 < 0.289050497374996f)));",
    "dState = ((v2 * v1) + dState);",
  ], [
    "let v0 = kept1;",
    "let v1 = clamp(((1.2f * v0) + -0.1f), 0f, 1f);",
    "let v2 = d;",
    "let v3 = kept2;",
    "let v4 = mask;",
    "let v5 = weight;",
    "let v6 = (v2 * v1);",
    "dPre1 = (((select(0f, select(0f, (v2 * (state - (v3 * v4))), v1 < 1f), 0f < v1) * 1.2f) * (v0 * (1f - v0))) + (select(0f, v5, 0.7109495026250039f < v0) - select(0f, v5, v0 < 0.289050497374996f)));",
    "dPre2 = ((((v2 - v6) * v4) * (1f - (v3 * v3))) + (select(0f, v5, 0.7162978701990245f < v3) - select(0f, v5, v3 < -0.7162978701990245f)));",
    "dState = v6;",
  ]]);
});

/** A digest of the WebAssembly of a cell's stages. */
async function digest(cell: CompiledCell): Promise<string> {
  const { stages } = cell.backward(true);
  const shape = { maps: 8, ownMaps: 7 };
  const beside = { drops: "candidate", saturates: true } as const;
  const routines = cell.phases.flatMap((_, phase) => {
    const isLast = phase === cell.phases.length - 1;
    return [
      stageRoutine(`forward${phase}`, cell, shape, cell.forward[phase]!, beside, isLast),
      stageRoutine(`backward${phase}`, cell, shape, stages[phase]!, beside, isLast),
    ];
  });
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", assemble(routines)));
  return `${assemble(routines).length} bytes, ${bytes.slice(0, 8).toHex()}`;
}

Deno.test("the WebAssembly of both", async () => {
  assertEquals([await digest(diagonal), await digest(cgru)], [
    "3362 bytes, 7f68d668c97672fc",
    "5962 bytes, d33226634739daea",
  ]);
});
