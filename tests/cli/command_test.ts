// Each test runs a small command as a process of its own.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { VERSION } from "../../lib/version.ts";

const directory = await Deno.makeTempDir();
const script = `${directory}/fake.ts`;
const library = new URL("../../lib/", import.meta.url);
await Deno.writeTextFile(
  script,
  `import { runCommand } from "${library}cli/command.ts";
import { writeStdout } from "${library}cli/output.ts";
import { wholeNumber } from "${library}cli/arguments.ts";
import { RunError } from "${library}errors.ts";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const flags = [
  { name: "do", value: "WHAT", help: "What to do", default: "nothing" },
  { name: "size", value: "N", help: "How much", default: "5" },
];
await runCommand({
  name: "fake",
  summary: "Pretend to work.",
  usage: "[--do WHAT]",
  flags,
  examples: ["fake --do fail"],
  resolveFlags: async (args) => [{ ...flags[0]!, default: "resolved for " + args.text("size") }],
  async run(args, { progress, listenForSignals }) {
    wholeNumber("size", args.text("size")!, 1, 10);
    progress.note("a note");
    if (args.text("do") === "load") {
      await writeStdout("ready\\n");
      await pause(20_000);
    }
    const signal = await listenForSignals();
    switch (args.text("do")) {
      case "fail": throw new RunError("Cannot do it: it is impossible");
      case "bug": throw new TypeError("a bug", { cause: new Error("its cause") });
      case "below": return 1;
      case "print": for (let i = 0; i < 100_000; i++) await writeStdout("0123456789\\n"); break;
      case "throw": await writeStdout("ready\\n"); while (true) { await pause(10); signal.throwIfAborted(); }
      case "save":
        await writeStdout("ready\\n");
        while (!signal.aborted) await pause(10);
        await pause(50);
        await writeStdout("saved\\n");
        break;
      case "block": {
        await writeStdout("ready\\n");
        await pause(50);
        for (const end = Date.now() + 900; Date.now() < end;);
        while (!signal.aborted) await pause(10);
        await writeStdout("saved\\n");
        break;
      }
      case "loop": await writeStdout("ready\\n"); while (true);
      case "heard": await writeStdout("ready\\n"); while (!signal.aborted) await pause(10); while (true);
      case "reject": Promise.reject(new Error("forgotten\\nerror: forged")); await pause(20_000); break;
      case "hang": await writeStdout("ready\\n"); await pause(20_000);
    }
  },
}, Deno.args);
`,
);
globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));

function start(...args: string[]): Deno.ChildProcess {
  const { stdout, stderr } = { stdout: "piped", stderr: "piped" } as const;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-config", "--allow-read", script, ...args],
    stdout,
    stderr,
    env: { NO_COLOR: "1" },
  }).spawn();
}

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await start("--quiet", ...args).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out!, stderr: err! };
}

/** Waits until a process is ready, sends it signals with pauses between them, and tells how it ended. */
async function interrupt(
  what: string,
  signals: Deno.Signal[],
  between = 0,
): Promise<{ code: number; stdout: string; seconds: number }> {
  const process = start("--quiet", "--do", what);
  const timer = setTimeout(() => process.kill("SIGKILL"), 60_000); // which no test takes for an end of its own
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let stdout = (await reader.read()).value ?? "";
  const began = performance.now();
  for (const [index, signal] of signals.entries()) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, between));
    process.kill(signal);
  }
  for (let part; (part = (await reader.read()).value) !== undefined;) stdout += part;
  await process.stderr.cancel();
  const { code } = await process.status;
  clearTimeout(timer);
  return { code, stdout, seconds: (performance.now() - began) / 1000 };
}

Deno.test("runCommand() ends with 0, or with the status the command gives", async () => {
  assertEquals(await run(), { code: 0, stdout: "", stderr: "" });
  assertEquals(await run("--do", "below"), { code: 1, stdout: "", stderr: "" });
});

Deno.test("runCommand() tells failures in one line and bugs with their stack", async () => {
  assertEquals(await run("--do", "fail"), {
    code: 1,
    stdout: "",
    stderr: "error: Cannot do it: it is impossible\n",
  });
  const bug = await run("--do", "bug");
  assertEquals([bug.code, bug.stdout], [1, ""]);
  assertMatch(bug.stderr, /^error: TypeError: a bug\n +at .*fake\.ts:\d+[^]*Error: its cause/);
});

Deno.test("runCommand() ends with 2 on wrong usage", async () => {
  assertEquals(await run("--size", "0"), {
    code: 2,
    stdout: "",
    stderr: "error: Cannot use --size 0: expected a whole number from 1 to 10\n",
  });
  assertEquals(await run("--sice=3"), {
    code: 2,
    stdout: "",
    stderr: "error: Cannot use --sice: no such flag, did you mean --size\n",
  });
});

Deno.test("runCommand() prints help with the defaults that follow from the flags", async () => {
  const { code, stdout, stderr } = await run("--size", "7", "--help", "--do", "bug");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^Usage: fake \[--do WHAT\]\n\nPretend to work\.\n/);
  assertMatch(stdout, /--do WHAT +What to do \(default: resolved for 7\)\n/);
  assertMatch(stdout, /--version +Print/);
});

Deno.test("runCommand() prints versions and nothing else", async () => {
  const { code, stdout, stderr } = await run("--version");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, `neural-gpu ${VERSION}\ndeno ${Deno.version.deno}\ntfjs 4.22.0\n`);
});

const unix = { ignore: Deno.build.os === "windows" };

Deno.test("runCommand() lets the command save its work after a signal", unix, async () => {
  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    const { code, stdout } = await interrupt("save", [signal]);
    assertEquals([code, stdout], [status, "ready\nsaved\n"]);
  }
  assertEquals((await interrupt("throw", ["SIGTERM"])).code, 143);
});

Deno.test(
  "runCommand() is ended by a signal at once as long as nothing but loading was done",
  unix,
  async () => {
    for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      const { code, seconds } = await interrupt("load", [signal]);
      assertEquals(code, status);
      assert(seconds < 1, `${seconds} s`);
    }
  },
);

Deno.test("runCommand() tells notes on standard error, and with --quiet none", async () => {
  const { stderr } = await start().output();
  assertEquals(new TextDecoder().decode(stderr), "a note\n");
  assertEquals((await run()).stderr, "");
});

Deno.test("runCommand() takes a Ctrl-C that arrives twice, as under deno task, for one", unix, async () => {
  for (const what of ["save", "block"]) {
    const { code, stdout } = await interrupt(what, ["SIGINT", "SIGINT"], what === "block" ? 100 : 5);
    assertEquals([code, stdout], [130, "ready\nsaved\n"]);
  }
});

Deno.test(
  "runCommand() is ended by a signal, or at once by a second one, though the command never looks up",
  unix,
  async () => {
    const [one, heard, two] = await Promise.all([
      interrupt("loop", ["SIGTERM"]),
      interrupt("heard", ["SIGTERM"]),
      interrupt("loop", ["SIGINT", "SIGINT"], 800),
    ]);
    assertEquals([one.code, heard.code, two.code], [143, 143, 130]);
    // It might have had something to save: so it has ten seconds to show that it is alive, and again ten.
    for (const { seconds } of [one, heard]) assert(seconds > 9 && seconds < 25, `${seconds} s`);
    assert(two.seconds < 5, `${two.seconds} s`);
  },
);

Deno.test("runCommand() tells of a promise that nobody waits for in one line", async () => {
  assertEquals(await run("--do", "reject"), {
    code: 1,
    stdout: "",
    stderr: "error: A promise was rejected that nobody waits for: forgotten\\u000aerror: forged\n",
  });
});

Deno.test("runCommand() ends at once on a second Ctrl-C", unix, async () => {
  const { code, seconds } = await interrupt("hang", ["SIGINT", "SIGINT"], 800);
  assertEquals(code, 130);
  assert(seconds < 10, `${seconds} s`);
});

Deno.test("runCommand() ends quietly when the reader of its output goes away", unix, async () => {
  const process = start("--quiet", "--do", "print");
  const reader = process.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const errors = await new Response(process.stderr).text();
  assertEquals([(await process.status).code, errors], [141, ""]);
});

Deno.test({
  name: "writeStdout() explains a full disk",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { code, stderr } = await new Deno.Command("sh", {
      args: [
        "-c",
        `exec "$0" run --quiet --no-config --allow-read "$1" --quiet --do print > /dev/full`,
        Deno.execPath(),
        script,
      ],
    }).output();
    assertEquals(
      [code, new TextDecoder().decode(stderr)],
      [1, "error: Cannot write standard output: no space left on the device\n"],
    );
  },
});
