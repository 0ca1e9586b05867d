/**
 * The main module of a child process that loads the module of a problem or of a cell. So the module has no more
 * permissions than a run of the sweep. The child tells the sweep what it needs for its plan, as JSON in the last line of standard output.
 */
import { writeStdout } from "../cli/output.ts";
import { sentError } from "../errors.ts";
import { loadCell } from "../cells/load.ts";
import { loadProblem } from "../problems/load.ts";
import { endWithParent } from "./parent.ts";

/** What Deno runs as this process: this module, or, in a bundle, the part of it with this name. */
export const DESCRIBE: readonly string[] = [import.meta.url, "sweep:describe"];

if (import.meta.main) await main(Deno.args.slice(1));

/** Describes a module; the arguments are what it defines, and its path. */
export async function main([kind, path]: readonly string[]): Promise<never> {
  endWithParent();
  await writeStdout(`\n${JSON.stringify(await describe(kind!, path!))}\n`);
  Deno.exit(0); // even where the module is still doing something
}

async function describe(kind: string, path: string): Promise<object> {
  try {
    if (kind === "cell") return { cell: await loadCell(path) };
    const { name, maxSize, suites } = await loadProblem(path);
    return { name, maxSize, suites: Object.keys(suites) };
  } catch (thrown) {
    const error = sentError(thrown);
    if (error === undefined) throw thrown;
    return { error };
  }
}
