import { keyOf, wordAt } from "../random.ts";
import { cellOf } from "../cells/table.ts";
import { bankCount, filterSize, recurrenceSize, type RecurrenceSpec } from "./recurrence_spec.ts";
import type { Configuration } from "./configuration.ts";

/** The recurrence that a configuration describes, with `sets` parameter sets: 1 where they have been averaged. */
export function recurrenceSpec(
  configuration: Configuration,
  sets: number = configuration.relaxation_sets,
): RecurrenceSpec {
  const { cell, maps, width, layers, kernel_width, kernel_length, gate_cutoff, state_levels } = configuration;
  return { cell, maps, width, layers, sets, kernel_width, kernel_length, gate_cutoff, state_levels };
}

/** A named part of the flat parameter vector, and how it starts. */
export interface ParameterEntry {
  /** Its name, as in a model file. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Its first element's place in the flat vector. */
  readonly offset: number;
  /** Number of elements. */
  readonly size: number;
  /** The initial values are uniform from `center` − `spread` to `center` + `spread`. */
  readonly spread: number;
  /** The middle of the initial values. */
  readonly center: number;
}

/**
 * All parameters of a model, in the order of the flat vector: the recurrence's banks, then embedding and output.
 *
 * Initial values, by the cell's frame; biases of banks are the cell's own. `diagonal`: filters and projections uniform
 * after Glorot & Bengio 2010, as in the code of Freivalds & Liepins. `cgru`: uniform unit scaling with factor 1.8,
 * embedding uniform in ±1.7, as in the code of Kaiser & Sutskever; it has no bias in embedding and output (section 2).
 */
export function parameterTable(spec: RecurrenceSpec, symbols: string): readonly ParameterEntry[] {
  const table: ParameterEntry[] = [];
  let offset = 0;
  const put = (name: string, shape: number[], spread: number, center: number) => {
    const size = shape.reduce((a, b) => a * b, 1);
    table.push({ name, shape, offset, size, spread, center });
    offset += size;
  };
  const { maps, kernel_width, kernel_length } = spec;
  const { banks, cell } = cellOf(spec);
  const diagonal = cell.frame === "diagonal";
  const spread = (fanIn: number, fanOut: number) =>
    diagonal ? Math.sqrt(6 / (fanIn + fanOut)) : 1.8 * Math.sqrt(3 / fanIn);
  const fan = filterSize(spec) / maps;
  for (let set = 0; set < spec.sets; set++) {
    for (let layer = 0; layer < spec.layers; layer++) {
      for (const { name: bank, bias } of banks) {
        const name = `recurrence.set${set}.layer${layer}.${bank}`;
        put(`${name}.filter`, [kernel_width, kernel_length, maps, maps], spread(fan, fan), 0);
        put(`${name}.bias`, [maps], 0, bias);
      }
    }
  }
  const vocabulary = symbols.length + 1;
  put("embedding.weight", [vocabulary, maps], diagonal ? spread(vocabulary, maps) : 1.7, 0);
  if (diagonal) put("embedding.bias", [maps], 0, 0);
  put("output.weight", [maps, vocabulary], spread(maps, vocabulary), 0);
  if (diagonal) put("output.bias", [vocabulary], 0, 0);
  if (table[spec.sets * spec.layers * bankCount(spec) * 2]!.offset !== recurrenceSize(spec)) {
    throw new Error("Parameter table and recurrence disagree on the size of the banks");
  }
  return table;
}

/** Elements of the flat vector. */
export function parameterCount(table: readonly ParameterEntry[]): number {
  const last = table[table.length - 1]!;
  return last.offset + last.size;
}

/** The initial flat vector of a seed. */
export function initialParameters(table: readonly ParameterEntry[], seed: number): Float32Array {
  const key = keyOf(seed, "initial");
  const values = new Float32Array(parameterCount(table));
  for (const { offset, size, spread, center } of table) {
    for (let i = offset; i < offset + size; i++) {
      values[i] = center + spread * (wordAt(key, i) * 2 ** -31 - 1);
    }
  }
  return values;
}
