// What the children of a sweep may do.
import { assert, assertEquals } from "@std/assert";
import { assertRefused, filesIn, forgetModules, root, run } from "../support/process.ts";
import { parseRows } from "../support/sweep_rows.ts";
import { cwd, tiny } from "../support/sweeps.ts";

Deno.test("children may do no more than their sweep, and where it may not run them, one line says so", async () => {
  const script = `${root}/tasks/sweep.ts`;
  const args = ["--seeds=1", "--dir=narrow", ...tiny.filter((arg) => arg !== "--backend=wasm")];
  const narrow = ["--allow-read=narrow", "--allow-write=narrow"];
  const deno = [...narrow, `--allow-run=${Deno.execPath()}`];
  for (const backend of ["cpu", "wasm"]) {
    const { stdout, stderr } = await run("", [...args, `--backend=${backend}`], { cwd, deno, script });
    assertEquals(parseRows(stdout).at(-1)!.status, "not solved", stderr);
  }
  const before = filesIn(`${cwd}/narrow`);
  const unable = { cwd, deno: narrow, script };
  const none = await run("", [...args, "--backend=cpu", "--out=narrow/none.csv"], unable);
  assertRefused(none, 1, /^Cannot run [^\n]+, run again with --allow-run$/);
  assertEquals(filesIn(`${cwd}/narrow`), before);
});

Deno.test("children may import from where their sweep may, which a problem's own imports need", async () => {
  const serve = (respond: (path: string) => Promise<BodyInit>) =>
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ url }) => {
      const headers = { "content-type": "text/plain" };
      return new Response(await respond(new URL(url).pathname), { headers });
    });
  // By URL, for a toolkit with a deno.lock would note there what the problem imports.
  const toolkit = serve((path) => Deno.readTextFile(root + path));
  const other = serve(() => Promise.resolve("export const answer = (input: string): string => input;"));
  try {
    await Deno.writeTextFile(
      `${cwd}/mine.ts`,
      `import { answer } from "http://127.0.0.1:${other.addr.port}/answer.ts";
const suites = { random: (size: number) => "1".repeat(size) };
export default { name: "ones", title: "Ones", symbols: "1", maxSize: 10, suites, answer };
`,
    );
    const deno = ["--allow-read", "--allow-write", "--allow-run", "--allow-import"];
    const script = `http://127.0.0.1:${toolkit.addr.port}/tasks/sweep.ts`;
    const args = ["--seeds=1", "--dir=imports", ...tiny.slice(2), "--backend=cpu", "--problem=./mine.ts"];
    const { stdout, stderr } = await run("", args, { cwd, deno, script });
    const [row] = parseRows(stdout);
    assert(row?.steps === "2", row?.message ?? stderr);
  } finally {
    for (const server of [toolkit, other]) {
      await server.shutdown();
      await forgetModules(server.addr.port);
    }
  }
});
