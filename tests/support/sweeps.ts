/** Sweeps of small runs, as processes of their own in a directory that each test file has for itself. */
import { emptyDirectory, filesIn, type Outcome, run } from "./process.ts";

/** Where the sweeps run. */
export const cwd: string = emptyDirectory();

/** Two steps of a tiny network. */
export const tiny: readonly string[] = [
  ...["--problem=copy", "--backend=wasm", "--max-size=2", "--maps=4", "--batch-size=4", "--steps=2"],
];

/** Learns to copy within a hundred steps or so. */
export const quick: readonly string[] = [
  ...["--problem=copy", "--backend=wasm", "--max-size=4", "--start-size=1", "--batch-size=16"],
  ...["--steps-after-mastery=20", "--validate-every=16", "--validate-max-multiple=2", "--maps=6"],
];

/** Runs a sweep to its end. */
export function sweep(...args: string[]): Promise<Outcome> {
  return run("sweep", args, { cwd });
}

/** The text of a file that a sweep wrote. */
export function read(path: string): Promise<string> {
  return Deno.readTextFile(`${cwd}/${path}`);
}

/** The directories of runs in a sweep's directory. */
export function runsIn(directory: string): string[] {
  return filesIn(`${cwd}/${directory}`).filter((name) => name.startsWith("copy") && !name.endsWith(".lock"));
}
