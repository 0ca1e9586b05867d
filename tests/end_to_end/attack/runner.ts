/** Runs cases one after the other: `runner.ts WORK SEED NUMBER …`. */
import { tryCase } from "./judge.ts";
import { tell } from "./news.ts";

/** Bytes from which what earlier cases left behind is collected, so that a case is charged with its own memory alone. */
const COLLECT_FROM = 400e6;

const [work, seed, ...numbers] = Deno.args;
new Worker(new URL("memory.ts", import.meta.url), { type: "module" });
for (const number of numbers.map(Number)) {
  if (Deno.memoryUsage().rss > COLLECT_FROM) (globalThis as unknown as { gc(): void }).gc();
  tell({ ended: await tryCase(work!, { seed: Number(seed), number }, (begun) => tell({ begun })) });
}
Deno.exit();
