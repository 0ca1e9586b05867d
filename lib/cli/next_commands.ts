import type { Arithmetic } from "../problems/problem.ts";
import type { TrainResult } from "../training/options.ts";

/** Where the toolkit is, and with which Deno it runs. */
export interface Surroundings {
  /** The URL of the main module. */
  readonly main: string;
  /** The current directory. */
  readonly directory: string;
  /** The path of Deno's executable. */
  readonly executable: string;
  /** Deno's version. */
  readonly version: string;
}

/** Files of the user's own that a run learned from. */
export interface LearnedFrom {
  /** The module of the problem. */
  readonly problem: string | undefined;
  /** The dataset; `-` is standard input. */
  readonly data: string | undefined;
}

/** The command line that runs one of the toolkit's commands from here, without its flags. It may write in `writes`. */
export function commandLine(
  { main, directory, executable, version }: Surroundings,
  command: string,
  writes: string | undefined,
): string {
  // npx keeps the programs that it runs in a directory of this name, which is not in PATH.
  const deno = executable.includes("/_npx/") ? `npx -y deno@${version}` : "deno";
  const url = new URL(main);
  const root = /\/tasks\/\w+\.ts$/.test(url.pathname) ? new URL("../mod.ts", url) : url;
  const path = decodeURIComponent(root.pathname);
  if (root.protocol === "file:" && path === `${directory}/mod.ts`) return `${deno} task ${command}`;
  const write = writes === undefined ? "" : ` --allow-write=${quoted(writes)}`;
  const module = root.protocol === "file:" ? quoted(path) : root.href;
  return `${deno} run --allow-read${write} ${module} ${command}`;
}

/** The command that resumes a run; undefined where its rows came from standard input. */
export function resumeCommand(around: Surroundings, out: string, learned: LearnedFrom): string | undefined {
  if (learned.data === "-") return undefined;
  const module = learned.problem === undefined ? "" : ` --problem ${quoted(learned.problem)}`;
  return `${commandLine(around, "train", out)} --resume --out ${quoted(out)}${module}`;
}

/** What can be done next with a run that has ended: its page to look at, and commands to copy. */
export function nextCommands(
  { model, solved, ended, steps, attempts, out }: TrainResult,
  around: Surroundings,
  learned: LearnedFrom,
): string[] {
  const { problem: { arithmetic }, configuration: { max_size, validate_max_multiple } } = model;
  const asked = `--model ${quoted(out!)}`;
  const problem = learned.problem === undefined ? "" : ` --problem ${quoted(learned.problem)}`;
  const source = learned.data === undefined ? problem : ` --data ${quoted(learned.data)}`;
  const longer = [2, 5].map((times) => times * validate_max_multiple * max_size).join();
  const sizes = solved && learned.data === undefined ? ` --size ${longer}` : "";
  const more =
    { steps: `--steps ${2 * steps}`, attempts: `--attempts ${attempts + 2}`, confirmed: undefined }[ended];
  const resume = solved || more === undefined ? undefined : resumeCommand(around, out!, learned);
  return [
    `open ${quoted(`${out}/report.html`)} in a browser`,
    ...(arithmetic === undefined
      ? []
      : [`${commandLine(around, "solve", undefined)} ${asked}${problem} '${questionOf(arithmetic)}'`]),
    ...(learned.data === "-"
      ? []
      : [`${commandLine(around, "evaluate", undefined)} ${asked}${source}${sizes}`]),
    ...(resume === undefined ? [] : [`${resume} ${more}`]),
  ];
}

function questionOf({ operator }: Arithmetic): string {
  return operator === "-" ? "987654321 - 123456789" : `123456789 ${operator} 987654321`;
}

/** A word of a command line, quoted for a shell where it needs that. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
