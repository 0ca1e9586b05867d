import type { Flag } from "./arguments.ts";

const columns = 100;

/** What a help text tells of a command. */
export interface HelpText {
  /** What the command is called. */
  readonly name: string;
  /** What it does, in a sentence or two. */
  readonly summary: string;
  /** What follows its name on a command line, such as `--model FILE 'EXPRESSION'`. */
  readonly usage: string;
  /** Its flags. */
  readonly flags: readonly Flag[];
  /** Command lines that work, from the command's name on. */
  readonly examples: readonly string[];
}

/** The text that `--help` prints. */
export function renderHelp(command: HelpText): string {
  const labels = command.flags.map((flag) => `  --${flag.name}${flag.value ? ` ${flag.value}` : ""}`);
  const indent = Math.max(...labels.map((label) => label.length)) + 2;
  const flags = command.flags.map((flag, index) => {
    const source = flag.source === undefined ? "" : `; ${flag.source}`;
    const text = flag.help + (flag.default === undefined ? "" : ` (default: ${flag.default}${source})`);
    return hang(labels[index]!.padEnd(indent), text);
  });
  return [
    hang("Usage: ", `${command.name} ${command.usage}`),
    hang("", command.summary),
    ["Flags:\n", ...flags].join(""),
    ["Examples:\n", ...command.examples.map((example) => `  ${example}\n`)].join(""),
  ].join("\n");
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
