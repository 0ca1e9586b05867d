// The rules that show the architecture: see lib/README.md.
import { assertEquals } from "@std/assert";
import { violations } from "./support/architecture.ts";
import { root } from "./support/process.ts";

/** A text that a task makes of files that keep the rules. */
const GENERATED = "lib/picture/player_bundle.ts";

/** What the folders hold of TypeScript, and the page about the rooms. */
function tree(): Map<string, string> {
  const files = new Map<string, string>();
  const add = (path: string) => files.set(path, Deno.readTextFileSync(`${root}/${path}`));
  const walk = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(`${root}/${folder}`)) {
      if (isDirectory) walk(`${folder}/${name}`);
      else if (name.endsWith(".ts") && `${folder}/${name}` !== GENERATED) add(`${folder}/${name}`);
    }
  };
  for (const folder of ["lib", "tasks", "tests"]) walk(folder);
  for (const path of ["mod.ts", "lib/README.md"]) add(path);
  return files;
}

Deno.test("every file keeps the rules of the architecture", () => {
  assertEquals(violations(tree()), []);
});

const PAGE = "| `io/` | Files. |\n| `engine/` | Backends. |\n";

/** A tree that keeps the rules, with some of its files changed. */
function broken(changes: Readonly<Record<string, string>>): string[] {
  return violations(
    new Map(Object.entries({
      "lib/README.md": PAGE,
      "lib/deps.ts": 'export * as tf from "npm:@tensorflow/tfjs@4.22.0";\n',
      "lib/io/csv.ts":
        'import { tf } from "../deps.ts";\nawait Deno.readFile("a"); // not fetch, nor tf.io\n',
      "lib/engine/run.ts": 'import "../io/csv.ts";\ntf.matMul(a, b); // `array<f32>`\n',
      "tasks/train.ts": 'import "../lib/engine/run.ts";\n',
      "tests/train_test.ts": 'import "../tasks/train.ts";\nimport "@std/assert";\nimport "node:url";\n',
      ...changes,
    })),
  );
}

Deno.test("violations() finds none where there are none", () => {
  assertEquals(broken({}), []);
});

const BREAKS: Readonly<Record<string, readonly [path: string, text: string, ...found: string[]]>> = {
  "an import from an upper room": [
    "lib/io/lock.ts",
    'import type { Run } from "../engine/run.ts";',
    "lib/io/lock.ts imports lib/engine/run.ts",
  ],
  "an import over several lines": [
    "lib/io/lock.ts",
    'export {\n  run,\n} from "../engine/run.ts";',
    "lib/io/lock.ts imports lib/engine/run.ts",
  ],
  "an upper room that is imported when asked for": [
    "lib/io/lock.ts",
    'const { run } = await import("../engine/run.ts");',
    "lib/io/lock.ts imports lib/engine/run.ts",
  ],
  "a worker of an upper room": [
    "lib/io/lock.ts",
    'new Worker(new URL("../engine/run.ts", import.meta.url));',
    "lib/io/lock.ts imports lib/engine/run.ts",
  ],
  "a room imported from a loose file": [
    "lib/errors.ts",
    'import "./io/csv.ts";',
    "lib/errors.ts imports lib/io/csv.ts",
  ],
  "an import of tasks from lib": [
    "lib/engine/step.ts",
    'import "../../tasks/train.ts";',
    "lib/engine/step.ts imports tasks/train.ts",
  ],
  "an import of mod.ts from lib": [
    "lib/engine/step.ts",
    'import "../../mod.ts";',
    "lib/engine/step.ts imports mod.ts",
  ],
  "an import of tests from what is shipped": [
    "tasks/solve.ts",
    'import "../tests/train_test.ts";',
    "tasks/solve.ts imports tests/train_test.ts",
  ],
  "a circle of types": [
    "lib/io/csv.ts",
    'import type { Files } from "./csv.ts";',
    "in a circle: lib/io/csv.ts",
  ],
  "Deno. elsewhere": ["lib/engine/step.ts", "Deno.exit();", "lib/engine/step.ts says Deno."],
  "tf. elsewhere": ["tasks/solve.ts", "let x: tf.Tensor;", "tasks/solve.ts says tf."],
  "WGSL elsewhere": ["lib/io/lock.ts", "const code = `var a: array<f32>;`;", "lib/io/lock.ts says WGSL"],
  "WebAssembly elsewhere": [
    "tasks/solve.ts",
    "new WebAssembly.Module(bytes);",
    "tasks/solve.ts says WebAssembly",
  ],
  "a package that lib/deps.ts does not name": [
    "lib/io/lock.ts",
    'import { parse } from "@std/csv";',
    "lib/io/lock.ts imports @std/csv",
  ],
  "a package with its version in a test": [
    "tests/csv_test.ts",
    'import { parse } from "npm:papaparse@5.7.0";',
    "tests/csv_test.ts imports npm:papaparse@5.7.0",
  ],
  "a room without a place or a description": [
    "lib/attic/box.ts",
    "",
    "lib/README.md does not say what attic/ is for",
    "lib/attic/ has no place in the order of rooms",
  ],
  "a folder in a room without a description": [
    "lib/io/old/csv.ts",
    "",
    "lib/README.md does not say what io/old/ is for",
  ],
  "a description of a room that has gone": [
    "lib/README.md",
    `${PAGE}| \`attic/\` | Old things. |\n`,
    "lib/README.md describes attic/, which is not there",
  ],
};

for (const [name, [path, text, ...found]] of Object.entries(BREAKS)) {
  Deno.test(`violations() finds ${name}`, () => assertEquals(broken({ [path]: text }), found));
}

Deno.test("violations() finds a circle of several files, once", () => {
  const files = {
    "lib/io/a.ts": 'import type { B } from "./b.ts";',
    "lib/io/b.ts": 'export type { C } from "./c.ts";',
    "lib/io/c.ts": 'import "./a.ts";',
  };
  assertEquals(broken(files), ["in a circle: lib/io/a.ts, lib/io/b.ts, lib/io/c.ts"]);
});

Deno.test("violations() finds too many files outside of rooms", () => {
  const files = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`lib/${name}.ts`, ""]));
  assertEquals(broken(files), ["lib has 6 files outside of rooms, more than 5"]);
});
