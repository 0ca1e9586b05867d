/** config.json, which describes a run, so that it can be repeated and resumed, and distinguished from others. */
import { type Sentence, shown, wrongFile } from "../../errors.ts";
import { isObject } from "../../checks/is_object.ts";
import { mistakeIn } from "../../model/check_configuration.ts";
import { type Configuration, flagOf } from "../../model/configuration.ts";
import { presentName, withLaterSettings, withPresentNames } from "../../model/settings/stored.ts";
import { SETTINGS } from "../../model/settings/table.ts";
import { VERSION } from "../../version.ts";

/** The version of checkpoints and config.json. It changes when older versions of the toolkit cannot read the new files. */
export const RUN_FORMAT_VERSION = "9";

/** The contents of config.json. */
export interface RunConfig {
  /** What the run depends on besides the configuration: names, the seed, digests of the data. */
  readonly identity: Readonly<Record<string, string | null>>;
  /** Every setting. */
  readonly configuration: Configuration;
  /** Options that may change on a resume: limits, and how the run computes and saves. */
  readonly run: Readonly<Record<string, number | string | null>>;
  /** The command line's own arguments. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Deno's and tfjs's. */
  readonly versions: Readonly<Record<string, string>>;
  /** The backend's name. */
  readonly backend: string;
  /** The hardware that the backend computes on. */
  readonly adapter: string;
}

/** The text of config.json. */
export function formatConfig(config: RunConfig): string {
  return JSON.stringify({ format_version: RUN_FORMAT_VERSION, version: VERSION, ...config }, undefined, 2) +
    "\n";
}

/** Reads the text of the config.json at `path`. Throws a {@linkcode RunError} that says what is wrong with it. */
export function parseConfig(text: string, path: string): RunConfig {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    // Invalid JSON is refused by the error below, too.
  }
  if (
    !isObject(config) || config.format_version !== RUN_FORMAT_VERSION ||
    !["identity", "configuration", "run", "arguments", "versions"].every((part) => isObject(config[part]))
  ) {
    throw wrongFile(path, `it is not the configuration of a run, format version ${RUN_FORMAT_VERSION}`);
  }
  const { identity, arguments: given } = config as unknown as RunConfig;
  const configuration = config.configuration as Readonly<Record<string, unknown>>;
  const refuse = (what: string, value: unknown, expected: Sentence): never => {
    throw wrongFile(path, `${what} is ${shown(value)}`, expected);
  };
  const isText = (value: unknown) => typeof value === "string";
  for (const name of ["backend", "adapter"] as const) {
    const { [name]: value } = config as unknown as RunConfig;
    if (!isText(value)) refuse(`its ${name}`, value, "a text");
  }
  for (const name of ["problem", "symbols", "preset", "seed"]) {
    if (!isText(identity[name])) refuse(`its ${name}`, identity[name], "a text");
  }
  for (const name of ["data", "validate", "from"]) {
    const value = identity[name];
    if (value !== null && !isText(value)) refuse(`its ${name}`, value, "a digest or null");
  }
  for (const [name, value] of Object.entries(given)) {
    if (!isText(value)) refuse(`its argument ${shown(name)}`, value, "a text");
  }
  // The data of a run is in two places of its file. A file in which they do not agree is not one of a run.
  if (given.data !== undefined && identity.data === null) refuse("its argument data", given.data, "none");
  return {
    ...config as unknown as RunConfig,
    configuration: configurationFrom(configuration, path, refuse),
    arguments: Object.fromEntries(Object.entries(given).map(([name, text]) => [presentFlag(name), text])),
  };
}

/** The settings of config.json, checked. */
function configurationFrom(
  stored: Readonly<Record<string, unknown>>,
  path: string,
  refuse: (what: string, value: unknown, expected: Sentence) => never,
): Configuration {
  const configuration = withLaterSettings(
    withPresentNames(
      stored,
      (both) => wrongFile(path, `its configuration has ${both}`, "one of them"),
    ),
  );
  const mistake = mistakeIn(configuration);
  if (mistake) refuse(`its setting ${mistake.key}`, configuration[mistake.key], mistake.expected);
  const surplus = Object.keys(configuration).find((name) => !Object.hasOwn(SETTINGS, name));
  if (surplus !== undefined) {
    throw wrongFile(path, `its configuration has ${shown(surplus)}, which is no setting`);
  }
  return configuration;
}

/** The present name of a flag. */
function presentFlag(name: string): string {
  return flagOf(presentName(name.replaceAll("-", "_")) ?? name);
}
