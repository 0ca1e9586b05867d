// What a sweep is told of a problem, by a child process that alone runs the problem's module.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { problems, RunError, UsageError } from "../../mod.ts";
import { sentError } from "../../lib/errors.ts";
import { loadProblem } from "../../lib/problems/load.ts";
import { outlineOf } from "../../lib/sweep/outline.ts";
import { checkSpawn } from "../../lib/sweep/spawn.ts";
import { emptyDirectory, filesIn, run } from "../support/process.ts";

const directory = emptyDirectory();

/** A module with that code, and the problem that it defines unless the code does. */
async function moduleOf(name: string, code: string): Promise<string> {
  const path = `${directory}/${name}.ts`;
  const problem = `const suites = { random: (size: number) => "1".repeat(size) };
const ones = { name: "ones", title: "Ones", symbols: "1", maxSize: 7, suites, answer: (input: string) => input };`;
  const end = code.includes("export default") ? "" : "\nexport default ones;\n";
  await Deno.writeTextFile(path, `${problem}\n${code}${end}`);
  return path;
}

const outline = { name: "ones", maxSize: 7, suites: ["random"] };

Deno.test("outlineOf() knows the toolkit's problems, and asks a module in a child process alone", async () => {
  const { name, maxSize } = problems.badd!;
  assertEquals(await outlineOf("badd"), { name, maxSize, suites: ["random", "carry"] });
  const path = await moduleOf("here", `(globalThis as Record<string, unknown>).wasHere = true;`);
  assertEquals(await outlineOf(path), outline);
  assert(!("wasHere" in globalThis));
});

Deno.test("the child may do nothing but read, and what its module says and leaves undone is not taken for an answer", async () => {
  const states = `["run", "write", "net", "env", "sys", "ffi"].map((name) =>
  Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state)`;
  const path = await moduleOf(
    "noisy",
    `const states = ${states};
if (states.some((state) => state !== "prompt")) throw new Error("It may " + states.join());
console.log('{"name": "other", "maxSize": 1, "suites": []}');
console.error("error: noise");
setInterval(() => {}, 1000);`,
  );
  assertEquals(await outlineOf(path), outline);
});

Deno.test("what is wrong with a module is said as train says it", async () => {
  const paths = [
    await moduleOf("throws", 'throw new Error("Broken.\\nMore");'),
    await moduleOf("none", "export default 3;"),
    await moduleOf("writes", `Deno.writeTextFileSync("${directory}/written", "");`.replaceAll("\\", "/")),
    `${directory}/missing.ts`,
  ];
  for (const path of paths.slice(0, 2).concat(paths.slice(3))) {
    const { message } = await assertRejects(() => loadProblem(path), RunError);
    assertEquals((await assertRejects(() => outlineOf(path), RunError)).message, message);
  }
  await assertRejects(
    () => outlineOf(paths[2]!),
    RunError,
    `Cannot load problem ${paths[2]}: Requires write access`,
  );
  assert(!filesIn(directory).includes("written"));
  const wrong = await assertRejects(() => loadProblem("sum"), UsageError);
  assertEquals(sentError(await assertRejects(() => outlineOf("sum"), UsageError)), sentError(wrong));
});

Deno.test("a module that ends its process, forges an answer or never loads is refused in one line", async () => {
  const exits = await moduleOf("exits", "Deno.exit(3);");
  await assertRejects(
    () => outlineOf(exits),
    RunError,
    `Cannot load problem ${exits}: its module ended the process, with exit status 3`,
  );
  const forged = await moduleOf(
    "forged",
    `console.log('{"name": "\\\\u001b[2J", "maxSize": "7"}'); Deno.exit(0);`,
  );
  await assertRejects(
    () => outlineOf(forged),
    RunError,
    `its module made the process say "{\\"name\\": \\"\\\\u001b[2J\\"`,
  );
  for (const code of ["while (true);", "await new Promise(() => setInterval(() => {}, 1000));"]) {
    const path = await moduleOf("slow", code);
    await assertRejects(
      () => outlineOf(path, 0.5),
      RunError,
      `Cannot load problem ${path}: its module was not loaded within 0.5 s`,
    );
  }
});

Deno.test("sweep --help has the defaults of a module's problem, and a grid names no module", async () => {
  const path = await moduleOf("marks", `Deno.writeTextFileSync("${directory}/marked", "");`);
  const { code, stdout, stderr } = await run("sweep", ["--help", `--problem=${await moduleOf("plain", "")}`]);
  assertEquals([code, stderr], [0, ""]);
  assert(/--max-size N .*\(default: 7; of the problem\)/.test(stdout), stdout);
  await Deno.writeTextFile(`${directory}/grid.json`, JSON.stringify({ problem: [path] }));
  const grid = await run("sweep", [`--grid=${directory}/grid.json`, `--dir=${directory}/runs`]);
  assertEquals([grid.code, grid.stdout], [2, ""]);
  const marked = await run("sweep", ["--help", `--problem=${path}`]);
  assertEquals([marked.code, marked.stdout], [1, ""]);
  assert(!filesIn(directory).some((name) => name === "marked" || name === "runs"));
});

Deno.test("checkSpawn() leaves no pipe to its child open", { sanitizeResources: true }, checkSpawn);
