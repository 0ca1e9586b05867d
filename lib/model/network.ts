/** What a model's parameters mean. */
import type { Configuration } from "./configuration.ts";
import { type ParameterEntry, parameterTable, recurrenceSpec } from "./parameters.ts";
import type { RecurrenceSpec } from "./recurrence_spec.ts";

/** A model's shape: what its parameters mean. */
export interface Network {
  /** The recurrence. */
  readonly spec: RecurrenceSpec;
  /** The alphabet. */
  readonly symbols: string;
  /** Names, shapes and places in the flat vector. */
  readonly table: readonly ParameterEntry[];
  /** Whether the embedding counts in the saturation cost. */
  readonly embeddingSaturation: boolean;
}

/** A network with its parameters as values. */
export interface Weights {
  /** What the parameters mean. */
  readonly network: Network;
  /** The flat vector. */
  readonly parameters: Float32Array;
}

/** The network that a configuration and an alphabet describe, with `sets` parameter sets: 1 where they are averaged. */
export function networkOf(configuration: Configuration, symbols: string, sets?: number): Network {
  const spec = recurrenceSpec(configuration, sets);
  const table = parameterTable(spec, symbols);
  return { spec, symbols, table, embeddingSaturation: configuration.saturation_of_embedding };
}
