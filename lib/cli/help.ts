import type { Flag } from "./arguments.ts";

const columns = 100;

/** A command as its help text describes it. */
export interface HelpText {
  /** Its name. */
  readonly name: string;
  /** What it does, in a sentence or two. */
  readonly summary: string;
  /** What follows its name on a command line, such as `--model FILE 'EXPRESSION'`. */
  readonly usage: string;
  /** Its flags. Where some are in groups, those in none are shown as common to all commands. */
  readonly flags: readonly Flag[];
  /** The commands to choose from, where the first argument is the name of one. */
  readonly commands?: readonly {
    /** Its name. */
    readonly name: string;
    /** What it does, in a sentence or two: the first is shown. */
    readonly summary: string;
  }[];
  /** Command lines that work, from the command's name on. */
  readonly examples: readonly string[];
}

/** The text that `--help` prints. */
export function renderHelp(command: HelpText): string {
  const { commands = [], flags, examples } = command;
  const groups = [...Map.groupBy(flags, ({ group }) => group)];
  const ungrouped = groups.length > 1 ? "Flags of every command" : "Flags";
  const indent = Math.max(...flags.map((flag) => labelOf(flag).length)) + 2;
  const nameWidth = Math.max(...commands.map(({ name }) => name.length));
  return [
    hang("Usage: ", `${command.name} ${command.usage}`),
    hang("", command.summary),
    ...(commands.length === 0 ? [] : [
      section(
        "Commands",
        commands.map(({ name, summary }) => hang(`  ${name.padEnd(nameWidth)}  `, firstSentence(summary))),
      ),
    ]),
    ...groups.map(([group = ungrouped, own]) =>
      section(group, own.map((flag) => hang(labelOf(flag).padEnd(indent), explanationOf(flag))))
    ),
    section("Examples", examples.map((example) => `  ${example}\n`)),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.join("")}`;
}

function labelOf({ name, value }: Flag): string {
  return `  --${name}${value ? ` ${value}` : ""}`;
}

function explanationOf(flag: Flag): string {
  const source = flag.source === undefined ? "" : `; ${flag.source}`;
  return flag.help + (flag.default === undefined ? "" : ` (default: ${flag.default}${source})`);
}

function firstSentence(text: string): string {
  return text.replace(/(?<=\.) .*/, "");
}

/** Text in lines of at most 100 characters, the first after `first`, the others below it. */
function hang(first: string, text: string): string {
  const width = columns - first.length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return first + lines.join("\n" + " ".repeat(first.length)) + "\n";
}
