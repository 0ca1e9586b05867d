// What is loaded has limits: regular files, so many bytes, so much time.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadDataset } from "../../lib/problems/dataset.ts";
import { RunError } from "../../lib/errors.ts";
import { fetchBytes } from "../../lib/io/fetch.ts";
import { loadModel } from "../../lib/model/file.ts";
import { readBytes, readText } from "../../lib/io/read_file.ts";
import { emptyDirectory, filesIn, outcomeOf, root, run, start } from "../support/process.ts";

const cwd = emptyDirectory();

async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(attempt, RunError)).message;
}

Deno.test("readBytes() and readText() read up to a limit", async () => {
  await Deno.writeTextFile(`${cwd}/text`, "1234é");
  assertEquals(await readText(`${cwd}/text`, 6), "1234é");
  assertEquals((await readBytes(`${cwd}/text`, 6)).length, 6);
  assertEquals(
    await refusal(() => readText(`${cwd}/text`, 5)),
    `Cannot read ${cwd}/text: it has 6 bytes, expected at most 5`,
  );
  assertEquals(
    await refusal(() => readBytes(new URL(`file://${cwd}/none`), 5, "the text")),
    "Cannot read the text: no such file or directory",
  );
});

Deno.test({
  name: "models and datasets that are too large or no regular files are refused at once",
  ignore: Deno.build.os === "windows",
  async fn() {
    await Deno.writeTextFile(`${cwd}/large`, "");
    await Deno.truncate(`${cwd}/large`, 1_234_567_890);
    await new Deno.Command("mkfifo", { args: [`${cwd}/pipe`] }).output();
    const reasons = [
      [`${cwd}/large`, "it has 1,234,567,890 bytes, expected at most 64,000,000"],
      [`${cwd}/pipe`, "it is no regular file, expected one"],
      ["/dev/zero", "it is no regular file, expected one"],
    ];
    for (const [path, reason] of reasons) {
      for (const [load, most] of [[loadModel, "64"], [loadDataset, "256"]] as const) {
        const expected = `Cannot read ${path}: ${reason}`.replace("64,", `${most},`);
        assertEquals(await refusal(() => load(path!)), expected);
      }
    }
  },
});

/** What is found at a path of a server that does what hostile ones do. */
function answer(request: Request): Response | Promise<Response> {
  const { pathname } = new URL(request.url);
  const endless = (milliseconds: number) =>
    new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        controller.enqueue(new Uint8Array(100_000));
      },
    });
  const zeros = () => new Blob([new Uint8Array(3e6)]).stream();
  if (pathname === "/never") {
    return new Promise((resolve) => request.signal.onabort = () => resolve(new Response())); // lets the server end
  }
  if (pathname === "/endless") return new Response(endless(0));
  if (pathname === "/slow") return new Response(endless(200));
  if (pathname === "/empty") return new Response(null);
  if (pathname === "/missing") return new Response("no", { status: 404 });
  const packed = zeros().pipeThrough(new CompressionStream("gzip"));
  return new Response(packed, { headers: { "content-encoding": "gzip" } });
}

Deno.test("fetchBytes() has a limit of bytes after decompression, of time to an answer, and of time in all", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const get = (path: string, limits = {}) =>
    fetchBytes(new URL(`http://127.0.0.1:${server.addr.port}/${path}`), path, {
      ...{ bytes: 3e6, answer: 20, whole: 20 },
      ...limits,
    });
  assertEquals((await get("gzip")).length, 3e6);
  assertEquals((await get("empty")).length, 0);
  const refused: [path: string, limits: object, reason: string][] = [
    ["gzip", { bytes: 2_999_999 }, "it has more than 2,999,999 bytes, expected at most that many"],
    ["endless", {}, "it has more than 3,000,000 bytes, expected at most that many"],
    ["never", { answer: 0.1 }, "the server does not answer within 0.1 s"],
    ["never", { whole: 0.1 }, "it is not there whole within 0.1 s"],
    ["slow", { whole: 2, answer: 1 }, "it is not there whole within 2 s"],
    ["missing", {}, "the server answers 404"],
  ];
  for (const [path, limits, reason] of refused) {
    const started = performance.now();
    assertEquals(await refusal(() => get(path, limits)), `Cannot read ${path}: ${reason}`);
    assert(performance.now() - started < 10_000);
  }
  assertEquals(await refusal(() => loadModel("http://")), "Cannot read http://: it is no URL");
});

Deno.test("what a server sends takes little more memory than the limit of bytes", async () => {
  const few = new Uint8Array(1000); // of which the client gets each in a buffer of its own
  const packed = new Blob([new Uint8Array(1e8)]).stream().pipeThrough(new CompressionStream("gzip"));
  const bomb = await new Response(packed).bytes();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) =>
      url.endsWith("/bomb")
        ? new Response(bomb, { headers: { "content-encoding": "gzip" } })
        : new Response(new ReadableStream({ pull: (controller) => controller.enqueue(few) })),
  );
  await Deno.writeTextFile(
    `${cwd}/grow.ts`,
    `import { fetchBytes } from "${new URL("../../lib/io/fetch.ts", import.meta.url)}";
    const [url, bytes] = Deno.args;
    const start = Deno.memoryUsage().rss;
    let most = start;
    setInterval(() => most = Math.max(most, Deno.memoryUsage().rss), 5);
    await fetchBytes(new URL(url!), "it", { bytes: Number(bytes), answer: 20, whole: 60 }).catch(() => {});
    console.log(most - start);
    Deno.exit();`,
  );
  for (const [path, bytes] of [["endless", 16e6], ["bomb", 64e6]] as const) {
    const url = `http://127.0.0.1:${server.addr.port}/${path}`;
    const deno = ["--config", `${root}/deno.json`, "-A"];
    const { stdout, stderr } = await run("", [url, String(bytes)], { deno, script: `${cwd}/grow.ts` });
    // It was more than a gigabyte for either; how much the garbage collector leaves lying about varies.
    assert(Number(stdout) > 0 && Number(stdout) < 400e6, `${path}: ${stdout} bytes ${stderr}`);
  }
});

Deno.test("after a redirect the hint about permissions names the host that it leads to", async () => {
  await using target = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const there = `127.0.0.1:${target.addr.port}`;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.redirect(`http://${there}/empty`),
  );
  const here = `127.0.0.1:${server.addr.port}`;
  const { code, stderr } = await outcomeOf(
    start("evaluate", [`--model=http://${here}/model`], {
      cwd,
      deno: [`--allow-net=${here}`, "--allow-read"],
    }),
  );
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `error: Cannot read http://${here}/model: Deno was not given permission for it, ` +
      `run again with --allow-net=${there}\n`,
  );
});

Deno.test({
  name: "standard streams as files: the message says what to do instead",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const special = "Deno keeps such files for programs with all permissions, expected a regular file";
    const model = "--model=copy";
    const cases: [command: string, args: string[], error: string][] = [
      ["evaluate", [model, "--data=/dev/stdin"], "read /dev/stdin: expected - for standard input"],
      ["train", ["--data=/dev/stdin"], "read /dev/stdin: expected - for standard input"],
      ["evaluate", ["--model=/dev/stdin"], `read /dev/stdin: ${special}`],
      ["train", ["--config=/dev/stdin"], `read /dev/stdin: ${special}`],
      ["sweep", ["--grid=/dev/stdin", "--seeds=1"], `read /dev/stdin: ${special}`],
      [
        "evaluate",
        [model, "--predictions=/dev/stdout"],
        `write /dev/stdout: ${special}, or none where rows go to standard output`,
      ],
      ["evaluate", [model, "--out=-"], "use --out -: expected the path of a file, or no --out"],
      [
        "evaluate",
        [model, "--predictions=-"],
        "use --predictions -: expected the path of a file, or no --predictions",
      ],
      [
        "generate",
        ["--problem=copy", "--size=1", "--count=1", "--out=-"],
        "use --out -: expected the path of a file, or no --out",
      ],
      ["sweep", ["--seeds=1", "--out=-"], "use --out -: expected the path of a file, or no --out"],
    ];
    await Promise.all(
      cases.map(async ([command, args, error]) =>
        assertEquals((await outcomeOf(start(command, args, { cwd }))).stderr, `error: Cannot ${error}\n`)
      ),
    );
    assert(!filesIn(cwd).includes("-"));
  },
});
