// The WebAssembly kernels: their products against plain loops, their memory, and gates computed again.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { tf } from "../../lib/deps.ts";
import { RunError } from "../../lib/errors.ts";
import { Random } from "../../lib/random.ts";
import { recurrence } from "../../lib/engine/recurrence.ts";
import { assemble } from "../../lib/engine/wasm/assembler.ts";
import { allocate, floatsAt, memory, release } from "../../lib/engine/wasm/memory.ts";
import { wasmForward } from "../../lib/engine/wasm/recurrence.ts";
import { convolve, PANEL, panelsSize, type ProductShape } from "../../lib/engine/wasm/products.ts";
import { accumulate, accumulateBias } from "../../lib/engine/wasm/sums.ts";
import { inPanels } from "../../lib/engine/wasm/layout.ts";
import { caseOf, mixed, small, valuesAndGradients, withInputs } from "../support/case.ts";
import { testOnWasm } from "../support/adapter.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`wasm_kernels_test: TEST_SEED=${seed}`);

/** A place for these numbers. */
function place(numbers: Float32Array): number {
  const start = allocate(numbers.byteLength);
  floatsAt(start, numbers.length).set(numbers);
  return start;
}

/** Whole numbers, whose sums of products are exact. */
const wholes = (count: number, random: Random) =>
  Float32Array.from({ length: count }, () => random.between(-3, 3));

Deno.test("convolutions and the gradients of their filters are those of plain loops, at any length", () => {
  for (let index = 0; index < 12; index++) {
    const random = new Random(seed, "products", index);
    const shape: ProductShape = {
      name: "product",
      inputs: 4 * random.between(1, 5),
      outputs: 4 * random.between(1, 5),
      taps: random.pick([1, 3, 5]),
      columns: random.pick([1, 3]),
    };
    const { inputs, outputs, taps, columns } = shape;
    const renamed = (name: string) => ({ ...shape, name });
    const kernels = new WebAssembly.Instance(
      new WebAssembly.Module(assemble([
        convolve(renamed("convolve"), false),
        convolve(renamed("add"), true),
        accumulate(renamed("accumulate")),
        accumulateBias(renamed("accumulateBias")),
      ])),
      { env: { memory } },
    ).exports as Record<string, (...values: number[]) => void>;

    for (let positions = 1; positions <= 14; positions++) {
      const columnSize = (positions + taps - 1) * inputs;
      const [input, filter, gradient] = [
        wholes(columns * columnSize, random),
        wholes(panelsSize(shape), random),
        wholes(positions * outputs, random),
      ];
      // As at a border: the filter's first columns lie outside.
      const lacking = random.integer(columns);
      const seen = columns - lacking;
      const skip = lacking * taps * inputs * 4 * PANEL;
      const at = (column: number, p: number, line: number) => input[column * columnSize + p * inputs + line]!;
      const lineOf = (column: number, line: number) => 1 + (lacking + column) * taps * inputs + line;
      const expected = new Float32Array(positions * outputs);
      const sums = new Float32Array(filter.length);
      for (let p = 0; p < positions; p++) {
        for (let o = 0; o < outputs; o++) {
          const d = gradient[p * outputs + o]!;
          let sum = filter[inPanels(shape, 0, o)]!;
          sums[inPanels(shape, 0, o)]! += d;
          for (let column = 0; column < seen; column++) {
            for (let line = 0; line < taps * inputs; line++) {
              const x = at(column, p, line);
              sum += x * filter[inPanels(shape, lineOf(column, line), o)]!;
              sums[inPanels(shape, lineOf(column, line), o)]! += x * d;
            }
          }
          expected[p * outputs + o] = sum;
        }
      }

      const places = [input, filter, new Float32Array(expected.length), gradient].map(place);
      const [from, by, to, d] = places as [number, number, number, number];
      const what = JSON.stringify({ shape, positions, lacking, seed });
      kernels.convolve!(from, by, skip, to, positions, seen, 4 * columnSize, 4 * inputs);
      assertEquals(Array.from(floatsAt(to, expected.length)), Array.from(expected), what);
      kernels.add!(from, by, skip, to, positions, seen, 4 * columnSize, 4 * inputs);
      const twice = expected.map((sum, i) => 2 * sum - filter[inPanels(shape, 0, i % outputs)]!);
      assertEquals(Array.from(floatsAt(to, twice.length)), Array.from(twice), what);

      floatsAt(by, sums.length).fill(0);
      kernels.accumulateBias!(d, by, positions);
      for (let column = 0; column < seen; column++) {
        const before = skip + column * taps * inputs * 4 * PANEL;
        kernels.accumulate!(from + 4 * column * columnSize, d, by, before, positions, 4 * inputs);
      }
      assertEquals(Array.from(floatsAt(by, sums.length)), Array.from(sums), what);
      places.forEach(release);
    }
  }
});

for (const [what, spec] of Object.entries(small)) {
  testOnWasm(`the gradient has the same bits where gates are computed again, for ${what}`, () => {
    const run = { ...mixed, dropout: { ...mixed.dropout!, on: "state" } } as const;
    return withInputs(caseOf(spec, run, new Random(2, what)), (initial, parameters) => {
      const found = (budget?: number) => {
        const { state, cost, backward } = wasmForward(spec, run, initial, parameters, budget);
        const { dInitial, dParameters } = backward(state, cost, parameters);
        const tensors = [state, cost, dInitial, dParameters];
        const values = tensors.map((tensor) => Array.from(tensor.dataSync()));
        tf.dispose(tensors);
        return values;
      };
      assertEquals(found(0), found());
    });
  });
}

testOnWasm("the kernels' memory does not grow from step to step", async () => {
  const steps = async (count: number) => {
    for (let index = 0; index < count; index++) {
      const lengths = Array.from({ length: 8 }, (_, row) => 20 + (index + row) % 9);
      const run = { ...mixed, lengths, steps: lengths };
      const test = caseOf(small["diagonal cells"]!, run, new Random(seed, "memory", index));
      await valuesAndGradients(test, recurrence);
      // Nobody wants this one's gradient.
      await withInputs(test, (initial, parameters) => {
        tf.dispose(Object.values(recurrence(test.spec, run, initial, parameters)));
      });
    }
    return memory.buffer.byteLength;
  };
  const before = await steps(9);
  assert(before > 1 << 20, "the steps fit in the memory that was there at first: nothing was tried");
  assertEquals(await steps(27), before);
});

testOnWasm("the kernels compute the same at any place of the memory, around 2 GiB too", async () => {
  const run = { ...mixed, lengths: [12], steps: [12] };
  const test = caseOf(small["diagonal cells"]!, run, new Random(seed, "place"));
  const expected = await valuesAndGradients(test, recurrence);
  // The step is no multiple of an array's size, so that each comes to lie across the line.
  for (let before = 16; before < 30_000; before += 208) {
    const block = allocate(2 ** 31 - before);
    assertEquals(await valuesAndGradients(test, recurrence), expected, `${before} bytes before 2 GiB`);
    release(block);
  }
});

Deno.test("memory of which there is not enough is refused in one line, and what was there stays", () => {
  const start = place(new Float32Array([1, 2, 3]));
  assertThrows(() => allocate(5e9), RunError, "Cannot hold 5.0 GB for the recurrence: expected less than");
  assertEquals(Array.from(floatsAt(start, 3)), [1, 2, 3]);
  release(start);
});

Deno.test("a block given back is used again, and blocks never overlap", () => {
  const random = new Random(seed, "blocks");
  const held: { start: number; size: number; mark: number }[] = [];
  for (let i = 0; i < 300; i++) {
    if (held.length > 0 && random.uniform() < 0.45) {
      const [{ start, size, mark }] = held.splice(random.integer(held.length), 1) as [typeof held[number]];
      assert(floatsAt(start, size).every((value) => value === mark), `block ${mark} was overwritten`);
      release(start);
    } else {
      const size = random.between(1, 5000);
      const start = allocate(4 * size);
      assertEquals(start % 16, 0);
      floatsAt(start, size).fill(i);
      held.push({ start, size, mark: i });
    }
  }
  held.forEach(({ start }) => release(start));
});
