import { UsageError } from "../errors.ts";
import { VERSION } from "../version.ts";
import { type Command, runCommand } from "./command.ts";

/** The commands by name, as functions that load them. */
export type CommandTable = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>;

/** The main modules of a bundle's child processes by name, as functions that load them. */
export type ChildTable = Readonly<
  Record<string, () => Promise<{ readonly main: (args: readonly string[]) => Promise<never> }>>
>;

/** Runs `NAME …` for one of the commands or children, or tells which commands there are, and ends the process. */
export async function runMain(
  commands: CommandTable,
  children: ChildTable,
  args: readonly string[],
): Promise<never> {
  const [name = "--help", ...rest] = args;
  if (Object.hasOwn(children, name)) return await (await children[name]!()).main(rest);
  if (Object.hasOwn(commands, name)) return await runCommand((await commands[name]!()).command, rest);
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  return await runCommand(
    overview(loaded.map(({ command }) => command)),
    args.length === 0 ? ["--help"] : args,
  );
}

/** The command that runs where none was named: it lists the commands. */
function overview(commands: readonly Command[]): Command {
  return {
    name: "neural-gpu",
    summary: `Neural GPU ${VERSION}: trains, evaluates and runs networks that learn algorithms. ` +
      "COMMAND --help tells more.",
    usage: "COMMAND …",
    operands: Infinity,
    commands,
    flags: [],
    examples: ["train", "train --help", "generate --problem badd --size 1..4 --count 2"],
    run(args) {
      const [name] = args.operands;
      const expected = commands.map(({ name }) => name).join(", ");
      const message = `Unknown command ${JSON.stringify(name)}: expected ${expected}`;
      return Promise.reject(new UsageError(message, { code: "unknown_name", subject: name, expected }));
    },
  };
}
