import { parseObject } from "../checks/is_object.ts";
import { UsageError } from "../errors.ts";
import { parseSetting } from "../model/check_configuration.ts";
import type { Configuration } from "../model/configuration.ts";
import { KEYS } from "../model/settings/table.ts";
import { findPreset, resolve } from "../model/presets.ts";
import { formerName } from "../model/settings/stored.ts";
import { textOf } from "../model/settings/kinds.ts";
import { keyOf } from "../random.ts";
import { outlineOf, type ProblemOutline } from "./outline.ts";
import { columnOf, type Combination, IMMATERIAL, NAMES } from "../cli/named_settings.ts";
import type { Shard } from "./shard.ts";

/** One training run of a sweep. */
export interface Run {
  /** Its name, which is that of its directory. It follows from the run's own combination and seed alone. */
  readonly id: string;
  /** The name that the run had before settings were renamed. */
  readonly formerId: string;
  /** The settings that `train` is given beside the seed. */
  readonly combination: Combination;
  /** The seed. */
  readonly seed: number;
  /** The run's value in each column of the plan. */
  readonly cells: Combination;
}

/** The runs that a sweep, or a shard of it, is to make. */
export interface Plan {
  /** The settings that have a column, `problem` and `preset` first. */
  readonly columns: readonly string[];
  /** The suites of all problems. */
  readonly suites: readonly string[];
  /** The name of the first combination. */
  readonly name: string;
  /** The runs in the order in which they start: every combination with the first seed, then with the second, and so on. */
  readonly runs: readonly Run[];
}

/** Options of {@linkcode planRuns}. */
export interface PlanOptions {
  /** The combinations of the grid; `[{}]` where there is no grid. */
  readonly grid: readonly Combination[];
  /** Settings that every run has. */
  readonly fixed: Combination;
  /** The seeds with which every combination is trained. */
  readonly seeds: readonly number[];
  /** The part of the runs to make; all by default. */
  readonly shard?: Shard | undefined;
}

/** The most runs. Nobody could wait for more of them, and their table would exceed the limit of files that are read. */
const MOST_RUNS = 100_000;

/** Settings of runs where neither grid nor flags give them. Shares of seeds can only be compared with one attempt each. */
const DEFAULTS: Combination = { problem: "badd", preset: "default", attempts: "1" };

/** A combination, its present and its former name, and what its columns hold. */
interface Named extends Pick<Run, "combination" | "cells"> {
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
    const given: Combination = { ...fixed, ...own };
    const combination: Combination = { ...DEFAULTS, ...given };
    const problem = problems.get(combination.problem!) ?? await outlineOf(combination.problem!);
    problems.set(combination.problem!, problem);
    const cells = cellsOf(combination, names, problem);
    const key = JSON.stringify(cells);
    if (unique.has(key)) continue;
    const name = nameOf(own, fixed, names);
    const formerly = nameOf(own, fixed, names, (name) => formerName(name) ?? name);
    unique.set(key, { name, formerly, combination, cells });
  }
  const combinations = [...unique.values()];
  const count = combinations.length * seeds.length;
  if (count > MOST_RUNS) {
    const what = `${combinations.length} combinations with ${seeds.length} seeds`;
    const expected = `at most ${MOST_RUNS}`;
    throw new UsageError(`Cannot plan ${what}: they are ${count} runs, expected ${expected}`, {
      code: "wrong_value",
      subject: "seeds",
      given: String(count),
      expected,
    });
  }
  const runs = seeds.flatMap((seed, s) =>
    combinations.map(({ name, formerly, combination, cells }, i) => ({
      run: { id: `${name}-s${seed}`, formerId: `${formerly}-s${seed}`, combination, seed, cells },
      // Runs are numbered combination by combination, because the seeds of one take about as long: this spreads them
      // evenly over the shards.
      number: i * seeds.length + s,
    }))
  );
  return {
    columns: names.map(columnOf),
    suites: [...new Set([...problems.values()].flatMap(({ suites }) => suites))],
    name: combinations[0]!.name,
    runs: runs
      .filter(({ number }) => shard === undefined || number % shard.count === shard.index - 1)
      .map(({ run }) => run),
  };
}

/** The value of every column, which is that of the preset where none was given. */
function cellsOf(combination: Combination, names: readonly string[], problem: ProblemOutline): Combination {
  const own = KEYS.filter((key) => combination[key] !== undefined);
  const overrides: Partial<Configuration> = Object.fromEntries(
    own.map((key) => [key, parseSetting(key, combination[key]!)]),
  );
  const configuration = resolve(findPreset(combination.preset!), problem, overrides);
  const texts = Object.entries(configuration).map(([key, value]) => [key, textOf(value)]);
  const all: Combination = { ...Object.fromEntries(texts), ...combination };
  return Object.fromEntries(names.map((name) => [columnOf(name), all[name] ?? ""]));
}

/**
 * A name for a combination, which follows from the given settings alone and can be the name of a directory on every
 * system. `called` returns what each setting is called in it.
 */
function nameOf(
  own: Combination,
  fixed: Combination,
  names: readonly string[],
  called: (name: string) => string = (name) => name,
): string {
  const { problem, preset, ...rest } = { ...DEFAULTS, ...fixed, ...own };
  const named = (given: Combination) => names.slice(2).filter((name) => given[name] !== undefined);
  const parts = new Set([...named(own), ...named(fixed)]); // settings of the grid come first
  const withValues = (valueOf: (text: string) => string) => {
    const values = [...parts].map((name) => `${called(name)}=${valueOf(rest[name]!).replaceAll(",", "+")}`);
    return [problem, preset, ...values].join("-");
  };
  const whole = withValues((text) => text);
  // Of a cell of one's own, which is a text of JSON, the name is enough.
  const name = withValues((text) => String(parseObject(text)?.name ?? text)).replace(/[^\w.=+-]+/g, "_")
    .replace(/^[._]+/, "");
  const digest = () => keyOf(0, whole).map((word) => word.toString(16).padStart(8, "0")).join("");
  // Two combinations may differ only in what was replaced or cut off; the digest tells them apart.
  return name === whole && name.length <= 100 ? name : `${name.slice(0, 80)}-${digest()}`;
}
