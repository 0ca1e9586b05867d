/** Damaged cells of one's own: in models that are evaluated, and in config.json of runs that are resumed. */
import { cells as known, defineCell } from "../../../mod.ts";
import type { Random } from "../../../lib/random.ts";
import { readStored, storedBytes } from "../../support/stored.ts";
import { damageJson } from "./json.ts";
import type { Damaged, Kind } from "./kind.ts";
import { evaluated } from "./models.ts";
import { resumedByCommand } from "./run_configurations.ts";
import { copyDirectory } from "./tiny.ts";

/** The cell of the good run. */
export const OWN = defineCell({ ...known.diagonal, name: "own" });

/** Formulas that are wrong, too much for a machine, or names and numbers that break programs. */
const FORMULAS = [
  "",
  "(".repeat(300),
  `${"(".repeat(50)}s${")".repeat(50)}`,
  `${"-".repeat(299)}s`,
  `s${"+s".repeat(149)}`,
  `s${"*s".repeat(149)}`,
  `${"abs(".repeat(49)}s${")".repeat(49)}`,
  "s ".repeat(1_000_000),
  "1".repeat(300),
  "1e999",
  "s + 1e999",
  "s * 1e38",
  "s * 1e-320",
  "s / 0",
  "s / (s - s)",
  "s / s",
  "0 / 0",
  "clamp(s, 1, -1)",
  "clamp(s, -1e-320, 1e-320)",
  "clamp(s, s, s)",
  "shift(shift(s))",
  "drop(drop(s))",
  "where(s, s, s, s)",
  "c",
  "g",
  "next",
  "state",
  "pre0",
  "mask",
  "__proto__",
  "__proto__(s)",
  "s.constructor",
  "constructor(s)",
  "s; } fn main() { s",
  "${s}",
  "s\u2028+\u2028s",
  "s\0",
  "\ud800",
];

/** The kind. */
export const cells: Kind = {
  name: "cells",
  async prepare(good, random) {
    await copyDirectory(`${good}/own`, "run");
    const inModel = random.uniform() < 0.5;
    const path = inModel ? "run/model.safetensors" : "run/config.json";
    return {
      path,
      how: inModel ? "in a model that is evaluated" : "in the configuration of a run that is resumed",
      keeps: "run",
      async damage() {
        if (!inModel) {
          const config = JSON.parse(await Deno.readTextFile(path));
          return within(config, config.configuration, random);
        }
        const stored = await readStored(path);
        const configuration = JSON.parse(stored.metadata.configuration!);
        const { what, content } = within(configuration, configuration, random);
        stored.metadata.configuration = content;
        return { what, content: await storedBytes(stored), forged: true };
      },
      use: async () => void await (inModel ? evaluated(path) : resumedByCommand()),
    };
  },
};

/** The JSON of `whole` with damage to the cell of the configuration that is in it. */
function within(whole: unknown, configuration: { cell: unknown }, random: Random): Damaged<string> {
  const { what, content } = damageCell(random);
  const place = "the damaged cell";
  configuration.cell = place;
  return { what, content: JSON.stringify(whole).replace(JSON.stringify(place), () => content) };
}

function damageCell(random: Random): Damaged<string> {
  if (random.uniform() < 0.5) return damageJson(OWN, random);
  const cell = structuredClone(OWN) as unknown as {
    banks: Record<string, { convolves: string }>;
    formulas: Record<string, string>;
    next: string;
  };
  const formula = random.pick(FORMULAS);
  const places: Record<string, () => void> = {
    "next": () => cell.next = formula,
    "formula c": () => cell.formulas.c = formula,
    "formula g": () => cell.formulas.g = formula,
    "what candidate convolves": () => cell.banks.candidate!.convolves = formula,
    "a part of c": () => cell.formulas.c = `drop(candidate * (${formula}))`,
    "a part of g": () => cell.formulas.g = `gate + (${formula})`,
    "a part of next": () => cell.next = `c + g * (${formula}) - c`,
  };
  const place = random.pick(Object.keys(places));
  places[place]!();
  return { what: `${place} is ${JSON.stringify(formula).slice(0, 40)}`, content: JSON.stringify(cell) };
}
