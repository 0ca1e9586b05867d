// A cell of one's own on the command line: trained from a module, then data wherever it goes.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeSafetensors } from "../../lib/io/safetensors.ts";
import { cells, defineCell, loadModel } from "../../mod.ts";
import { assertRefused, run } from "../support/process.ts";
import { cwd, read, tiny, train } from "../support/trainings.ts";

const minimal = {
  name: "minimal",
  frame: "diagonal",
  banks: { gate: { convolves: "s", bias: 0.7 }, candidate: { convolves: "s", bias: 0 } },
  formulas: { g: "clamp(0.5 * gate + 0.5, 0, 1)", c: "drop(clamp(candidate, -1, 1))" },
  next: "c + g * (shift(s) - c)",
} as const;

const write = (path: string, text: string) => Deno.writeTextFile(`${cwd}/${path}`, text);
const module = (cell: object) => `export default ${JSON.stringify(cell)};\n`;

Deno.test("train --cell takes a module, and what it writes needs the module no more", async () => {
  await write("minimal.ts", module(minimal));
  const first = await train(...tiny, "--steps=2", "--attempts=1", "--cell=./minimal.ts", "--out=own");
  assertEquals(first.code, 0, first.stderr);
  await Deno.remove(`${cwd}/minimal.ts`);

  const config = JSON.parse(await read("own/config.json"));
  assertEquals(config.configuration.cell, minimal);
  const model = await loadModel(`${cwd}/own`);
  assertEquals(model.configuration.cell, minimal);
  // Two banks of 3 × 4 × 4 and 4, embedding and read-out of three symbols with their biases.
  assertEquals(model.parameters.length, 2 * (3 * 4 * 4 + 4) + (3 * 4 + 4) + (4 * 3 + 3));

  const resumed = await train("--resume", "--out=own", "--steps=3");
  assertEquals(resumed.code, 0, resumed.stderr);
  const again = await train("--config=own/config.json", "--steps=2", "--attempts=1", "--out=again");
  assertEquals(again.code, 0, again.stderr);
  assertEquals((await loadModel(`${cwd}/again`)).parameters, model.parameters);
  const evaluated = await run("evaluate", ["--model=own", "--size=2", "--backend=wasm"], { cwd });
  assertEquals(evaluated.code, 0, evaluated.stderr);

  const other = await train(...tiny, "--resume", "--cell=diagonal", "--out=own");
  assertRefused(other, 2, /^Cannot resume own: cell was "minimal" and is now "diagonal"$/);
  const from = await train(...tiny, "--from=own", "--steps=1");
  assertRefused(from, 2, /^Cannot start from the model: its cell is "minimal", expected "diagonal"$/);
});

Deno.test("a sweep takes cells from a module and from its grid", async () => {
  await write("minimal.ts", module(minimal));
  const shared = [...tiny, "--steps=1", "--attempts=1", "--seeds=1"];
  const one = await run("sweep", [...shared, "--cell=./minimal.ts", "--dir=one"], { cwd });
  assertEquals(one.code, 0, one.stderr);
  await write("grid.json", JSON.stringify({ cell: ["diagonal", { ...minimal, name: "of the grid" }] }));
  const two = await run("sweep", [...shared, "--grid=grid.json", "--dir=two"], { cwd });
  assertEquals(two.code, 0, two.stderr);
  assertMatch(two.stdout, /copy-default-cell=diagonal-.*\n.*copy-default-cell=of_the_grid-/);
});

Deno.test("a cell that cannot be used is refused in one line, from wherever it comes", async () => {
  await write("wrong.ts", module({ ...minimal, next: "c + h" }));
  const wrong = await train(...tiny, "--cell=./wrong.ts");
  assertRefused(wrong, 1, /^Cannot load cell \.\/wrong\.ts: .*there is no bank or formula "h"$/);
  for (
    const [text, complaint] of [
      ["export const cell = 1;", "it has no default export, expected `export default defineCell(…)`"],
      [
        "export default 5;",
        "its default export is no cell: it is 5, expected an object of name, frame, banks, ",
      ],
      [module({ name: "mine" }), "its default export is no cell: its frame is undefined, expected "],
    ] as const
  ) {
    await write("wrong.ts", text);
    const { code, stderr } = await train(...tiny, "--cell=./wrong.ts");
    assertEquals(code, 1);
    assert(stderr.startsWith(`error: Cannot load cell ./wrong.ts: ${complaint}`), stderr);
  }
  assertRefused(
    await train(...tiny, "--cell=lstm"),
    2,
    /^Cannot use --cell "lstm": expected diagonal, cgru or /,
  );
  await write("settings.json", JSON.stringify({ cell: "./minimal.ts" }));
  const named = await train(...tiny, "--config=settings.json");
  assertRefused(
    named,
    2,
    /^Cannot use settings\.json: cell is "\.\/minimal\.ts", expected diagonal, cgru or /,
  );

  const { problem, configuration, origin, results } = await loadModel(`${cwd}/own`);
  const stored = { ...configuration, cell: { ...minimal, next: "\u001b[2J" } };
  const metadata = {
    format: "neural-gpu-model",
    format_version: "2",
    problem,
    configuration: stored,
    origin,
    results,
  };
  const bytes = await encodeSafetensors({
    metadata: Object.fromEntries(
      Object.entries(metadata).map((
        [name, value],
      ) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    tensors: new Map(),
  });
  await Deno.writeFile(`${cwd}/odd.safetensors`, bytes);
  const odd = await run("evaluate", ["--model=odd.safetensors", "--size=2"], { cwd });
  assertRefused(
    odd,
    1,
    /^Cannot read odd\.safetensors: its configuration is wrong: .*the formula "\\u001b\[2J" has /,
  );
});

Deno.test("a cell of the toolkit is a start for one's own", () => {
  const cell = defineCell({ ...cells.diagonal, name: "mine", next: "c + g * (s - c)" });
  assertEquals(cell.banks, cells.diagonal.banks);
});
