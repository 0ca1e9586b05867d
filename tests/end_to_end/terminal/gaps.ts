/** How long a command stands still on a terminal. */
import { fileURLToPath } from "node:url";
import { permissionsOf, root } from "../../support/process.ts";

/** What a person saw on a terminal. */
export interface Watched {
  /** The exit status. */
  readonly code: number;
  /** Seconds from the start of the process to its end. */
  readonly seconds: number;
  /** The longest time in which nothing was written, from the start to the first byte and from the last to the end too. */
  readonly longest: Gap;
  /** All that was written. */
  readonly text: string;
}

/** A time in which nothing was written. */
export interface Gap {
  /** Its length in seconds. */
  readonly seconds: number;
  /** When it began, in seconds from the start. */
  readonly since: number;
  /** The last of what stood there. */
  readonly after: string;
}

/** Whether the system has what stands in for a terminal: `script` of util-linux. */
export async function hasTerminal(): Promise<boolean> {
  const command = new Deno.Command("script", { args: ["--version"], stdout: "null", stderr: "null" });
  return await command.output().then(({ success }) => success, () => false);
}

/** Characters that are kept of what stood there before a gap. */
const KEPT = 200;

/** Runs `deno task COMMAND …`, without the task runner, on a terminal. */
export async function watch(command: string, args: readonly string[]): Promise<Watched> {
  const words = [
    ...[Deno.execPath(), "run", "--quiet", "--no-prompt", `--config=${root}/deno.json`],
    ...permissionsOf(command),
    ...[fileURLToPath(new URL(`../../../tasks/${command}.ts`, import.meta.url)), ...args],
  ];
  const started = performance.now();
  const process = new Deno.Command("script", {
    args: ["-qfec", words.map(quoted).join(" "), "/dev/null"],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let text = "";
  let last = 0;
  let longest: Gap = { seconds: 0, since: 0, after: "" };
  const note = () => {
    const now = (performance.now() - started) / 1000;
    if (now - last > longest.seconds) {
      longest = { seconds: now - last, since: last, after: text.slice(-KEPT) };
    }
    last = now;
    return now;
  };
  for await (const part of process.stdout.pipeThrough(new TextDecoderStream())) {
    note();
    text += part;
  }
  const { code } = await process.status;
  return { code, seconds: note(), longest, text };
}

/** A word for a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
