/** Twenty steps of a tiny network, and the files that they leave. */
import { problems, type TrainOptions } from "../../mod.ts";
import { filesIn } from "./process.ts";

/** The run. */
export const tiny: TrainOptions = {
  problem: problems.copy!,
  backend: "wasm",
  workers: 1,
  attempts: 1,
  steps: 20,
  configuration: {
    max_size: 2,
    maps: 4,
    batch_size: 4,
    check_every: 4,
    validate_every: 8,
    validate_max_multiple: 2,
  },
};

/** The contents of all files in a directory. */
export function contentsOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    filesIn(directory).map((name) => [name, Deno.readFileSync(`${directory}/${name}`).toHex()]),
  );
}

/** The cells of a file of CSV without quotes. */
export function rowsOf(path: string): string[][] {
  return Deno.readTextFileSync(path).trimEnd().split("\n").map((line) => line.split(","));
}

/** Ten steps of a tinier network. */
export const tenSteps: TrainOptions = {
  problem: problems.copy!,
  configuration: { max_size: 2, maps: 4, batch_size: 4, check_every: 4 },
  steps: 10,
  backend: "wasm",
};
