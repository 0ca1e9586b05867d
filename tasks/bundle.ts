/**
 * Writes the toolkit as one JavaScript file that needs nothing beside it.
 * @module
 */
import { outputFile } from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { version_wasm } from "../lib/deps.ts";
import { WASM_BINARY } from "../lib/engine/wasm/binary.ts";
import { RunError } from "../lib/errors.ts";
import { fileOf, shippedModels } from "../lib/model/shipped.ts";

/** The command of `deno task bundle`. */
export const command: Command = {
  name: "bundle",
  summary: "Writes the toolkit, its shipped models included, as one file: deno run -A FILE train",
  usage: "[--out FILE]",
  flags: [{ name: "out", value: "FILE", help: "File to write", default: "neural-gpu.js" }],
  examples: ["bundle", "bundle --out /tmp/neural-gpu.js"],
  async run(args) {
    const directory = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${directory}/embedded.ts`, embeddedModule());
      const replaced = { [here("lib/io/embedded.ts")]: "./embedded.ts" };
      await Deno.writeTextFile(`${directory}/imports.json`, JSON.stringify({ imports: replaced }));
      await bundle(`${directory}/imports.json`, outputFile(args, "out")!);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
};

/** The URL of one of the toolkit's files. */
function here(path: string): string {
  return new URL(`../${path}`, import.meta.url).href;
}

/** The text of a module that has the exports of `lib/io/embedded.ts`, and the files. */
function embeddedModule(): string {
  const files = [
    ...shippedModels.map((name) => [fileOf(name), here(`data/models/${fileOf(name)}`)]),
    [WASM_BINARY, `npm:@tensorflow/tfjs-backend-wasm@${version_wasm}/dist/${WASM_BINARY}`],
  ];
  const entries = files.map(([name, url]) => {
    const [key, from] = [JSON.stringify(name), JSON.stringify(url)];
    return `${key}: async () => (await import(${from}, { with: { type: "bytes" } })).default,\n`;
  });
  return `export const bundled = true;\nexport const embeddedFiles = {\n${entries.join("")}};\n`;
}

async function bundle(importMap: string, out: string): Promise<void> {
  const flags = ["--quiet", "--unstable-raw-imports", "--import-map", importMap, "--output", out];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", ...flags, here("mod.ts")],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new RunError(`Cannot bundle the toolkit: ${new TextDecoder().decode(stderr).trim()}`, {
      code: "process",
    });
  }
}

if (import.meta.main) await runCommand(command, Deno.args);
