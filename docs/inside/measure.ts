/** Counts how often what docs/inside.md says is true: `deno run --allow-read docs/inside/measure.ts`. */
import { measureCopy, measureDuplicate, measureReverse, measureSort } from "./lists.ts";
import { Machine } from "./machine.ts";
import { measureProducts } from "./products.ts";
import { measureMaps, measureSums } from "./sums.ts";

/** A measurement of each model, with its sizes and the number of examples of each. */
const MEASUREMENTS = [
  ["badd", measureSums, [8, 20, 40, 100], 50],
  ["badd", measureMaps, [20], 64],
  ["reverse", measureReverse, [24, 100], 50],
  ["duplicate", measureDuplicate, [12, 50], 50],
  ["copy", measureCopy, [24, 100], 50],
  ["sort", measureSort, [24, 100], 50],
  ["bmul", measureProducts, [8, 20], 50],
] as const;

console.log("model,size,statement,true,tried");
for (const [name, measure, sizes, examples] of MEASUREMENTS) {
  const machine = await Machine.load(name);
  for (const size of sizes) {
    for (const { statement, holds, of } of (await measure(machine, size, examples)).rows()) {
      console.log(`${name},${size},"${statement}",${holds},${of}`);
    }
  }
}
