import { closestString } from "../deps.ts";
import { messageOf, UsageError } from "../errors.ts";
import { explainFileError } from "../files.ts";
import { canonical, NAMES, type Setting, textOf } from "./settings.ts";

/**
 * The settings that a grid file asks for. It holds an object of setting → array of values, which stands for every
 * combination of them, or a list of such objects.
 */
export async function loadGrid(path: string): Promise<Setting[]> {
  const text = await Deno.readTextFile(path).catch((thrown) => {
    throw explainFileError("read", path, thrown);
  });
  try {
    return expandGrid(JSON.parse(text), path);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw refusal(path, messageOf(thrown).replace(/\s+/g, " "), "JSON");
    throw thrown;
  }
}

/** The settings of a grid, which messages call `path`. */
export function expandGrid(grid: unknown, path: string): Setting[] {
  const parts: unknown[] = Array.isArray(grid) ? grid : [grid];
  if (parts.length === 0) throw refusal(path, "it is an empty list", "one object at least");
  return parts.flatMap((part) => product(part, path));
}

/** Every combination of the values; the first setting changes slowest. */
function product(part: unknown, path: string): Setting[] {
  if (typeof part !== "object" || part === null || Array.isArray(part)) {
    throw refusal(path, `it holds ${JSON.stringify(part)}`, "an object of setting and array of values");
  }
  let settings: Setting[] = [{}];
  for (const [name, values] of Object.entries(part)) {
    if (!NAMES.includes(name)) throw unknownName(name, path);
    if (!Array.isArray(values) || values.length === 0) {
      throw refusal(path, `${name} is ${JSON.stringify(values)}`, "an array of values");
    }
    const texts = values.map((value) => textIn(path, name, value));
    settings = settings.flatMap((setting) => texts.map((text) => ({ ...setting, [name]: text })));
  }
  return settings;
}

/** A value's text in one form only; where the setting cannot have it, it is the file that is wrong, not a flag. */
function textIn(path: string, name: string, value: unknown): string {
  try {
    return canonical(name, textOf(value));
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    const expected = messageOf(thrown).split(": expected ").at(-1)!;
    throw refusal(path, `${name} holds ${JSON.stringify(value)}`, expected);
  }
}

function unknownName(name: string, path: string): UsageError {
  if (/^seeds?$/.test(name)) return refusal(path, `it holds ${JSON.stringify(name)}`, "seeds by --seeds");
  const reason = `there is no setting ${JSON.stringify(name)}`;
  return new UsageError(`Cannot use ${path}: ${reason}, did you mean ${closestString(name, NAMES)}`);
}

function refusal(path: string, reason: string, expected: string): UsageError {
  return new UsageError(`Cannot use ${path}: ${reason}, expected ${expected}`);
}
