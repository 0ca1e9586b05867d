/**
 * The part of docs/presets.md that follows from the table of settings. `deno task docs` writes it anew, and a test looks
 * whether it is up to date.
 */
import { groupOf, KEYS, SETTINGS } from "../../lib/model/settings/table.ts";
import { explanationOf, textOf } from "../../lib/model/settings/kinds.ts";
import { PRESET_KEYS, presets } from "../../lib/model/presets.ts";

/** Where the page is. */
export const PAGE: URL = new URL("../../docs/presets.md", import.meta.url);

const [START, END] = ["<!-- settings: written by `deno task docs` -->", "<!-- end of settings -->"];

/** The page with its generated part as it should be, but for the layout of its tables. */
export function withSettings(page: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${PAGE} lacks ${START} or ${END}`);
  return [page.slice(0, start) + START, ...groups(), ...byProblem(), ...renamed(), page.slice(end)].join(
    "\n\n",
  );
}

/** A table of each group: what its settings are for, and their value and its source in every preset. */
function groups(): string[] {
  return [...Map.groupBy(KEYS, groupOf)].flatMap(([group, keys]) => {
    const rows = keys.map((key) => [`\`${key}\``, explanationOf(SETTINGS[key]), ...valuesOf(key)]);
    return [`## ${group}`, table(["setting", "what it is", ...Object.keys(presets)], rows)];
  });
}

function valuesOf(key: typeof KEYS[number]): string[] {
  return Object.values(presets).map(({ base, sources }) => {
    const own = PRESET_KEYS.find((name) => name === key);
    return own === undefined
      ? "of the problem"
      : `${textOf(base[own]).replaceAll(",", ", ")} (${sources[own]})`;
  });
}

/** What the presets have of their own for some problems, those with the same values together. */
function byProblem(): string[] {
  const items = Object.entries(presets).flatMap(([preset, { byProblem, problemSource }]) => {
    const alike = Map.groupBy(
      Object.keys(byProblem),
      (problem) =>
        Object.entries(byProblem[problem]!).map(([key, value]) => `\`${key}\` ${textOf(value)}`).join(", "),
    );
    return [...alike].map(([values, problems]) => {
      const names = problems.map((problem) => `\`${problem}\``).join(", ");
      return `- ${names} in the preset \`${preset}\` (${problemSource}): ${values}.`;
    });
  });
  return ["## Values of single problems", items.join("\n")];
}

/** The names that settings had. */
function renamed(): string[] {
  const rows = KEYS.flatMap((key) =>
    (SETTINGS[key].formerly ?? []).map((former) => [`\`${former}\``, `\`${key}\``])
  );
  return ["## Names that settings had", table(["before", "now"], rows)];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

if (import.meta.main) {
  await Deno.writeTextFile(PAGE, withSettings(await Deno.readTextFile(PAGE)));
}
