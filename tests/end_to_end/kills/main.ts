/**
 * Kills trainings at random moments, interrupts others, resumes them, and compares what they come to with a run that
 * was never disturbed; docs/trust.md says more. `deno run -A tests/end_to_end/kills/main.ts --kills 100 --signals 50 --seed 1`;
 * `--only N` repeats one of each. Ends with 1 where anything failed.
 * @module
 */
import { type Flag, parseArguments, seed as seedOf, wholeNumber } from "../../../lib/cli/arguments.ts";
import { table } from "../../../lib/io/table.ts";
import { kill } from "./kills.ts";
import { makeReference, PHASES } from "./run.ts";
import { interrupt, STATUSES } from "./signals.ts";

const flags: readonly Flag[] = [
  { name: "kills", value: "N", help: "Runs that are killed", default: "100" },
  { name: "signals", value: "N", help: "Runs that get SIGINT, and as many that get SIGTERM", default: "50" },
  { name: "seed", value: "S", help: "Seed of the moments", default: "1" },
  { name: "only", value: "N", help: "Number of the one run of each to try" },
];

/** Of the runs that are interrupted one in so many is resumed. */
const RESUMED = 4;

const args = parseArguments(Deno.args, flags);
const number = (name: string) => wholeNumber(name, args.text(name)!, 0, 1e6);
const numbers = (name: string) =>
  args.has("only") ? [number("only")] : Array.from({ length: number(name) }, (_, i) => i);
const seed = seedOf("seed", args.text("seed")!);

const directory = await Deno.makeTempDir();
const reference = await makeReference(`${directory}/reference`);
console.error(`A run takes ${reference.seconds.toFixed(1)} s`);
const counts: string[][] = [];
const seconds: number[] = [];
let failures = 0;
const count = (what: string, phases: readonly string[]) =>
  counts.push([what, ...PHASES.map((phase) => String(phases.filter((own) => own === phase).length))]);
const judge = async (what: string, out: string, failure: string | undefined) => {
  if (failure === undefined) return await Deno.remove(out, { recursive: true }).catch(() => {});
  failures++;
  console.error(`${what} failed, ${out}: ${failure}`);
};

const hit: string[] = [];
for (const number of numbers("kills")) {
  const out = `${directory}/kill-${number}`;
  const { phases, failure } = await kill(out, reference, { seed, number });
  hit.push(...phases);
  await judge(`Kill ${number}`, out, failure);
}
count("SIGKILL", hit);
for (const signal of Object.keys(STATUSES) as (keyof typeof STATUSES)[]) {
  const phases: string[] = [];
  for (const number of numbers("signals")) {
    const out = `${directory}/${signal}-${number}`;
    const resume = args.has("only") || number % RESUMED === 0;
    const interrupted = await interrupt(out, reference, { seed, number, signal, resume });
    phases.push(interrupted.phase);
    seconds.push(interrupted.seconds);
    await judge(`${signal} ${number}`, out, interrupted.failure);
  }
  count(signal, phases);
}

console.log(table(["", ...PHASES], counts));
if (seconds.length > 0) {
  seconds.sort((a, b) => a - b);
  const at = (share: number) => seconds[Math.ceil(share * seconds.length) - 1]!.toFixed(2);
  console.log(`Ended after ${at(0.5)} s in the median, ${at(0.9)} s nine times in ten, ${at(1)} s at most`);
}
console.log(`${failures} failed, seed ${seed}`);
if (failures === 0) await Deno.remove(directory, { recursive: true });
Deno.exit(failures > 0 ? 1 : 0);
