/** Small models in a directory that each test file has for itself. */
import { assertEquals } from "@std/assert";
import { type Model, problems, saveModel } from "../../mod.ts";
import { emptyDirectory, type Outcome, run } from "./process.ts";
import { untrained } from "./untrained.ts";

/** Where the models are, and commands run. */
export const cwd: string = emptyDirectory();

/** The model in the file `a`, of reverse. Beside it: `b` of reverse, and of badd `large` and `late`, of extra steps. */
export const model: Model = untrained(problems.reverse!, 1, { maps: 4, max_size: 3 });
await saveModel(`${cwd}/a`, model);
await saveModel(`${cwd}/b`, untrained(problems.reverse!, 2, { maps: 6 }));
await saveModel(`${cwd}/large`, untrained(problems.badd!, 1, { maps: 16 }));
await saveModel(`${cwd}/late`, untrained(problems.badd!, 1, { maps: 4, extra_steps: 3 }));

/** Runs `evaluate` there. */
export function evaluate(...args: string[]): Promise<Outcome> {
  return run("evaluate", ["--backend=wasm", ...args], { cwd });
}

/** Trains a model of sums of two digits, learned by heart in 80 steps, in the directory `run`: yields its path. */
export async function trainAdder(): Promise<string> {
  const { code, stderr } = await run("train", [
    ...["--backend=wasm", "--problem=badd", "--max-size=1", "--maps=8", "--batch-size=16"],
    ...["--validate-every=16", "--validate-max-multiple=1", "--attempts=1", "--steps=300", "--out=run"],
  ], { cwd });
  assertEquals(code, 0, stderr);
  return "run/model.safetensors";
}
