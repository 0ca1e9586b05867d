import { UsageError } from "../errors.ts";
import { parseSetting } from "../model/check_configuration.ts";
import type { Configuration } from "../model/configuration.ts";
import { KEYS } from "../model/settings/table.ts";
import { findPreset, resolve } from "../model/presets.ts";
import { formerName } from "../model/settings/stored.ts";
import { textOf } from "../model/settings/kinds.ts";
import { keyOf } from "../random.ts";
import { outlineOf, type ProblemOutline } from "./outline.ts";
import { columnOf, IMMATERIAL, NAMES, type Setting } from "../cli/named_settings.ts";
import type { Shard } from "./shard.ts";

/** One training run of a sweep. */
export interface Run {
  /** Its name, which is that of its directory. It follows from the run's own setting and seed alone. */
  readonly id: string;
  /** The same from before its settings were renamed. */
  readonly formerId: string;
  /** What `train` is told beside the seed. */
  readonly setting: Setting;
  /** The seed. */
  readonly seed: number;
  /** What each of the plan's setting columns holds. */
  readonly cells: Setting;
}

/** All that a sweep, or a shard of it, is to do. */
export interface Plan {
  /** The settings that have a column, `problem` and `preset` first. */
  readonly columns: readonly string[];
  /** The suites of all problems. */
  readonly suites: readonly string[];
  /** The name of the first setting. */
  readonly name: string;
  /** The runs in the order in which they start: every setting with the first seed, then with the second, … */
  readonly runs: readonly Run[];
}

/** What a sweep is asked. */
export interface PlanOptions {
  /** What the grid asks for; `[{}]` where there is none. */
  readonly grid: readonly Setting[];
  /** What every run is told. */
  readonly fixed: Setting;
  /** The seeds of every setting. */
  readonly seeds: readonly number[];
  /** The part to do; all by default. */
  readonly shard?: Shard | undefined;
}

/** Runs that nobody could wait for, and of which a table would not fit. */
const MOST_RUNS = 100_000;

/** What runs are told unless the sweep says otherwise. Shares of seeds are only fair with one attempt each. */
const DEFAULTS: Setting = { problem: "badd", preset: "default", attempts: "1" };

/** A setting, its name and the one that it had, and what its columns hold. */
interface Named extends Pick<Run, "setting" | "cells"> {
  readonly name: string;
  readonly formerly: string;
}

/** Lists the runs. All shards of one sweep have the same columns, and every run is in exactly one of them. */
export async function planRuns({ grid, fixed, seeds, shard }: PlanOptions): Promise<Plan> {
  const names = NAMES.filter((name) =>
    name === "problem" || name === "preset" || grid.some((own) => Object.hasOwn(own, name)) ||
    Object.hasOwn(fixed, name) && !IMMATERIAL.includes(name)
  );
  const problems = new Map<string, ProblemOutline>();
  const unique = new Map<string, Named>();
  for (const own of grid) {
    const given: Setting = { ...fixed, ...own };
    const setting: Setting = { ...DEFAULTS, ...given };
    const problem = problems.get(setting.problem!) ?? await outlineOf(setting.problem!);
    problems.set(setting.problem!, problem);
    const cells = cellsOf(setting, names, problem);
    const key = JSON.stringify(cells);
    if (unique.has(key)) continue;
    const name = nameOf(own, fixed, names);
    const formerly = nameOf(own, fixed, names, (name) => formerName(name) ?? name);
    unique.set(key, { name, formerly, setting, cells });
  }
  const settings = [...unique.values()];
  const count = settings.length * seeds.length;
  if (count > MOST_RUNS) {
    const what = `${settings.length} settings with ${seeds.length} seeds`;
    const expected = `at most ${MOST_RUNS}`;
    throw new UsageError(`Cannot plan ${what}: they are ${count} runs, expected ${expected}`, {
      code: "wrong_value",
      subject: "seeds",
      given: String(count),
      expected,
    });
  }
  const runs = seeds.flatMap((seed, s) =>
    settings.map(({ name, formerly, setting, cells }, i) => ({
      run: { id: `${name}-s${seed}`, formerId: `${formerly}-s${seed}`, setting, seed, cells },
      // Counted setting by setting: so the seeds of a setting, which take about as long, are spread over the shards.
      number: i * seeds.length + s,
    }))
  );
  return {
    columns: names.map(columnOf),
    suites: [...new Set([...problems.values()].flatMap(({ suites }) => suites))],
    name: settings[0]!.name,
    runs: runs
      .filter(({ number }) => shard === undefined || number % shard.count === shard.index - 1)
      .map(({ run }) => run),
  };
}

/** The value of every column: the preset's where none was given. */
function cellsOf(setting: Setting, names: readonly string[], problem: ProblemOutline): Setting {
  const own = KEYS.filter((key) => setting[key] !== undefined);
  const overrides: Partial<Configuration> = Object.fromEntries(
    own.map((key) => [key, parseSetting(key, setting[key]!)]),
  );
  const configuration = resolve(findPreset(setting.preset!), problem, overrides);
  const texts = Object.entries(configuration).map(([key, value]) => [key, textOf(value)]);
  const all: Setting = { ...Object.fromEntries(texts), ...setting };
  return Object.fromEntries(names.map((name) => [columnOf(name), all[name] ?? ""]));
}

/**
 * A name for a setting that follows from what was given alone, and can be that of a directory anywhere. `called` says
 * what the name calls each setting.
 */
function nameOf(
  own: Setting,
  fixed: Setting,
  names: readonly string[],
  called: (name: string) => string = (name) => name,
): string {
  const { problem, preset, ...rest } = { ...DEFAULTS, ...fixed, ...own };
  const named = (given: Setting) => names.slice(2).filter((name) => given[name] !== undefined);
  const parts = new Set([...named(own), ...named(fixed)]); // what the grid changes stands first
  const values = [...parts].map((name) => `${called(name)}=${rest[name]!.replaceAll(",", "+")}`);
  const whole = [problem, preset, ...values].join("-");
  const name = whole.replace(/[^\w.=+-]+/g, "_").replace(/^[._]+/, "");
  const digest = () => keyOf(0, whole).map((word) => word.toString(16).padStart(8, "0")).join("");
  // What was replaced or cut off may be all in which it differs from another setting.
  return name === whole && name.length <= 100 ? name : `${name.slice(0, 80)}-${digest()}`;
}
