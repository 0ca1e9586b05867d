/** What the command line says of an error: the message, with the names of flags for those of options. */
import { printable, tell, type ToolkitError } from "../errors.ts";
import { flagOf } from "../model/configuration.ts";

/** Flags that are not called like their options: each takes a file of them, or one after another. */
const NAMES: Readonly<Record<string, string>> = { rows: "data", suites: "suite", validation: "validate" };

/** The message of an error as a line. */
export function lineOf({ sentence }: ToolkitError): string {
  return printable(tell(sentence, (option) => `--${flagOf(NAMES[option] ?? option)}`));
}
