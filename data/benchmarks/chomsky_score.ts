/**
 * The score of the Chomsky hierarchy, from what `evaluate --predictions FILE` wrote: for each problem of FILE the mean, over
 * the sizes there, of the share of symbols that are right up to the end of the answer; padding does not count, nor what
 * follows the 2 that ends some answers. `deno run --allow-read data/benchmarks/chomsky_score.ts FILE`
 */
import { readCsv } from "../../lib/io/csv.ts";
import { decimals } from "../../lib/evaluation/report.ts";

/** The problems whose answers end with a 2. */
const ENDED = ["stack-manipulation", "binary-addition", "binary-multiplication"];

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const [header, ...lines] = await readCsv(Deno.args[0] ?? "predictions.csv");
const rows = lines.map((line) => Object.fromEntries(line.map((cell, i) => [header![i]!, cell])));

/** The share of an answer's symbols that a model wrote in their places. */
function shareRight({ problem, output, target }: Record<string, string>): number {
  const answer = ENDED.includes(problem!) ? target!.slice(0, target!.indexOf("2") + 1) : target!;
  return mean([...answer].map((symbol, i) => symbol === output![i] ? 1 : 0));
}

console.log("problem,sizes,examples,score");
for (const [problem, own] of Map.groupBy(rows, (row) => row["problem"]!)) {
  const sizes = [...Map.groupBy(own, (row) => row["size"]!).values()];
  const score = mean(sizes.map((tried) => mean(tried.map(shareRight))));
  console.log(`${problem},${sizes.length},${own.length},${decimals(score, 4)}`);
}
