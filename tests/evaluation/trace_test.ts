// What trace() yields, and the files of it.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  defineProblem,
  type Model,
  predict,
  problems,
  RunError,
  trace,
  type TraceStep,
  UsageError,
} from "../../mod.ts";
import { TRACE_HEADER, traceLines } from "../../lib/evaluation/trace_csv.ts";
import { traceTensors } from "../../lib/evaluation/trace_tensors.ts";
import { decodeSafetensors } from "../../lib/io/safetensors.ts";
import { untrained } from "../support/untrained.ts";

const options = { backend: "wasm" } as const;

/** A model whose outputs differ from step to step. */
function lively(settings: Partial<Model["configuration"]> & { maps: number }): Model {
  const model = untrained(problems.badd, 1, settings);
  return { ...model, parameters: model.parameters.map((value) => 3 * value) };
}

const models: Readonly<Record<string, Model>> = {
  "one column": lively({ maps: 5 }),
  "three columns and extra steps": lively({
    ...{ cell: "cgru", kernel_width: 3, maps: 4, width: 3, extra_steps: 2 },
  }),
};

const input = "101+011";

for (const [what, model] of Object.entries(models)) {
  Deno.test(`trace() ends with what predict() writes, for ${what}`, async () => {
    const [answer] = await Array.fromAsync(predict(model, [input], { ...options, workers: 1 }));
    const traced = trace(model, input, options);
    const { steps, columns, positions, maps, target } = traced;
    const states = await Array.fromAsync(traced);
    assertEquals([columns, positions, maps], [model.configuration.width, 7, model.configuration.maps]);
    assertEquals([target, steps], [answer!.target, 7 + model.configuration.extra_steps]);
    assertEquals(states.map(({ step }) => step), Array.from({ length: steps + 1 }, (_, step) => step));
    for (const { state, readOut, margins } of states) {
      assertEquals([state.length, readOut.length, margins.length], [columns * positions * maps, 7, 7]);
    }
    const { readOut, margins } = states.at(-1)!;
    assertEquals(readOut.split(" ")[0], answer!.output);
    assert(Math.abs(Math.min(...margins) - answer!.margin) < 1e-5);
    assert(new Set(states.map(({ readOut }) => readOut)).size > 2, "nothing changes: the test shows little");
  });
}

const model = models["one column"]!;

Deno.test("trace() can be iterated twice, and left", async () => {
  const traced = trace(model, input, options);
  for await (const { step } of traced) if (step === 2) break;
  assertEquals(await Array.fromAsync(traced), await Array.fromAsync(trace(model, input, options)));
});

Deno.test("trace() knows the answer of a problem that is given, and none of one that nobody knows", () => {
  const mine = { ...model, problem: { name: "mine", symbols: model.problem.symbols } };
  assertEquals([trace(mine, input).target, trace(mine, input).positions], [undefined, 7]);
  const problem = defineProblem({ ...problems.badd, name: "mine", answer: () => "1".repeat(9) });
  assertEquals([trace(mine, input, { problem }).target, trace(mine, input, { problem }).positions], [
    "1".repeat(9),
    9,
  ]);
});

Deno.test("trace() refuses what it cannot compute", async () => {
  const refused = (input: string) => assertThrows(() => trace(model, input), UsageError).message;
  assertEquals(
    refused("1x+11"),
    'Cannot trace "1x+11": it has "x" at position 2, which is no symbol of badd, expected one of 01+',
  );
  assertEquals(refused(""), 'Cannot trace "": it has no symbols, expected at least one of 01+');
  const ended = trace(model, input, { ...options, signal: AbortSignal.abort(new Error("enough")) });
  await assertRejects(() => Array.fromAsync(ended), Error, "enough");
  const long = trace(lively({ maps: 512 }), "1".repeat(3e6), options);
  await assertRejects(() => Array.fromAsync(long), RunError, "GB");
});

Deno.test("a trace's CSV has every value with six decimals, of the maps that are chosen", () => {
  const shape = { columns: 2, positions: 2, maps: 3 };
  const state = Float32Array.from([0, -0, 1, -1, 0.5, -0.25, 1e-6, -1e-9, 1234.5, 0.1, 1 / 3, NaN]);
  const decode = (maps: number[], step = 7) =>
    new TextDecoder().decode(traceLines(shape, maps)({ step, state }));
  const expected = (maps: number[]) =>
    [0, 1].flatMap((column) =>
      [0, 1].flatMap((position) =>
        maps.map((map) => {
          const value = Number(state[(column * 2 + position) * 3 + map]!.toFixed(6)) + 0;
          return `7,${column},${position},${map},${value === 1e-6 ? "0.000001" : value}\n`;
        })
      )
    ).join("");
  assertEquals(decode([0, 1, 2]), expected([0, 1, 2]));
  assertEquals(decode([2, 0]), expected([2, 0]));
  assertEquals(TRACE_HEADER, "step,column,position,map,value\n");
  // A buffer that is used again must not change what was returned before.
  const lines = traceLines(shape, [0]);
  const first = lines({ step: 0, state });
  const copy = first.slice();
  lines({ step: 1, state: state.map(() => 0.123) });
  assertEquals(first, copy);
});

Deno.test("a trace's safetensors hold the states, symbols and margins", async () => {
  const traced = trace(models["three columns and extra steps"]!, input, options);
  const states: TraceStep[] = await Array.fromAsync(traced);
  const parts = await Array.fromAsync(traceTensors(traced, [3, 1]));
  const bytes = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  const { metadata, tensors } = await decodeSafetensors(bytes, "trace.safetensors");
  assertEquals(metadata, {
    format: "neural-gpu trace",
    format_version: "1",
    problem: "badd",
    symbols: "01+",
    input,
    target: traced.target!,
    maps: "3,1",
  });
  const { data, shape } = tensors.get("state")!;
  assertEquals(shape, [10, 3, 7, 2]);
  for (let i = 0; i < data.length; i++) {
    const [step, place] = [Math.floor(i / 42), i % 42];
    assertEquals(data[i], states[step]!.state[(place >> 1) * 4 + (place % 2 === 0 ? 3 : 1)]);
  }
  assertEquals(tensors.get("symbol")!.shape, [10, 7]);
  const symbols = states.flatMap(({ readOut }) => [...readOut].map((c) => "01+".indexOf(c) + 1));
  assertEquals([...tensors.get("symbol")!.data], symbols);
  assertEquals([...tensors.get("margin")!.data], states.flatMap(({ margins }) => [...margins]));
});
