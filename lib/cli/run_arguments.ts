/** The flags that a run's config.json, or a file of settings, stands for. */
import { shown, UsageError } from "../errors.ts";
import { type Configuration, flagOf } from "../model/configuration.ts";
import { withPresentNames } from "../model/settings/stored.ts";
import { findProblem } from "../problems/table.ts";
import { MOST_BYTES, readText } from "../io/read_file.ts";
import { NAMES, settingFrom, unknownSetting, wrongSettings } from "./named_settings.ts";
import { parseConfig, type RunConfig } from "../training/run/stored_config.ts";
import { settingFlags } from "./settings.ts";

/** Flags and their values as texts. */
export type GivenFlags = Readonly<Record<string, string>>;

/** Every setting of a configuration as a flag. */
function settingsAsFlags(configuration: Configuration): GivenFlags {
  return Object.fromEntries(settingFlags(configuration).map(({ name, default: value }) => [name, value!]));
}

/** The flags that make the same run again, without those of its data, its problem's module and its limits. */
function flagsOfRun({ identity: { preset, seed }, configuration }: RunConfig): GivenFlags {
  return { ...settingsAsFlags(configuration), preset: preset!, seed: seed! };
}

/**
 * The flags with which a run is resumed: its own settings, even where presets have changed since, replaced by those in
 * `given`. Its problem is given by name, and a model that it began from by URL is left out: a file must never make the
 * toolkit run a module or ask a server.
 */
export function flagsToResume(
  config: RunConfig,
  given: GivenFlags,
  out: string,
): { all: GivenFlags; note: GivenFlags } {
  const { problem: named, ...stored } = config.arguments;
  const note = { ...stored, ...given };
  if (config.identity.data !== null && note.data === undefined) {
    throw missing(out, "it learned from a file", "data");
  }
  if (note.data === undefined) {
    note.problem = problemOfRun(named ?? config.identity.problem!, given.problem, out);
  }
  if (given.from === undefined && URL.canParse(note.from ?? "")) {
    throw missing(out, `it started from the model at ${shown(note.from)}`, "from");
  }
  return { all: { ...flagsOfRun(config), ...note }, note };
}

/** The flags that a file stands for: a run's config.json, or an object of settings such as `{ "maps": 24, "seed": 7 }`. */
export async function flagsOfFile(path: string, given: GivenFlags): Promise<GivenFlags> {
  const text = await readText(path, MOST_BYTES.settings);
  const settings = parseObject(text, path);
  if (!Object.hasOwn(settings, "format_version")) return flagsOfSettings(settings, given, path);
  const config = parseConfig(text, path);
  const { identity, arguments: stored } = config;
  for (const name of ["data", "validate", "from"] as const) {
    if (identity[name] !== null && given[name] === undefined) {
      throw missing(path, `its run was given --${name}`, name);
    }
  }
  if (given.preset !== undefined) {
    throw new UsageError(
      `Cannot use --preset with ${path}: it has every setting of a run, expected one of them`,
      { code: "conflict", subject: "preset" },
    );
  }
  const limits = Object.fromEntries(
    ["steps", "attempts"].flatMap((name) => stored[name] === undefined ? [] : [[name, stored[name]]]),
  );
  if (given.data !== undefined) return { ...flagsOfRun(config), ...limits };
  const problem = problemOfRun(stored.problem ?? identity.problem!, given.problem, path);
  return { ...flagsOfRun(config), ...limits, problem };
}

function missing(path: string, why: string, flag: string): UsageError {
  return new UsageError(`Cannot use ${path}: ${why}, expected --${flag} on the command line`, {
    code: "missing",
    subject: flag,
  });
}

/** The problem of a run that a file describes, by its name only. `named` is the problem that the command line gives. */
function problemOfRun(stored: string, named: string | undefined, path: string): string {
  if (named !== undefined) return named;
  if (findProblem(stored) !== undefined) return stored;
  throw missing(path, `its problem is the module ${shown(stored)}`, "problem");
}

function parseObject(text: string, path: string): Record<string, unknown> {
  try {
    const settings: unknown = JSON.parse(text);
    if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) {
      return settings as Record<string, unknown>;
    }
  } catch {
    // Invalid JSON is refused by the error below, too.
  }
  throw wrongSettings(path, "it is no JSON object", 'settings such as { "maps": 24 }');
}

function flagsOfSettings(settings: Record<string, unknown>, given: GivenFlags, path: string): GivenFlags {
  const known = [...NAMES, "seed"];
  const named = withPresentNames(
    settings,
    (both) => wrongSettings(path, `it has ${both}`, "one of them"),
  );
  const flags = Object.entries(named).map(([name, value]) => {
    if (!known.includes(name)) {
      throw unknownSetting(path, name, known);
    }
    const text = settingFrom(
      name,
      value,
      (expected) => wrongSettings(path, `${name} is ${shown(value)}`, expected),
    );
    return [flagOf(name), text] as const;
  });
  const { problem, ...rest } = Object.fromEntries(flags);
  if (problem === undefined) return rest;
  if (given.data !== undefined) {
    throw new UsageError(`Cannot use ${path} with --data: it has a problem, expected one of them`, {
      code: "conflict",
      subject: "data",
    });
  }
  return { ...rest, problem: problemOfRun(problem, given.problem, path) };
}
