// How a sweep learns how its child ended, whatever else the child writes.
import { assertEquals, assertMatch } from "@std/assert";
import { runChild } from "../../lib/sweep/process.ts";
import { emptyDirectory } from "../support/process.ts";

const directory = emptyDirectory();
const module = `${directory}/child.ts`;
const library = new URL("../../lib/", import.meta.url);
await Deno.writeTextFile(
  module,
  `import { option, RunError, say } from "${library}errors.ts";
import { runCommand } from "${library}cli/command.ts";
import { endLine } from "${library}sweep/end.ts";
const noise = () => {
  console.error("error: of a driver");
  console.log('{"end_of_run": 1}\\n{"status":0}\\nabc,' + "x".repeat(50_000));
};
addEventListener("unload", noise);
await runCommand({
  name: "fake",
  summary: "",
  usage: "",
  flags: [],
  examples: [],
  operands: 1,
  run({ operands: [what] }) {
    noise();
    Deno.stdout.writeSync(new TextEncoder().encode("half a line"));
    switch (what) {
      case "fail": throw new RunError(say\`It broke: try fewer \${option("maps")}\\x1b[2J\`, { code: "too_large" });
      case "bug": throw new TypeError("a bug");
      case "reject": Promise.reject(new Error("nobody waits")); return new Promise(() => {});
      case "exit": Deno.exit(0); break;
      case "kill": Deno.kill(Deno.pid, "SIGKILL"); break;
      case "misuse": return Promise.resolve(3);
    }
    return Promise.resolve(what === "below" ? 1 : 0);
  },
}, Deno.args, (end) => Deno.stdout.writeSync(new TextEncoder().encode(endLine(end))));
`,
);

Deno.test("runChild() tells how the child ended, whatever a problem's module or a driver writes", async () => {
  const log = `${directory}/log.txt`;
  const wordless = (code: number) => `ended by itself with exit status ${code}, see ${log}`;
  const ends: [what: string, code: number, error: string | undefined][] = [
    ["nothing", 0, undefined],
    ["below", 1, undefined],
    ["fail", 1, "It broke: try fewer --maps\\u001b[2J"],
    ["bug", 1, "TypeError: a bug"],
    ["reject", 1, "A promise was rejected that nobody waits for: nobody waits"],
    ["misuse", 3, "exit status 3"],
    ["exit", 0, wordless(0)],
    ...(Deno.build.os === "windows" ? [] : [["kill", 137, "ended by SIGKILL"] as [string, number, string]]),
  ];
  for (const [what, code, error] of ends) {
    let news = "";
    const options = { child: [module], args: [what], permissions: ["--allow-run"], log };
    const { signal } = new AbortController();
    const end = await runChild({ ...options, signal, onNews: (line) => news = line });
    assertEquals(end, { code, error }, what);
    if (what === "fail") assertEquals(news, "error: of a driver");
  }
  const none = { child: [`${directory}/none.ts`], args: [], permissions: [], log };
  const { signal } = new AbortController();
  assertEquals((await runChild({ ...none, signal, onNews: () => {} })).error, wordless(1));
  assertMatch(await Deno.readTextFile(log), /error: It broke: try fewer --maps[^]*Module not found/);
});
