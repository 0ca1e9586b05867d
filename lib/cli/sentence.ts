/** The messages of errors on the command line: options are called by the names of their flags. */
import { printable, tell, type ToolkitError } from "../errors.ts";
import { flagOf } from "../model/configuration.ts";

/** Flags whose names differ from those of their options. */
const NAMES: Readonly<Record<string, string>> = { rows: "data", suites: "suite", validation: "validate" };

/** The message of an error for the command line. */
export function lineOf({ sentence }: ToolkitError): string {
  return printable(tell(sentence, (option) => `--${flagOf(NAMES[option] ?? option)}`));
}
