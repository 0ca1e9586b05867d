import { assert, assertEquals } from "@std/assert";
import { allExamples } from "../../lib/extraction/inputs.ts";
import { rowsOf, specifications } from "../../lib/extraction/specification.ts";
import { lengthOf } from "../../lib/model/batch.ts";

for (const [problem, specification] of specifications) {
  Deno.test(`the specification of ${problem.name} is right after step n on all inputs of up to 10 cells`, () => {
    for (let size = 1; size <= 10; size++) {
      for (const example of allExamples(problem, size)) {
        const cells = lengthOf(example);
        if (cells > 10) return;
        const rows = [...rowsOf(specification, example.input.padEnd(cells, "."))];
        const row = rows.at(-1)!;
        assertEquals(
          row.map(specification.output).join(""),
          example.target.padEnd(cells, "."),
          example.input,
        );
        for (const own of rows.flat()) {
          assert(specification.isPossible?.(own) ?? true, `${example.input}: ${own}`);
        }
        const bordered = ["", "", ...row, "", ""];
        bordered.slice(1).forEach((right, i) =>
          assert(specification.isFinal(bordered[i]!, right), example.input)
        );
      }
    }
  });
}
