import type { TrainResult } from "../training/options.ts";

/** How the toolkit's commands are run from here, up to the command's name. */
export function commandPrefix(main: string, directory: string): string {
  const url = new URL(main);
  const root = new URL(/\/tasks\/\w+\.ts$/.test(url.pathname) ? "../mod.ts" : "./mod.ts", url);
  if (root.protocol !== "file:") return `deno run --allow-read --allow-write=runs ${root.href}`;
  const path = decodeURIComponent(root.pathname);
  return path === `${directory}/mod.ts` ? "deno task" : `deno run --allow-read --allow-write=runs ${path}`;
}

/** What can be done next with a run, as commands to copy. `learned` names what was learned where it is a file of one's own. */
export function nextCommands(
  { model, solved, ended, steps, attempts, out }: TrainResult,
  prefix: string,
  learned: { readonly problem: string | undefined; readonly data: string | undefined },
): string[] {
  const at = quoted(out!);
  const { problem: { arithmetic }, configuration: { max_size, validate_at } } = model;
  const module = learned.problem === undefined ? "" : ` --problem ${quoted(learned.problem)}`;
  const source = learned.data === undefined ? module : ` --data ${quoted(learned.data)}`;
  const more =
    { steps: `--steps ${2 * steps}`, attempts: `--attempts ${attempts + 2}`, confirmed: undefined }[ended];
  const sizes = [2, 5].map((times) => times * validate_at * max_size).join();
  const longer = learned.data === undefined ? ` --size ${sizes}` : "";
  return [
    ...(arithmetic === undefined
      ? []
      : [`${prefix} solve --model ${at} '123456789 ${arithmetic.operator} 987654321'`]),
    `${prefix} evaluate --model ${at}${source}${solved ? longer : ""}`,
    ...(solved || more === undefined ? [] : [`${prefix} train --resume --out ${at}${module} ${more}`]),
  ];
}

/** A word of a command line for a shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
