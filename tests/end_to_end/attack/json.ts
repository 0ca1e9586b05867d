/** Damage to JSON: a value, a name or a place that it should not have. */
import { printable, shown } from "../../../lib/errors.ts";
import type { Random } from "../../../lib/random.ts";
import type { Damaged } from "./kind.ts";
import { Raw, TEXTS, VALUES } from "./values.ts";

type Holder = Record<string, unknown>;

/** JSON of a value, in which `Raw` stands as it is, and a number too large where it is infinite. */
export function jsonOf(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonOf).join()}]`;
  if (value === Infinity || value === -Infinity) return `${Math.sign(value)}e999`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, own]) => `${JSON.stringify(name)}:${jsonOf(own)}`).join()}}`;
}

/** The JSON of a value, damaged in one place. */
export function damageJson(value: unknown, random: Random): Damaged<string> {
  const root: Holder = { root: structuredClone(value) };
  const { holder, name, path } = placeIn(root, random);
  const what = (damage: string) => `${path.slice(1).join(".") || "all"} ${damage}`;
  const done = (damage: string) => ({ what: what(damage), content: jsonOf(root.root) });
  const old = holder[name];
  const dice = random.uniform();
  if (dice < 0.1 && path.length > 1) {
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
    return done("left out");
  }
  if (dice < 0.2 && isHolder(old)) {
    const [surplus, given] = [random.pick(TEXTS), random.pick(VALUES)];
    if (Array.isArray(old)) old.push(given);
    else Object.defineProperty(old, surplus, { value: given, enumerable: true });
    return done(`with a surplus ${shown(surplus, 20)}`);
  }
  if (dice < 0.25 && isHolder(old) && !Array.isArray(old)) {
    const json = jsonOf(old);
    const twice = random.pick([...Object.keys(old), "x"]);
    holder[name] = new Raw(`{${JSON.stringify(twice)}:${jsonOf(random.pick(VALUES))},${json.slice(1)}`);
    return done(`with ${shown(twice, 20)} twice`);
  }
  if (dice < 0.6 && typeof old === "number") {
    holder[name] = random.pick([-old, old + 1, old - 1, old + 0.5, old * 1e6, old * 1e-6, old * 1e300]);
    return done(`= ${holder[name]} after ${old}`);
  }
  holder[name] = random.pick(VALUES);
  return done(`= ${printable(jsonOf(holder[name]), 30)}`);
}

function isHolder(value: unknown): value is Holder {
  return typeof value === "object" && value !== null;
}

/** Any place: the fewer there are of a level, the more often each. */
function placeIn(root: Holder, random: Random): { holder: Holder; name: string; path: string[] } {
  let [holder, name] = [root, "root"];
  const path = [name];
  while (true) {
    const value = holder[name];
    const names = isHolder(value) ? Object.keys(value) : [];
    if (names.length === 0 || random.uniform() < (path.length === 1 ? 0.03 : 0.35)) {
      return { holder, name, path };
    }
    [holder, name] = [value as Holder, random.pick(names)];
    path.push(name);
  }
}
