// `extract` as a function of the library.
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  extract,
  type ExtractOptions,
  type ExtractReport,
  predict,
  problems,
  UsageError,
} from "../../mod.ts";
import { copier } from "../support/copier.ts";

const options: ExtractOptions = { maxSize: 3, exhaustive: 6, sizes: [12], examples: 4, workers: 1 };

Deno.test("extract() yields an automaton that can be asked, its proof, and tells what happens", async () => {
  const model = copier();
  const reports: ExtractReport[] = [];
  const found = await extract(model, { ...options, onReport: (report) => void reports.push(report) });
  assertEquals(model, copier());
  const { automaton, proof, maps, change, steps } = found!;
  assertEquals([maps, proof?.form], [1, "[01]+"]);
  assert(steps > 0 && change.removed > 0.9, JSON.stringify(change));
  assertEquals(automaton.checks.map(({ suite, size, examples }) => [suite, size, examples]), [
    ...[1, 2, 3, 4, 5, 6].map((size) => ["all", size, 2 ** size]),
    ["random", 12, 4],
    ["carry", 12, 4],
  ]);
  const [answer] = await Array.fromAsync(predict(automaton, ["0110100"], { backend: "wasm" }));
  assertEquals(answer?.output, "0110100");
  const kinds = new Set(reports.map(({ kind }) => kind));
  for (const kind of ["refining", "closing", "trying"] as const) assert(kinds.has(kind), kind);
});

Deno.test("extract() throws the reason of its signal, and what its listener throws", async () => {
  const abort = new AbortController();
  const reason = new Error("enough");
  await assertRejects(
    () => extract(copier(), { ...options, signal: abort.signal, onReport: () => abort.abort(reason) }),
    Error,
    "enough",
  );
  const onReport = () => {
    throw new Error("not heard");
  };
  await assertRejects(() => extract(copier(), { ...options, onReport }), Error, "not heard");
});

Deno.test("extract() refuses options and models that it cannot work with", async () => {
  const refused: readonly (readonly [options: object, message: string])[] = [
    [{ levels: 4 }, "Cannot extract with levels 4: expected an odd number from 3 to 255"],
    [{ maxsize: 4 }, "Cannot extract with option maxsize: there is no such setting, did you mean maxSize"],
    [
      { sizes: [] },
      "Cannot extract with sizes []: expected an array of whole numbers of at least 1, one at least",
    ],
    [
      { problem: problems.badd },
      "Cannot use problem badd: expected the problem that the model has learned",
    ],
  ];
  for (const [own, message] of refused) {
    const { message: said } = await assertRejects(
      () => extract(copier(), { ...options, ...own }),
      UsageError,
    );
    assertEquals(said, message);
  }
});
