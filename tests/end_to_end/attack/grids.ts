/** Damaged grids of sweeps that are planned. */
import type { Random } from "../../../lib/random.ts";
import { loadGrid } from "../../../lib/sweep/grid.ts";
import { planRuns } from "../../../lib/sweep/plan.ts";
import { damageBytes } from "./bytes.ts";
import { damageJson, jsonOf } from "./json.ts";
import { type Damaged, Harm, type Kind } from "./kind.ts";
import { TRAP } from "./values.ts";

const GRID = [
  { problem: ["copy", "reverse"], maps: [4, 8], learning_rate: [0.01, 0.02], bins: [[8, 12], []] },
  { preset: ["diagonal"], problem: ["copy"], steps: [8], attempts: [1, 2], dropout: [0, 0.1] },
];

/** The kind. */
export const grids: Kind = {
  name: "grids",
  async prepare(_good, random) {
    const json = JSON.stringify(GRID, undefined, 1);
    await Deno.writeTextFile("grid.json", json);
    return {
      path: "grid.json",
      how: "planned",
      damage() {
        const dice = random.uniform();
        if (dice < 0.6) return damageJson(GRID, random);
        return dice < 0.8 ? damageBytes(new TextEncoder().encode(json), random) : absurd(random);
      },
      async use() {
        const { runs } = await planRuns({ grid: await loadGrid("grid.json"), fixed: {}, seeds: [1, 2] });
        const strange = runs.find(({ id }) => !/^[A-Za-z0-9][\w.,=+-]*$/.test(id));
        if (strange) throw new Harm(`a run would be called ${JSON.stringify(strange.id).slice(0, 200)}`);
      },
    };
  },
};

const SETTINGS = [
  ...["maps", "max_size", "start_size", "batch_size", "steps"],
  ...["attempts", "layers", "width", "steps_after_mastery", "check_every"],
];

function absurd(random: Random): Damaged {
  const many = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  const side = random.pick([300, 2000, 100_000]);
  const grids: Record<string, () => string> = {
    "two settings of many values": () => jsonOf({ maps: many(Math.min(side, 4096)), max_size: many(side) }),
    "ten settings of some values": () => jsonOf(Object.fromEntries(SETTINGS.map((name) => [name, many(8)]))),
    "many parts": () => jsonOf(many(side).map((maps) => ({ maps: [maps] }))),
    "one value very often": () => jsonOf({ problem: ["copy"], maps: many(side).map(() => 4) }),
    "many lists": () => "[".repeat(side) + "]".repeat(side),
    "many names": () => jsonOf(Object.fromEntries(many(side).map((i) => [`maps${i}`, [i]]))),
    "a long list of bins": () => jsonOf({ bins: [many(side)] }),
    "a module": () => jsonOf({ problem: ["copy", TRAP] }),
    "spaces": () => " ".repeat(20_000_000) + "{}",
  };
  const name = random.pick(Object.keys(grids));
  return { what: `${name}, ${side}`, content: grids[name]!() };
}
