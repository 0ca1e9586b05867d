/** Runs the toolkit's commands as processes of their own, with the permissions that deno.json gives them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** The flags between `deno run` and the script with which `deno task COMMAND` runs. */
export function permissionsOf(command: string, config = `${root}/deno.json`): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(config));
  const [, flags] = /^deno run (.*) tasks\/\w+\.ts$/.exec(tasks[command].command)!;
  return flags!.split(" ");
}

/** Where and how a command runs. */
export interface ProcessOptions {
  /** The current directory of the process; the repository by default. */
  readonly cwd?: string;
  /** What stands between `deno run` and the script; the command's permissions of deno.json by default. */
  readonly deno?: readonly string[];
  /** The script; the command's own by default. */
  readonly script?: string;
}

/** How a process ended. */
export interface Outcome {
  /** Its exit status. */
  readonly code: number;
  /** All of its standard output. */
  readonly stdout: string;
  /** All of its standard error. */
  readonly stderr: string;
}

/** Starts `deno task COMMAND …`, without the task runner. */
export function start(
  command: string,
  args: readonly string[],
  { cwd = root, deno = ["--config", `${root}/deno.json`, ...permissionsOf(command)], script }:
    ProcessOptions = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...deno, script ?? `${root}/tasks/${command}.ts`, ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Waits for the end of a process, two minutes at most. */
export async function outcomeOf(process: Deno.ChildProcess): Promise<Outcome> {
  const timer = setTimeout(() => process.kill("SIGKILL"), 120_000);
  const { code, stdout, stderr } = await process.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Runs `deno task COMMAND …` to its end. */
export async function run(
  command: string,
  args: readonly string[],
  options?: ProcessOptions,
): Promise<Outcome> {
  return await outcomeOf(start(command, args, options));
}

/** An empty directory, which is removed when the tests of the file are done. */
export function emptyDirectory(): string {
  const path = Deno.realPathSync(Deno.makeTempDirSync());
  globalThis.addEventListener("unload", () => Deno.removeSync(path, { recursive: true }));
  return path;
}

/** The names of the files in a directory, in order. */
export function filesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

/** Removes what Deno keeps of the modules of a local server: it is of no use to anybody once that has gone. */
export async function forgetModules(port: number): Promise<void> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  for (const cache of ["remote", "gen"]) {
    const path = `${denoDir}/${cache}/http/127.0.0.1_PORT${port}`;
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

/** Asserts that a command failed with that status, no output, and at last one line that says why. */
export function assertRefused(
  { code, stdout, stderr }: Outcome,
  status: 1 | 2,
  message: string | RegExp,
): void {
  assertEquals([code, stdout], [status, ""], stderr);
  const [, said] = /(?:^|\n)error: ([A-Z][^\n]*[^.\n])\n$/.exec(stderr) ?? [];
  assert(said !== undefined && !/\n +at /.test(stderr), stderr);
  if (typeof message === "string") assertEquals(said, message);
  else assertMatch(said, message);
}
