/**
 * What every command line shares: `--help`, `--version`, signals and exit statuses.
 * 0 done; 1 failed; 2 wrong usage; 130 after Ctrl-C and 143 after SIGTERM, once the command has saved its work;
 * 141 when the reader of standard output went away, as for any Unix tool that SIGPIPE ends.
 * @module
 */
import { VERSIONS } from "../io/system.ts";
import { messageOf, printable, RunError, UsageError } from "../errors.ts";
import { VERSION } from "../version.ts";
import { type Flag, parseArguments, type ParsedArguments } from "./arguments.ts";
import { type HelpText, renderHelp } from "./help.ts";
import { OutputClosed, writeStderr, writeStdout } from "./output.ts";
import { Progress } from "./progress.ts";
import { abortOnSignals, Interruption } from "./signals.ts";

/** What a running command gets besides its arguments. */
export interface CommandContext {
  /** Tells people how the command goes. */
  readonly progress: Progress;
  /**
   * To be called once everything is loaded: the signal that is aborted, with an `Interruption` as its reason, when the
   * command should save its work and return. Until then Ctrl-C and SIGTERM end the process at once, whatever it waits
   * for, as there is nothing to save.
   */
  listenForSignals(): Promise<AbortSignal>;
}

/** One command of the toolkit. */
export interface Command extends HelpText {
  /** How many arguments besides flags it takes at most; none when absent. */
  readonly operands?: number;
  /** The flags again, with the defaults that follow from those given: `--help` shows them. */
  resolveFlags?(args: ParsedArguments): Promise<readonly Flag[]>;
  /** Does the work. The answer is the exit status, 0 when there is none. */
  run(args: ParsedArguments, context: CommandContext): Promise<number | void>;
}

const commonFlags: readonly Flag[] = [
  { name: "quiet", help: "Tell nothing on standard error but errors and what is below --fail-under" },
  { name: "help", help: "Print this help and end" },
  { name: "version", help: "Print the versions of the toolkit, Deno and TensorFlow.js and end" },
];

/** Runs a command line and ends the process with its exit status. */
export async function runCommand(command: Command, args: readonly string[]): Promise<never> {
  let signal: AbortSignal | undefined;
  let status: number;
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    writeStderr(
      `error: A promise was rejected that nobody waits for: ${printable(messageOf(event.reason))}\n`,
    );
    Deno.exit(1);
  });
  try {
    status = await execute(command, args, async () => signal = await abortOnSignals());
    if (signal?.aborted) status = signal.reason.status;
  } catch (thrown) {
    status = report(thrown);
  }
  Deno.exit(status);
}

async function execute(
  command: Command,
  args: readonly string[],
  listenForSignals: () => Promise<AbortSignal>,
): Promise<number> {
  const flags = [...command.flags, ...commonFlags];
  const parsed = parseArguments(args, flags, command.operands);
  if (parsed.has("help")) {
    const resolved = command.resolveFlags ? await command.resolveFlags(parsed) : command.flags;
    await writeStdout(renderHelp({ ...command, flags: [...resolved, ...commonFlags] }));
    return 0;
  }
  if (parsed.has("version")) {
    await writeStdout(`neural-gpu ${VERSION}\ndeno ${VERSIONS.deno}\ntfjs ${VERSIONS.tfjs}\n`);
    return 0;
  }
  const progress = new Progress({ quiet: parsed.has("quiet") });
  try {
    return await command.run(parsed, { progress, listenForSignals }) ?? 0;
  } finally {
    progress.end();
  }
}

/** Tells what went wrong; the answer is the exit status. */
function report(thrown: unknown): number {
  if (thrown instanceof Interruption) return thrown.status;
  if (thrown instanceof OutputClosed) return 141;
  if (thrown instanceof UsageError || thrown instanceof RunError) {
    writeStderr(`error: ${printable(thrown.message)}\n`);
    return thrown instanceof UsageError ? 2 : 1;
  }
  writeStderr(`error: ${Deno.inspect(thrown, { colors: false })}\n`); // a bug: its stack is wanted
  return 1;
}
