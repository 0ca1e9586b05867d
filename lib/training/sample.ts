import type { Example } from "../problems/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import type { Weights } from "../model/network.ts";
import { decodeSymbols, encodeBatch } from "../model/batch.ts";
import type { Configuration } from "../model/configuration.ts";

/** An example, and what a model writes for it. */
export interface Sample extends Example {
  /** The symbols that the model writes, up to the first padding. */
  readonly output: string;
}

/** Asks a model for its answer to one example, for people to see. */
export async function sampleOf(
  engine: Engine,
  model: Weights,
  example: Example,
  { extra_steps: extraSteps }: Pick<Configuration, "extra_steps">,
): Promise<Sample> {
  const { symbols } = model.network;
  const numbers = await engine.predict([model], encodeBatch(symbols, [example], { extraSteps }));
  return { ...example, output: decodeSymbols(symbols, numbers) };
}
