/**
 * Damages models, checkpoints, datasets, grids, run configurations, partial reports and cells, uses them, and counts what must
 * not happen; docs/trust.md says what that is. `deno run -A tests/end_to_end/attack/main.ts --count 1000 --seed 1`; `--only N`
 * repeats a case. Ends with 1 where anything failed.
 * @module
 */
import { type Flag, parseArguments, seed as seedOf, wholeNumber } from "../../../lib/cli/arguments.ts";
import { table } from "../../../lib/io/table.ts";
import { attack } from "./attack.ts";
import { FAILURES, KINDS, type Verdict } from "./judge.ts";

const flags: readonly Flag[] = [
  { name: "count", value: "N", help: "Cases", default: "1000" },
  { name: "seed", value: "S", help: "Seed of all damage", default: "1" },
  { name: "only", value: "N", help: "Number of the one case to try" },
];

/** Failing cases that are told in full. */
const TOLD = 10;

/** Counts by kind of file. */
function countsOf(verdicts: readonly Verdict[]): string {
  const line = (name: string, own: readonly Verdict[]) =>
    [
      name,
      own.length,
      own.filter(({ refused }) => refused).length,
      own.filter(({ refused, failures }) => !refused && failures.length === 0).length,
      ...FAILURES.map((sort) => own.filter(({ failures }) => failures.includes(sort)).length),
    ].map(String);
  return table(["", "cases", "refused", "accepted", ...FAILURES], [
    ...KINDS.map(({ name }) => line(name, verdicts.filter(({ kind }) => kind === name))),
    line("all", verdicts),
  ]);
}

const args = parseArguments(Deno.args, flags);
const number = (name: string, least: number) => wholeNumber(name, args.text(name)!, least, 1e9);
const seed = seedOf("seed", args.text("seed")!);
const numbers = args.has("only")
  ? [number("only", 0)]
  : Array.from({ length: number("count", 1) }, (_, i) => i);
const verdicts = await attack({
  seed,
  numbers,
  onVerdict({ number, what, refused, failures, said }) {
    if (args.has("only")) console.log(`${what}\n${refused ? "refused" : "not refused"}: ${said}`);
    if (failures.length > 0) console.error(`${number} ${failures.join(", ")}`);
  },
});
const failed = verdicts.filter(({ failures }) => failures.length > 0);
console.log(countsOf(verdicts));
for (const { number, kind, what, failures, said } of failed.slice(0, TOLD)) {
  console.log(`${number} (${kind}: ${what}): ${failures.join(", ")}\n  ${said.slice(0, 400).trim()}`);
}
console.log(`${failed.length} of ${verdicts.length} failed, seed ${seed}`);
Deno.exit(failed.length > 0 ? 1 : 0);
