/**
 * What all commands share: `--help`, `--version`, signals and exit statuses.
 * 0 done; 1 failed; 2 wrong usage; 130 after Ctrl-C and 143 after SIGTERM, once the command has saved its work;
 * 141 when the reader of standard output went away, as for any Unix tool that SIGPIPE ends.
 * @module
 */
import { VERSIONS } from "../io/system.ts";
import { messageOf, printable, ToolkitError, UsageError } from "../errors.ts";
import { VERSION } from "../version.ts";
import { type Flag, parseArguments, type ParsedArguments } from "./arguments.ts";
import { type HelpText, renderHelp } from "./help.ts";
import { OutputClosed, writeStderr, writeStdout } from "./output.ts";
import { Progress } from "./progress.ts";
import { lineOf } from "./sentence.ts";
import { abortOnSignals, Interruption } from "./signals.ts";

/** The functions that a running command gets besides its arguments. */
export interface CommandContext {
  /** Shows people the progress of the command. */
  readonly progress: Progress;
  /**
   * Returns the signal that is aborted, with an `Interruption` as its reason, when the command should save its work and
   * return. A command calls this once everything is loaded. Until then Ctrl-C and SIGTERM end the process at once,
   * because there is nothing to save.
   */
  listenForSignals(): Promise<AbortSignal>;
}

/** One command of the toolkit. */
export interface Command extends HelpText {
  /** How many arguments besides flags it takes at most; none when absent. */
  readonly operands?: number;
  /** The flags with the defaults that follow from those given, for `--help`. */
  resolveFlags?(args: ParsedArguments): Promise<readonly Flag[]>;
  /** Does the work. It returns the exit status, or nothing for 0. */
  run(args: ParsedArguments, context: CommandContext): Promise<number | void>;
}

const commonFlags: readonly Flag[] = [
  { name: "quiet", help: "Tell nothing on standard error but errors and what is below --fail-under" },
  { name: "help", help: "Print this help and end" },
  { name: "version", help: "Print the versions of the toolkit, Deno and TensorFlow.js and end" },
];

/** How a command ended. */
export interface End {
  /** The exit status. */
  readonly status: number;
  /** What went wrong, where something did: a line, or the stack of a bug. */
  readonly error?: string;
}

/** Runs a command line and ends the process with its exit status; `onEnd` is told just before. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  onEnd: (end: End) => void = () => {},
): Promise<never> {
  let signal: AbortSignal | undefined;
  const end = (end: End): never => {
    if (end.error !== undefined) writeStderr(`error: ${end.error}\n`);
    onEnd(end);
    Deno.exit(end.status);
  };
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    const reason = printable(messageOf(event.reason));
    end({ status: 1, error: `A promise was rejected that nobody waits for: ${reason}` });
  });
  try {
    const status = await execute(command, args, async () => signal = await abortOnSignals());
    return end({ status: signal?.aborted ? signal.reason.status : status });
  } catch (thrown) {
    return end(endOf(thrown));
  }
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

/** The end of a command that throws. */
function endOf(thrown: unknown): End {
  if (thrown instanceof Interruption) return { status: thrown.status };
  if (thrown instanceof OutputClosed) return { status: 141 };
  if (thrown instanceof ToolkitError) {
    return { status: thrown instanceof UsageError ? 2 : 1, error: lineOf(thrown) };
  }
  return { status: 1, error: Deno.inspect(thrown, { colors: false }) }; // a bug, of which the stack is shown
}
