import type { Network } from "../../model/network.ts";
import { INPUT_LAYER } from "../dropout.ts";
import { GRADIENT_METRICS, type GradientMetric } from "../metrics.ts";
import type { RecurrenceRun } from "../run.ts";
import type { Shard } from "../step.ts";
import { endsOf } from "./ends.ts";
import type { Filters } from "./filters.ts";
import { groupsOf } from "./groups.ts";
import { block } from "./memory.ts";
import { bytesToKeep, MEMORY_BUDGET, Pass } from "./pass.ts";

/**
 * The sums of a shard's metrics, in the order of `GRADIENT_METRICS`; and its part of the gradient, which is added to
 * `sums` where these are given. Each group of its examples goes forward and backward before the next one, so that what is
 * kept for the backward pass stays in the cache.
 */
export function shardGradient(
  network: Network,
  parameters: Filters,
  { batch, options, batches }: Shard,
  sums?: Filters,
): Float32Array {
  const { spec, embeddingSaturation } = network;
  const { totals, dropout, saturationWeight } = options;
  const saturation = saturationWeight !== 0;
  const run: RecurrenceRun = { ...batch, ...options, batch: totals.rows, saturation };
  const ends = endsOf(network);
  const metrics: Record<GradientMetric, number> = {
    loss: 0,
    sequences_right: 0,
    symbols_right: 0,
    saturation: 0,
  };
  const dropsInput = dropout?.on === "candidate" && ends.clips;
  for (const group of groupsOf(batch)) {
    const keepsPre = sums !== undefined && bytesToKeep(spec, [group]) <= MEMORY_BUDGET;
    using pass = new Pass(spec, run, group, keepsPre);
    const { cell } = pass;
    const examples = { batch, group, cell };
    const mask = dropsInput ? pass.drop(INPUT_LAYER, 0) : undefined;
    ends.embed(parameters, examples, pass.first, mask);
    pass.forward(parameters);
    using logits = block(ends.logitBytes(cell));
    ends.readOut(parameters, cell, pass.last, logits.start);
    const outcome = ends.judge(examples, logits.start, 1 / (totals.positions * batches));
    const embeddingWeight = saturation && embeddingSaturation ? 1 / (group.length * totals.rows) : 0;
    metrics.loss += outcome.loss / totals.positions;
    metrics.sequences_right += outcome.sequences;
    metrics.symbols_right += outcome.symbols;
    if (saturation) metrics.saturation += pass.cost;
    if (embeddingWeight > 0) metrics.saturation += embeddingWeight * ends.excess(parameters, examples);
    if (sums === undefined) continue;
    const weight = saturationWeight / batches;
    ends.readOutBackward(parameters, sums, cell, pass.last, logits.start);
    pass.backward(parameters, sums, weight);
    if (dropsInput) pass.drop(INPUT_LAYER, 0);
    ends.embedBackward(parameters, sums, examples, mask, weight * embeddingWeight);
  }
  return Float32Array.from(Object.keys(GRADIENT_METRICS), (name) => metrics[name as GradientMetric]);
}
