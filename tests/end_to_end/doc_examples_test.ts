// The examples of `deno doc mod.ts`. Their types are checked by `deno check --doc`.
import { assert, assertEquals } from "@std/assert";
import { root } from "../support/process.ts";

/** What is read here of what `deno doc --json` prints. */
interface Documentation {
  readonly nodes: Record<string, { readonly symbols: readonly Documented[] }>;
}

/** An export. */
interface Documented {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly location: { readonly filename: string };
    readonly jsDoc?: { readonly tags?: readonly { readonly kind: string }[] };
  }[];
}

async function deno(...args: string[]): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: root, env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

const { nodes }: Documentation = JSON.parse((await deno("doc", "--json", "mod.ts")).stdout);
const documented = Object.values(nodes).flatMap(({ symbols }) => symbols);
const exported = documented.flatMap(({ name, declarations }) =>
  declarations.map(({ kind, location, jsDoc }) => ({
    name,
    kind,
    file: location.filename,
    examples: jsDoc?.tags?.filter((tag) => tag.kind === "example").length ?? 0,
  }))
);

Deno.test("every function of mod.ts has an example", () => {
  const functions = exported.filter(({ kind }) => kind === "function");
  assert(functions.length >= 10);
  assertEquals(functions.filter(({ examples }) => examples === 0), []);
});

Deno.test("the examples of mod.ts do what they assert", async () => {
  const files = new Set([
    "mod.ts",
    ...exported.filter(({ examples }) => examples > 0).map(({ file }) => file),
  ]);
  const flags = ["--doc", "--no-check", "--no-prompt", "--allow-read", "--allow-write"];
  const { success, stdout, stderr } = await deno("test", ...flags, ...files);
  assert(success, stdout + stderr);
  const passed = Number(/^ok \| (\d+) passed/m.exec(stdout)?.[1]);
  assert(passed > exported.reduce((sum, { examples }) => sum + examples, 0), stdout);
});
