import { assertEquals, assertMatch } from "@std/assert";
import { root } from "../support/process.ts";

const peers = (...args: string[]) =>
  new Deno.Command(Deno.execPath(), { args: ["run", "-A", `${root}/tests/peers/run.ts`, ...args] }).output();

Deno.test("peers times those that are installed and compute the same loss, and leaves the others out", async () => {
  const args = ["--maps=3", "--size=1", "--batch=2", "--turns=1", "--python=no-such-python"];
  const { code, stdout, stderr } = await peers(...args);
  const [rows, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  assertEquals(code, 0, said);
  const [header, ...lines] = rows.trimEnd().split("\n");
  assertEquals(header, "peer,version,maps,size,batch,threads,median_ms,min_ms,max_ms");
  const names = lines.map((line) => /^"(.*)",/.exec(line)![1]!);
  assertEquals(names.filter((name) => name.endsWith("wasm")), [
    ...["this toolkit, wasm", "tfjs tape, wasm", "jax-js, wasm"],
  ]);
  for (const name of ["PyTorch, eager", "PyTorch, compiled", "JAX, scan"]) {
    assertMatch(said, new RegExp(`^${name} is left out: .*no-such-python`, "m"));
  }
  const losses = [...said.matchAll(/loss ([\d.]+)$/gm)].map(([, loss]) => Number(loss));
  assertEquals(losses.length, lines.length);
  for (const loss of losses) assertEquals(loss.toFixed(3), losses[0]!.toFixed(3));
});

Deno.test("peers refuses a number that is none", async () => {
  const { code, stderr } = await peers("--maps=many");
  assertEquals(code, 2);
  assertMatch(new TextDecoder().decode(stderr), /^error: Cannot use --maps many: expected whole numbers/m);
});
