// What the tasks of deno.json may do, and that they start without noise.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { permissionsOf, root } from "../support/process.ts";

/** What each command needs: files, for models by URL the network, and for a sweep's runs, a bundle and a release Deno. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  generate: ["--allow-read", "--allow-write"],
  train: ["--allow-read", "--allow-write", "--allow-net"],
  evaluate: ["--allow-read", "--allow-write", "--allow-net"],
  predict: ["--allow-read", "--allow-write", "--allow-net"],
  solve: ["--allow-read", "--allow-net"],
  trace: ["--allow-read", "--allow-write", "--allow-net"],
  plot: ["--allow-read", "--allow-write"],
  extract: ["--allow-read", "--allow-write", "--allow-net"],
  sweep: ["--allow-read", "--allow-write", "--allow-run"],
  bench: ["--allow-read", "--allow-write"],
  bundle: ["--allow-read", "--allow-write", "--allow-run"],
  release: ["--allow-read", "--allow-write", "--allow-run"],
};

/** The tasks of those who work on the toolkit. */
const TOOLS: readonly string[] = ["check", "docs", "page", "peers", "test", "test:slow", "test:browser"];

const config = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));

/** The README and what it leads to. */
async function documentation(): Promise<string> {
  const files = [...Deno.readDirSync(`${root}/docs`)].filter(({ name }) => name.endsWith(".md"));
  const paths = [`${root}/README.md`, ...files.map(({ name }) => `${root}/docs/${name}`)];
  return (await Promise.all(paths.map((path) => Deno.readTextFile(path)))).join("\n");
}

Deno.test("a task may do what its command needs and the documentation explains, and nothing else", async () => {
  const commands = Object.keys(config.tasks).filter((task) => !TOOLS.includes(task));
  assertEquals(commands.sort(), Object.keys(NEEDED).sort());
  const text = await documentation();
  for (const command of commands) {
    const needed = NEEDED[command]!;
    assertEquals(permissionsOf(command), ["--no-prompt", ...needed], command);
    for (const flag of needed) assertStringIncludes(text, flag);
  }
});

Deno.test("no package has a build script, of which Deno would warn at the first start", async () => {
  const { npm } = JSON.parse(await Deno.readTextFile(`${root}/deno.lock`));
  const packages = Object.entries<{ scripts?: boolean }>(npm);
  assertEquals(packages.filter(([, { scripts }]) => scripts).map(([name]) => name), []);
});

Deno.test("there is one copy of tfjs's core, with which the backends and gradients register", async () => {
  const { npm } = JSON.parse(await Deno.readTextFile(`${root}/deno.lock`));
  assertEquals(Object.keys(npm).filter((name) => name.startsWith("@tensorflow/tfjs-core@")).length, 1);
});

Deno.test("deno.json brings no warning about its own permissions", () => {
  assertEquals(config.permissions, undefined);
  for (const { command } of Object.values<{ command: string }>(config.tasks)) {
    assertEquals(/ -P\b| --permission-set\b/.exec(command), null, command);
  }
});
