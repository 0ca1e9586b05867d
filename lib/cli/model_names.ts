/** The models that a command line names. */
import { asTyped, UsageError, wrongValue } from "../errors.ts";
import type { ParsedArguments } from "./arguments.ts";

/** Models as paths, URLs or names between commas. */
export function modelNames(text: string): string[] {
  const names = text.split(",");
  if (names.every(Boolean)) return names;
  throw wrongValue("model", asTyped(text), "paths, URLs or names of models between commas");
}

/** The models of each --model, without which the command has nothing to do: a comma joins those that are averaged. */
export function neededModels(args: ParsedArguments): string[][] {
  const given = args.texts("model");
  if (given.length > 0) return given.map(modelNames);
  const expected = "the path or URL of a model, or the name of a shipped one";
  throw new UsageError(`Missing --model: expected ${expected}`, {
    code: "missing",
    subject: "model",
    expected,
  });
}
