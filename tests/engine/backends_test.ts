// How a backend starts and fails. A process has one backend, so each test runs a small script as a process of its own.
import { isSoftware, requestAdapter } from "../../lib/engine/webgpu/start.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { BACKENDS } from "../../lib/engine/backend.ts";
import { testWithAdapter } from "../support/adapter.ts";

const directory = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));
const library = new URL("../../lib/", import.meta.url);

/** What a script wrote on standard output and standard error, in which `attempt` gives the message of what is thrown. */
async function run(
  body: string,
  { permissions = ["--allow-read"], env = {} }: { permissions?: string[]; env?: Record<string, string> } = {},
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const script = `${directory}/${crypto.randomUUID()}.ts`;
  await Deno.writeTextFile(
    script,
    `import { startBackend } from "${library}engine/backends.ts";
import { read } from "${library}engine/device.ts";
import { tf } from "${library}deps.ts";
const attempt = async (what: () => unknown) => {
  try { return await what() && "done"; } catch (thrown) { return (thrown as Error).name + ": " + (thrown as Error).message; }
};
/** A computation on the GPU whose shader, one that no other has, is not WGSL. */
const broken = (shaderKey: string) => {
  const program = {
    shaderKey, outputShape: [4], variableNames: ["x"], workgroupSize: [64, 1, 1], size: true,
    dispatchLayout: { x: [0] }, dispatch: [1, 1, 1], getUserCode: () => "fn main(index: i32) { nonsense; }",
  };
  return tf.engine().makeTensorFromTensorInfo((tf.backend() as any).runWebGPUProgram(program, [tf.ones([4])], "float32"));
};
${body}`,
  );
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-prompt", ...permissions, script],
    // A library that Vulkan's drivers load complains on standard error where there is no such directory.
    env: { XDG_RUNTIME_DIR: Deno.env.get("XDG_RUNTIME_DIR") ?? "/tmp", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, stdout: text(stdout), stderr: text(stderr) };
}

const adapter = await requestAdapter();
const best = adapter === null || isSoftware(adapter) ? "wasm" : "webgpu";

Deno.test(`startBackend() takes ${best} by itself on this machine's ${adapter?.info.description ?? "CPU"}`, async () => {
  const { stdout } = await run(`console.log((await startBackend("auto")).name, tf.getBackend())`);
  assertEquals(stdout, `${best} ${best}\n`);
});

// The system's own graphics interface is another one.
const noAdapter = { DENO_WEBGPU_BACKEND: Deno.build.os === "darwin" ? "dx12" : "metal" };

Deno.test("startBackend() starts one backend for calls at the same time, after a failure too, and leaves the console", async () => {
  const { stdout } = await run(
    `const console_ = { ...console };
const all = (...choices: any[]) =>
  Promise.all(choices.map((choice) => attempt(async () => (await startBackend(choice)).name))).then((all) => all.join("; "));
console.log(await all("wasm", "wasm"));
console.log(await all("auto", "wasm", "cpu"));
console.log(console.error === console_.error && console.warn === console_.warn);`,
    { env: noAdapter },
  );
  const other = "RunError: Cannot start the cpu backend: wasm runs already in this process";
  assertEquals(stdout, `done; done\ndone; done; ${other}\ntrue\n`);
  const failed = await run(
    `console.log((await Promise.all([attempt(() => startBackend("wasm")), attempt(() => startBackend("cpu"))])).join("; "));`,
    { permissions: [] },
  );
  assertEquals(
    failed.stdout,
    "RunError: Cannot start the wasm backend: it needs --allow-read for its binary; done\n",
  );
});

Deno.test("startBackend() takes wasm by itself, and refuses webgpu, where there is no adapter", async () => {
  const { stdout } = await run(
    `console.log(await attempt(() => startBackend("webgpu")));
console.log((await startBackend("auto")).name)`,
    { env: noAdapter },
  );
  assertEquals(stdout, "RunError: Cannot start the webgpu backend: there is no WebGPU adapter\nwasm\n");
});

for (const backend of BACKENDS) {
  const test = backend === "webgpu" ? testWithAdapter : Deno.test;
  test(`startBackend() writes nothing to standard output, with ${backend}`, async () => {
    const { stdout, stderr } = await run(
      `await startBackend("${backend}"); console.error([...await read(tf.add([1, 2], 3))].join())`,
    );
    assertEquals([stdout, stderr], ["", "4,5\n"]);
  });
}

Deno.test("startBackend() says in one line that wasm needs --allow-read", async () => {
  const { stdout, stderr } = await run(`console.log(await attempt(() => startBackend("wasm")))`, {
    permissions: [],
  });
  assertEquals(stdout, "RunError: Cannot start the wasm backend: it needs --allow-read for its binary\n");
  assertEquals(stderr, "");
});

Deno.test("startBackend() refuses a second backend", async () => {
  const { stdout } = await run(
    `await startBackend("cpu");
console.log((await startBackend("cpu")).name, (await startBackend("auto")).name);
console.log(await attempt(() => startBackend("wasm")));`,
  );
  assertEquals(
    stdout,
    "cpu cpu\nRunError: Cannot start the wasm backend: cpu runs already in this process\n",
  );
});

testWithAdapter("read() throws after a shader that does not compile", async () => {
  const { stdout } = await run(
    `await startBackend("webgpu");
console.log(await attempt(() => read(broken("a"))));
console.log(await attempt(() => read(tf.ones([4]))));`,
  );
  const [first, second] = stdout.split("\n");
  assertMatch(first!, /^RunError: The computation failed: the GPU reported: .*nonsense/);
  // What was computed since is not to be trusted either.
  assertEquals(second, first);
});

testWithAdapter(
  "a shader that does not compile is known of by the time its result is read, always",
  async () => {
    const { stdout } = await run(
      `await startBackend("webgpu");
let errors = 0;
(tf.backend() as any).device.addEventListener("uncapturederror", () => errors++);
const late: number[] = [];
for (let i = 0; i < 20; i++) {
  const before = errors;
  await broken("shader" + i).data();
  if (errors === before) late.push(i);
}
console.log(errors >= 20, late);`,
    );
    assertEquals(stdout, "true []\n");
  },
);

testWithAdapter("a run ends when the GPU is lost", async () => {
  const { success, stdout } = await run(
    `await startBackend("webgpu");
const values = tf.add(tf.ones([5000]), 1);
await read(tf.mul(values, 2));
(tf.backend() as any).device.destroy();
console.log(await attempt(() => read(values)));
console.log(await attempt(() => read(tf.ones([2]))));
await read(tf.add(values, tf.ones([5000])));`,
  );
  const lost = "RunError: The computation failed: the GPU was lost: device was lost\n";
  assertEquals([success, stdout], [false, lost + lost]);
});

Deno.test("startBackend() refuses a name that is none", async () => {
  const { stdout } = await run(`console.log(await attempt(() => startBackend("gpu" as any)))`);
  assertEquals(
    stdout,
    'UsageError: Cannot start a backend with choice "gpu": expected auto or webgpu or wasm or cpu\n',
  );
});
