// How problems are found, defined and loaded.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RunError, UsageError } from "../../lib/errors.ts";
import type { Random } from "../../lib/random.ts";
import {
  defineProblem,
  findProblem,
  loadProblem,
  type Notation,
  type Problem,
  problems,
} from "../../lib/problems/mod.ts";

const problem = (name: string): Problem => problems[name]!;

Deno.test("findProblem() knows the table and no property of objects", () => {
  assertEquals(findProblem("badd"), problems.badd);
  for (const name of ["", "nope", "toString", "__proto__", "BADD"]) {
    assertEquals(findProblem(name), undefined);
  }
});

Deno.test("defineProblem() refuses what is not well defined", () => {
  const good = problem("copy");
  assertEquals(defineProblem(good), good);
  const bad: Partial<Problem>[] = [
    { name: "9lives" },
    { name: "../up" },
    { symbols: "" },
    { symbols: "010" },
    { symbols: "0 1" },
    { symbols: "01é" },
    { maxSize: 0 },
    { maxSize: 1.5 },
    { suites: {} },
    { suites: { carry: good.suites.carry!, random: good.suites.random! } },
    { suites: { random: "0" as unknown as () => string } },
    { arithmetic: { operator: "/", radix: 2 } },
    { arithmetic: { operator: "+", radix: 16 } },
    { notation: { radix: 1, form: "A", write: () => "0" } },
    { notation: { radix: 2, form: "A" } as unknown as Notation },
    { answer: undefined as unknown as Problem["answer"] },
  ];
  const typo = { ...good, symbol: "01" };
  assertThrows(
    () => defineProblem(typo),
    UsageError,
    "Cannot define a problem with option symbol: there is no such setting, did you mean symbols",
  );
  for (const change of bad) assertThrows(() => defineProblem({ ...good, ...change }), UsageError);
});

Deno.test("loadProblem() takes the names of the table", async () => {
  for (const name of Object.keys(problems)) assertEquals(await loadProblem(name), problems[name]);
  const wrong = [["nope", "copy"], [""], ["toString"], ["badd ", "badd"], [
    "bucketsort",
    "bucket-sort",
  ]] as const;
  for (const [name, near] of wrong) {
    const error = await assertRejects(() => loadProblem(name), UsageError);
    assertEquals(
      error.message,
      `Cannot use problem ${
        JSON.stringify(name)
      }: expected a name that generate --list prints, such as badd, bmul, add, mul, copy, reverse, duplicate, sort` +
        `${near === undefined ? "" : ` (did you mean ${near})`}, or the path of a module such as ./mine.ts`,
    );
  }
});

const flip = `{
  name: "flip", title: "Flips bits", symbols: "01", maxSize: 10,
  suites: { random: (size, random) => Array.from({ length: size }, () => random.integer(2)).join("") },
  answer: (input) => input.replace(/./g, (bit) => bit === "0" ? "1" : "0"),
}`;

Deno.test("defineProblem() draws examples of any lengths, and names the input of one that is wrong", () => {
  const good = problem("copy");
  const lengths = (size: number, random: Random) => "01".repeat(random.between(1, size));
  assertEquals(defineProblem({ ...good, suites: { random: lengths } }).name, "copy");
  const broken = { ...good, answer: (input: string) => input === "1" ? "2" : input };
  assertThrows(
    () => defineProblem(broken),
    UsageError,
    'Cannot define problem "copy": the answer to "1" of size 1 has "2", expected one of 01',
  );
});

Deno.test("loadProblem() takes a module by absolute path, also with odd characters, and by URL", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/odd #1 100% name?.mjs`;
    await Deno.writeTextFile(path, `export default ${flip}`);
    assertEquals((await loadProblem(path)).answer("0110"), "1001");
    await Deno.writeTextFile(`${directory}/b.mjs`, `export default ${flip}`);
    assertEquals((await loadProblem(new URL(`file://${directory}/b.mjs`).href)).name, "flip");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("loadProblem() of a toolkit loaded by URL takes a path from the current directory", async () => {
  const directory = await Deno.makeTempDir();
  const root = new URL("../../", import.meta.url);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const file = new URL("." + new URL(request.url).pathname, root);
    return new Response(await Deno.readFile(file), { headers: { "content-type": "application/typescript" } });
  });
  try {
    const origin = `http://127.0.0.1:${server.addr.port}`;
    await Deno.writeTextFile(`${directory}/mine.ts`, `const mine: unknown = ${flip}; export default mine;`);
    await Deno.writeTextFile(
      `${directory}/main.ts`,
      `import { loadProblem } from "${origin}/lib/problems/mod.ts";
      for (const path of ["./mine.ts", "mine.ts"]) console.log((await loadProblem(path)).answer("0110"));`,
    );
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--no-lock", "--no-check", `--reload=${origin}`]
        .concat("--allow-read", "--allow-import", "main.ts"),
      cwd: directory,
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "1001\n1001\n", new TextDecoder().decode(stderr));
  } finally {
    await server.shutdown();
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("loadProblem() says in one line what is wrong with a module", async () => {
  const directory = await Deno.makeTempDir();
  const changed = (change: string) => `export default { ...(${flip}), ${change} }`;
  const expectations: [source: string, reason: string][] = [
    [`export const flip = ${flip}`, "it has no default export, expected `export default defineProblem(…)`"],
    ["export default 3", "its default export is number, expected a problem"],
    ["export default null", "its default export is null, expected a problem"],
    ["export default function () {}", "its default export is function, expected a problem"],
    [changed("name: undefined"), "its name is undefined, expected string"],
    [
      changed('name: "a/b"'),
      'Cannot define problem "a/b": its name needs letters, digits, - or _, 100 at most',
    ],
    [changed("title: 1"), "its title is number, expected string"],
    [changed('symbols: ["0"]'), "its symbols is object, expected string"],
    [changed('symbols: "00"'), 'Cannot define problem "flip": symbol "0" stands twice'],
    [changed('maxSize: "10"'), "its maxSize is string, expected number"],
    [changed("maxSize: 0"), 'Cannot define problem "flip": maxSize must be a whole number of at least 1'],
    [changed("answer: 1"), "its answer is number, expected function"],
    [changed("suites: undefined"), "it has no suites, expected functions by name"],
    [changed("suites: { random: 1 }"), "its suite random is number, expected function"],
    [
      changed("suites: { hard: () => '1' }"),
      'Cannot define problem "flip": its first suite must be `random`',
    ],
    [changed("arithmetic: { radix: 2 }"), "its arithmetic has no operator, expected + or - or *"],
    [
      changed('arithmetic: { operator: "+", radix: 1 }'),
      "its arithmetic has no radix, expected a whole number from 2 to 10",
    ],
    [
      changed("suites: { random: () => '' }"),
      'Cannot define problem "flip": an input of size 1 of suite random is empty or not a string',
    ],
    [
      changed("suites: { random: () => '12' }"),
      'Cannot define problem "flip": an input of size 1 of suite random has "2", expected one of 01',
    ],
    [
      changed("answer: () => 1"),
      'Cannot define problem "flip": the answer to "0" of size 1 is empty or not a string',
    ],
    [
      changed("answer: (x) => x.replaceAll('1', '')"),
      'Cannot define problem "flip": the answer to "1" of size 1 is empty or not a string',
    ],
    [
      changed("answer: () => { throw new RangeError('No.\\nMore') }"),
      'Cannot define problem "flip": the answer to "0" of size 1 failed, No',
    ],
    ["throw new Error('Broken.\\nSecond line')", "Broken"],
    ["throw { toString() { throw 1 } }", "a value of type object"],
    ["export default new Proxy({}, { get() { throw new Error('Trapped') } })", "Trapped"],
    [changed("get maxSize() { throw new Error('Trapped\\nhere') }"), "Trapped"],
    [changed("suites: new Proxy({}, { ownKeys() { throw new Error('Trapped') } })"), "Trapped"],
    [
      changed("answer: async () => { throw new Error('Late') }"),
      'Cannot define problem "flip": the answer to "0" of size 1 is empty or not a string',
    ],
    [
      changed("answer: () => '01'.repeat(1.5e6)"),
      'Cannot define problem "flip": the answer to "0" of size 1 has 3,000,000 symbols, expected at most 11,000',
    ],
    [
      changed("suites: { random: () => '01'.repeat(1.5e6) }"),
      'Cannot define problem "flip": an input of size 1 of suite random has 3,000,000 symbols, expected at most 11,000',
    ],
  ];
  try {
    for (const [index, [source, reason]] of expectations.entries()) {
      const path = `${directory}/wrong${index}.mjs`;
      await Deno.writeTextFile(path, source);
      const error = await assertRejects(() => loadProblem(path), RunError);
      assertEquals(error.message, `Cannot load problem ${path}: ${reason}`);
    }
    const slow = `${directory}/slow.mjs`;
    await Deno.writeTextFile(slow, "await new Promise((end) => setTimeout(end, 500)); export default 1;");
    const late = await assertRejects(() => loadProblem(slow, 0.1), RunError);
    assertEquals(late.message, `Cannot load problem ${slow}: it has not run to its end within 0.1 s`);
    const path = `${directory}/syntax.mjs`;
    await Deno.writeTextFile(path, "export default {");
    const syntax = await assertRejects(() => loadProblem(path), RunError);
    assert(!syntax.message.includes("\n") && syntax.message.startsWith(`Cannot load problem ${path}: `));
    const missing = await assertRejects(() => loadProblem(`${directory}/none.ts`), RunError);
    assertEquals(
      missing.message,
      `Cannot load problem ${directory}/none.ts: Module not found "file://${directory}/none.ts"`,
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("loadProblem() keeps what it checked, whatever getters say later, and `this` of the answer", async () => {
  const path = await Deno.makeTempFile({ suffix: ".mjs" });
  const fields = ["name", "title", "symbols", "maxSize", "answer", "suites", "arithmetic", "notation"];
  await Deno.writeTextFile(
    path,
    `const flip = { ...(${flip}), arithmetic: { operator: "+", radix: 2 }, found: "1" };
    flip.notation = { radix: 2, form: "A + B", write: () => "0" };
    flip.answer = function (input) { return this.found.repeat(input.length); };
    const asked = new Set();
    for (const field of ${JSON.stringify(fields)}) {
      const value = flip[field];
      Object.defineProperty(flip, field, {
        enumerable: true,
        get() { return asked.has(field) ? 17 : (asked.add(field), value); },
      });
    }
    export default flip;`,
  );
  try {
    const loaded = await loadProblem(path);
    assertEquals([loaded.name, loaded.symbols, loaded.maxSize, loaded.arithmetic?.radix], [
      "flip",
      "01",
      10,
      2,
    ]);
    assertEquals(loaded.answer("0110"), "1111");
    assertEquals(Object.keys(loaded.suites), ["random"]);
    assertEquals(loaded.notation?.form, "A + B");
    assert(Object.isFrozen(loaded) && Object.isFrozen(loaded.suites));
  } finally {
    await Deno.remove(path);
  }
});
