/** Trainings as processes of their own, in a directory that each test file has for itself. */
import { emptyDirectory, type Outcome, run } from "./process.ts";

/** Where they run. */
export const cwd: string = emptyDirectory();

/** A tiny network. */
export const tiny: readonly string[] = [
  ...["--backend=wasm", "--problem=copy", "--max-size=2", "--maps=4", "--batch-size=4"],
];

/** Learns to copy within a hundred steps or so, and fails at ten times the length: nothing is dropped, nothing noisy. */
export const quick: readonly string[] = [
  ...["--backend=wasm", "--problem=copy", "--max-size=4", "--start-size=1", "--maps=6", "--batch-size=16"],
  ...["--steps-after-mastery=20", "--validate-every=16", "--validate-max-multiple=2"],
  ...["--dropout=0", "--state-noise-after-mastery=0", "--clean-share-after-mastery=0"],
];

/** Runs a training to its end. */
export function train(...args: string[]): Promise<Outcome> {
  return run("train", args, { cwd });
}

/** The text of a file that one wrote. */
export function read(path: string): Promise<string> {
  return Deno.readTextFile(`${cwd}/${path}`);
}
