/** A command that does what signals, failures and readers of its output are tried on, run as a process of its own. */
import { emptyDirectory } from "./process.ts";

const directory = emptyDirectory();

/** The file of a command that does as it is told. */
export const script = `${directory}/fake.ts`;
const library = new URL("../../lib/", import.meta.url);
await Deno.writeTextFile(
  script,
  `import { runCommand } from "${library}cli/command.ts";
import { writeStdout } from "${library}cli/output.ts";
import { wholeNumber } from "${library}cli/arguments.ts";
import { option, RunError, say } from "${library}errors.ts";
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
      case "fail": throw new RunError(say\`Cannot do it: try a smaller \${option("max_size")}\`, { code: "too_large" });
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

/** Starts the command. */
export function start(...args: string[]): Deno.ChildProcess {
  const { stdout, stderr } = { stdout: "piped", stderr: "piped" } as const;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-config", "--allow-read", script, ...args],
    stdout,
    stderr,
    env: { NO_COLOR: "1" },
  }).spawn();
}

/** Runs the command to its end, without its notes. */
export async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await start("--quiet", ...args).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out!, stderr: err! };
}

/** Waits until a process is ready, sends it signals with pauses between them, and tells how it ended. */
export async function interrupt(
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
