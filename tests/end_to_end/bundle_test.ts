// The toolkit as one file: what `deno task bundle` writes works alone in a directory, without packages or the network.
import { assertEquals, assertMatch } from "@std/assert";
import { shippedModels } from "../../lib/model/shipped.ts";
import { testWithAdapter } from "../support/adapter.ts";
import { onesModule } from "../support/ones.ts";
import { emptyDirectory, filesIn, type Outcome, run } from "../support/process.ts";

const cwd = emptyDirectory();
const built = await run("bundle", ["--out", `${cwd}/neural-gpu.js`]);

const bundled = (...args: string[]): Promise<Outcome> => {
  const permissions = ["--allow-read=.", "--allow-write=.", "--allow-run"];
  const deno = ["--no-npm", "--no-remote", ...permissions];
  return run("", args, { cwd, deno, script: "neural-gpu.js" });
};
/** The rows of a report without the run's directory and the seconds. */
const rowsOf = (csv: string) => csv.replace(/^runs[^,]*|,[\d.]+(?=,[\d.]+$)/gm, "");
const tiny = ["--problem=copy", "--max-size=4", "--maps=8", "--batch-size=16", "--steps=20"];

Deno.test("deno task bundle writes one file and tells nothing", () => {
  assertEquals(built, { code: 0, stdout: "", stderr: "" });
  assertEquals(filesIn(cwd), ["neural-gpu.js"]);
});

Deno.test("a bundle generates what the toolkit generates", async () => {
  const args = ["--problem=badd", "--size=1..3", "--count=2"];
  assertEquals(await bundled("generate", ...args), await run("generate", args));
});

Deno.test("a bundle draws what the toolkit draws", async () => {
  const metrics = "step,attempt,size,loss\n8,1,3,1.5\n16,1,4,0.5\n";
  await Deno.writeTextFile(`${cwd}/metrics.csv`, metrics);
  const drawn = await bundled("plot", "metrics.csv");
  assertMatch(drawn.stdout, /<svg /);
  assertEquals(drawn, await run("plot", [`${cwd}/metrics.csv`]));
});

Deno.test("a bundle solves with shipped models, and a program that imports it finds all of them", async () => {
  const { code, stdout, stderr } = await bundled("solve", "--backend=wasm", "12 + 30");
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^model: 42$/m);
  await Deno.writeTextFile(
    `${cwd}/load.ts`,
    `import { loadModel } from "./neural-gpu.js";
for (const name of Deno.args) console.log((await loadModel(name)).problem.name);
`,
  );
  const options = { cwd, deno: ["--no-npm", "--no-remote", "--allow-read=."], script: "load.ts" };
  const loaded = await run("", shippedModels, options);
  assertEquals(loaded, { code: 0, stdout: shippedModels.map((name) => `${name}\n`).join(""), stderr: "" });
});

Deno.test("a bundle trains on wasm, with workers, to the same bits as the toolkit", async () => {
  const args = [...tiny, "--backend=wasm", "--workers=2"];
  const { code, stdout, stderr } = await bundled("train", ...args, "--out=runs/wasm");
  assertEquals(code, 0, stderr);
  assertEquals(/fewer workers/.test(stderr), false, stderr);
  assertMatch(stderr, /^ +deno run --allow-read \S+\/neural-gpu\.js evaluate --model runs\/wasm$/m);
  const { stdout: rows } = await run("train", [...args, "--out=runs/modules"], { cwd });
  assertEquals(rowsOf(stdout), rowsOf(rows));
});

testWithAdapter("a bundle trains on webgpu", async () => {
  const { code, stdout, stderr } = await bundled("train", ...tiny, "--backend=webgpu", "--out=runs/webgpu");
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /\nruns\/webgpu\S*,copy,random,4,/);
});

Deno.test("a bundle sweeps, also over a problem of one's own that imports it", async () => {
  await Deno.writeTextFile(`${cwd}/mine.ts`, onesModule("./neural-gpu.js"));
  const settings = ["--max-size=2", "--maps=4", "--batch-size=4", "--steps=2", "--backend=cpu", "--seeds=1"];
  const { code, stdout, stderr } = await bundled("sweep", "--problem=./mine.ts", ...settings, "--dir=runs/s");
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /,not solved,,2,[^\n]*\/model\.safetensors\n$/);
});
