/**
 * The part of docs/problems.md that follows from the table of problems. `deno task docs` writes it anew, and a test looks
 * whether it is up to date.
 */
import { type ListedProblem, problemList } from "../../lib/problems/list.ts";

/** Where the page is. */
export const PAGE: URL = new URL("../../docs/problems.md", import.meta.url);

const [START, END] = ["<!-- problems: written by `deno task docs` -->", "<!-- end of problems -->"];

/** The page with its generated part as it should be, but for the layout of its tables. */
export function withProblems(page: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${PAGE} lacks ${START} or ${END}`);
  return [page.slice(0, start) + START, ...families(), page.slice(end)].join("\n\n");
}

/** A table of each family. Problems that differ by their number base alone share a row, with the example of the last. */
function families(): string[] {
  const list = problemList();
  return [...Map.groupBy(list, ({ family }) => family)].flatMap(([family, own]) => {
    const rows = [...Map.groupBy(own, kindOf).values()].map((alike) => {
      const { input, target, size, description } = alike.at(-1)!;
      const names = alike.map(({ name }) => code(name)).join(" ");
      const words = alike.length > 1 ? description.replace(BASE, "").replace(COUNT, "") : description;
      return [names, `${code(input)} → ${code(target)}`, cell(size), cell(capitalized(words))];
    });
    const sources = [...new Set(own.map(({ source }) => source))].join("; ");
    return [`### ${capitalized(family)}`, table(rows), `From: ${sources}.`];
  });
}

/** What a description begins with that tells the number base, or ends with that tells the number of symbols. */
const [BASE, COUNT] = [/^(Binary|Base-\d|Octal|Decimal) /, /, of \d+ symbols$/];

/** What problems that share a row have in common. */
function kindOf({ description, size }: ListedProblem): string {
  return description.replace(BASE, "").replace(COUNT, "") + size;
}

const capitalized = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

const code = (text: string): string => `\`${text}\``;

const cell = (text: string): string =>
  text.replaceAll("|", "\\|").replaceAll("*", "\\*").replaceAll("_", "\\_");

function table(rows: readonly (readonly string[])[]): string {
  const header = ["problem", "example", "a size counts", "what it is"];
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

if (import.meta.main) {
  await Deno.writeTextFile(PAGE, withProblems(await Deno.readTextFile(PAGE)));
}
