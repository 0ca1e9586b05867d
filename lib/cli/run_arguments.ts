/** What a run was told, from its config.json or from a file of settings, as flags of the command line. */
import { closestString } from "../deps.ts";
import { messageOf, shown, UsageError } from "../errors.ts";
import { type Configuration, flagOf } from "../model/configuration.ts";
import { findProblem } from "../problems/table.ts";
import { MOST_BYTES, readText } from "../read_file.ts";
import { canonical, NAMES, textOf } from "../sweep/settings.ts";
import { parseConfig, type RunConfig } from "../training/stored_config.ts";
import { wholeNumber } from "./arguments.ts";
import { settingFlags } from "./settings.ts";

/** Flags and their values as texts. */
export type GivenFlags = Readonly<Record<string, string>>;

/** Every setting of a configuration as a flag. */
function settingsAsFlags(configuration: Configuration): GivenFlags {
  return Object.fromEntries(settingFlags(configuration).map(({ name, default: value }) => [name, value!]));
}

/** The flags that make the same run again, but for the problem, the data and the limits. */
export function flagsOfRun({ identity: { preset, seed }, configuration }: RunConfig): GivenFlags {
  return { ...settingsAsFlags(configuration), preset: preset!, seed: seed! };
}

/**
 * The problem of a run that files tell of: by its name only, as data never makes the toolkit run a module. `named` is what
 * the command line says.
 */
export function problemOfRun(stored: string, named: string | undefined, path: string): string {
  if (named !== undefined) return named;
  if (findProblem(stored) !== undefined) return stored;
  throw new UsageError(
    `Cannot use ${path}: its problem is ${shown(stored)}, no name of the toolkit's; ` +
      "expected --problem with its module on the command line",
  );
}

/** The flags that a file stands for: a run's config.json, or an object of settings such as `{ "maps": 24, "seed": 7 }`. */
export async function flagsOfFile(
  path: string,
  named: string | undefined,
  hasData: boolean,
): Promise<GivenFlags> {
  const text = await readText(path, MOST_BYTES.settings);
  const settings = parseObject(text, path);
  if (!Object.hasOwn(settings, "format_version")) return flagsOfSettings(settings, named, hasData, path);
  const config = parseConfig(text, path);
  if (config.identity.data !== null && !hasData) {
    throw new UsageError(`Cannot use ${path}: its run learned from a file, expected --data with it`);
  }
  const limits = ["steps", "attempts"].flatMap((name) => {
    const value = config.arguments[name];
    return value === undefined ? [] : [[name, value]];
  });
  const problem = hasData
    ? {}
    : { problem: problemOfRun(config.arguments.problem ?? config.identity.problem!, named, path) };
  return { ...flagsOfRun(config), ...problem, ...Object.fromEntries(limits) };
}

function parseObject(text: string, path: string): Record<string, unknown> {
  try {
    const settings: unknown = JSON.parse(text);
    if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) {
      return settings as Record<string, unknown>;
    }
  } catch {
    // The error below says what matters.
  }
  throw new UsageError(`Cannot use ${path}: it is no JSON object, expected settings such as { "maps": 24 }`);
}

function flagsOfSettings(
  settings: Record<string, unknown>,
  named: string | undefined,
  hasData: boolean,
  path: string,
): GivenFlags {
  const known = [...NAMES, "seed"];
  const flags = Object.entries(settings).map(([name, value]) => {
    if (!known.includes(name)) {
      const nearest = closestString(name, known);
      throw new UsageError(`Cannot use ${path}: there is no setting ${shown(name)}, did you mean ${nearest}`);
    }
    return [flagOf(name), textIn(path, name, value)] as const;
  });
  const { problem, ...rest } = Object.fromEntries(flags);
  if (problem === undefined) return rest;
  if (hasData) throw new UsageError(`Cannot use ${path} with --data: it has a problem, expected one of them`);
  return { ...rest, problem: problemOfRun(problem, named, path) };
}

/** A value's text; where the setting cannot have it, it is the file that is wrong, not a flag. */
function textIn(path: string, name: string, value: unknown): string {
  try {
    const text = textOf(value);
    return name === "seed"
      ? String(wholeNumber(name, text, 0, Number.MAX_SAFE_INTEGER))
      : canonical(name, text);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    const expected = messageOf(thrown).split(": expected ").at(-1)!;
    throw new UsageError(`Cannot use ${path}: ${name} is ${shown(value)}, expected ${expected}`);
  }
}
