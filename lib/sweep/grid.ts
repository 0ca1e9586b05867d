import { messageOf, option, printable, say, type Sentence, shown, type UsageError } from "../errors.ts";
import { withPresentNames } from "../model/settings/stored.ts";
import { expectedName, findProblem } from "../problems/table.ts";
import { MOST_BYTES, readText } from "../io/read_file.ts";
import {
  type Combination,
  NAMES,
  settingFrom,
  unknownSetting,
  wrongSettings,
} from "../cli/named_settings.ts";

/** The most combinations of a grid: nobody could train more, and planning them must not take minutes. */
const MOST_COMBINATIONS = 10_000;

/** The most characters of a value, of which every combination has a copy. A cell has bounds of its own. */
const MOST_CHARACTERS = 1000;

/** The values that one object of a grid gives for each setting. */
type Values = readonly (readonly [name: string, values: readonly unknown[]])[];

/**
 * The combinations of a grid file. It holds an object of setting → array of values, which stands for every combination
 * of them, or a list of such objects.
 */
export async function loadGrid(path: string): Promise<Combination[]> {
  const text = await readText(path, MOST_BYTES.settings);
  let grid: unknown;
  try {
    grid = JSON.parse(text);
  } catch (thrown) {
    throw wrongSettings(path, printable(messageOf(thrown).replace(/\s+/g, " "), 200), "JSON");
  }
  return expandGrid(grid, path);
}

/** The combinations of a grid, which messages call `path`. */
export function expandGrid(grid: unknown, path: string): Combination[] {
  const parts: unknown[] = Array.isArray(grid) ? grid : [grid];
  if (parts.length === 0) throw wrongSettings(path, "it is an empty list", "one object at least");
  const checked = parts.map((part) => valuesOf(part, path));
  const count = checked.reduce((sum, part) => sum + part.reduce((all, [, { length }]) => all * length, 1), 0);
  if (count > MOST_COMBINATIONS) {
    throw wrongSettings(path, `it stands for ${count} combinations`, `at most ${MOST_COMBINATIONS}`);
  }
  return checked.flatMap((part) => product(part, path));
}

function valuesOf(part: unknown, path: string): Values {
  if (typeof part !== "object" || part === null || Array.isArray(part)) {
    throw wrongSettings(path, `it holds ${shown(part)}`, "an object of setting and array of values");
  }
  const named = withPresentNames<unknown>(
    part as Readonly<Record<string, unknown>>,
    (both) => wrongSettings(path, `it holds ${both}`, "one of them"),
  );
  return Object.entries(named).map(([name, values]) => {
    if (!NAMES.includes(name)) throw unknownName(name, path);
    if (!Array.isArray(values) || values.length === 0) {
      throw wrongSettings(path, `${name} is ${shown(values)}`, "an array of values");
    }
    return [name, values];
  });
}

/** Every combination of the values; the first setting changes slowest. */
function product(part: Values, path: string): Combination[] {
  let combinations: Combination[] = [{}];
  for (const [name, values] of part) {
    const texts = values.map((value) => textIn(path, name, value));
    combinations = combinations.flatMap((own) => texts.map((text) => ({ ...own, [name]: text })));
  }
  return combinations;
}

/** The text of a value, the same for all ways to write it. */
function textIn(path: string, name: string, value: unknown): string {
  const refuse = (expected: Sentence) => wrongSettings(path, `${name} holds ${shown(value)}`, expected);
  const text = settingFrom(name, value, refuse);
  if (name !== "cell" && text.length > MOST_CHARACTERS) throw refuse(`at most ${MOST_CHARACTERS} characters`);
  if (name === "problem" && findProblem(text) === undefined) {
    // Otherwise a data file could run code that the command line does not name.
    throw refuse(
      say`${expectedName(text)}; a module is named by ${option("problem")} on the command line`,
    );
  }
  return text;
}

function unknownName(name: string, path: string): UsageError {
  if (/^seeds?$/.test(name)) {
    return wrongSettings(path, `it holds ${shown(name)}`, say`seeds by ${option("seeds")}`);
  }
  return unknownSetting(path, name, NAMES);
}
