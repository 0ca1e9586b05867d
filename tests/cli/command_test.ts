// Each test runs a small command as a process of its own.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { VERSION } from "../../lib/version.ts";
import { interrupt, run, script, start } from "../support/fake_command.ts";
import { within } from "../support/within.ts";

Deno.test("runCommand() ends with 0, or with the status the command gives", async () => {
  assertEquals(await run(), { code: 0, stdout: "", stderr: "" });
  assertEquals(await run("--do", "below"), { code: 1, stdout: "", stderr: "" });
});

Deno.test("runCommand() tells failures in one line and bugs with their stack", async () => {
  assertEquals(await run("--do", "fail"), {
    code: 1,
    stdout: "",
    stderr: "error: Cannot do it: try a smaller --max-size\n",
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
      await within(1, async () => {
        const { code, seconds } = await interrupt("load", [signal]);
        assertEquals(code, status);
        return seconds;
      });
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
  "runCommand() is ended at once by a second signal, though the command never looks up",
  unix,
  async () => {
    const { code, seconds } = await interrupt("loop", ["SIGINT", "SIGINT"], 800);
    assertEquals(code, 130);
    assert(seconds < 5, `${seconds} s`);
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
