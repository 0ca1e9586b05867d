// The trace command as a process of its own.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { decode } from "fast-png";
import { decodeSafetensors } from "../../lib/io/safetensors.ts";
import { assertRefused, emptyDirectory, filesIn, type Outcome, run, start } from "../support/process.ts";

const cwd = emptyDirectory();
const trace = (...args: string[]): Promise<Outcome> => run("trace", ["--backend=wasm", ...args], { cwd });
const read = (name: string): Uint8Array<ArrayBuffer> => Deno.readFileSync(`${cwd}/${name}`);

Deno.test("trace prints every value of every state as CSV", async () => {
  const { code, stdout, stderr } = await trace("--model=reverse", "0111", "--maps=0,5..6");
  assertEquals(code, 0, stderr);
  const [header, ...lines] = stdout.trimEnd().split("\n");
  assertEquals(header, "step,column,position,map,value");
  assertEquals(lines.length, 5 * 1 * 4 * 3);
  assertEquals(lines.slice(0, 4).map((line) => line.replace(/,[^,]*$/, "")), [
    "0,0,0,0",
    "0,0,0,5",
    "0,0,0,6",
    "0,0,1,0",
  ]);
  for (const line of lines) assertMatch(line, /^\d+,0,\d+,\d+,-?[01](\.\d{1,6})?$/);
});

Deno.test("trace writes the form that the ending of --out names", async () => {
  const model = "--model=reverse";
  for (const ending of ["csv", "svg", "png", "safetensors", "html"]) {
    const { code, stdout, stderr } = await trace(model, "0111", `--out=t.${ending}`);
    assertEquals([code, stdout], [0, ""], stderr);
    assertEquals(stderr.includes("Tracing on wasm"), ending !== "html"); // a page computes in the browser
  }
  const { tensors } = await decodeSafetensors(read("t.safetensors"), "t.safetensors");
  assertEquals(tensors.get("state")!.shape, [5, 1, 4, 32]);
  assert(decode(read("t.png")).width > 100);
  const [, page] = /id="data">(.*?)<\/script>/.exec(new TextDecoder().decode(read("t.html")))!;
  assertEquals([JSON.parse(page!).input, JSON.parse(page!).target], ["0111", "1110"]);
  const svg = new TextDecoder().decode(read("t.svg"));
  assertEquals(svg.split("<image ").length - 1, 1 + 32);
  assert(svg.includes(">1110</text>") && !svg.includes('stroke-width="2"')); // the model is right
  assertEquals(new TextDecoder().decode(read("t.csv")).split("\n").length, 2 + 5 * 4 * 32);
});

Deno.test("trace refuses what is wrong before it computes, and writes nothing", async () => {
  const before = filesIn(cwd);
  const model = "--model=reverse";
  assertRefused(
    await trace(model, "0111", "--out=t.gif"),
    2,
    /^Cannot use --out t\.gif: expected a file that ends in one of \.csv, \.svg, \.png, \.\w+/,
  );
  assertRefused(
    await trace(model, "01x1"),
    2,
    'Cannot trace "01x1": it has "x" at position 3, which is no symbol of reverse, expected one of 01',
  );
  assertRefused(
    await trace(model),
    2,
    "Missing input: expected an input of the model's problem, such as 0111",
  );
  assertRefused(
    await trace("--model=reverse,copy", "01"),
    2,
    "Cannot use --model reverse,copy: expected one model",
  );
  assertRefused(
    await trace(model, "01", "--maps=32"),
    2,
    "Cannot use --maps 32: expected N, N,N or A..B with whole numbers from 0 to 31",
  );
  assertRefused(
    await trace(model, "01", "--out=none/t.svg"),
    1,
    "Cannot write none/t.svg: its directory does not exist",
  );
  const long = await trace(model, "01".repeat(2000), "--out=long.svg");
  assertEquals(long.code, 1);
  assertMatch(
    long.stderr,
    /\nerror: Cannot draw the trace: its maps have 512,128,000 values, expected at most 100,000,000; choose some with --maps, or write safetensors or CSV\n$/,
  );
  assertEquals(filesIn(cwd), before);
});

Deno.test("trace writes a state after the other, and ends when its reader does", async () => {
  const bits = "1".repeat(400);
  const process = start("trace", ["--quiet", "--backend=wasm", "--model=badd", `${bits}+${bits}`], { cwd });
  const reader = process.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const [{ code }, stderr] = await Promise.all([process.status, new Response(process.stderr).text()]);
  assertEquals([code, stderr.replaceAll(/^error: XDG.*\n/gm, "")], [141, ""]);
});
