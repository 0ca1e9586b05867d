/** A model as one safetensors file: its tensors by readable names, everything else as JSON in the metadata. */
import { messageOf, RunError } from "../errors.ts";
import { explainFileError, writeFileAtomic } from "../files.ts";
import { decodeSafetensors, encodeSafetensors, type Safetensors, type StoredTensor } from "../safetensors.ts";
import { VERSION } from "../version.ts";
import { checkConfiguration, type Configuration } from "./configuration.ts";
import { fetchBytes } from "./fetch.ts";
import type { Model, Origin, ReportRow } from "./model.ts";
import { parameterCount, type ParameterEntry, parameterTable, recurrenceSpec } from "./parameters.ts";
import { listShipped, readShipped, shippedModels } from "./shipped.ts";

/** What `format` says in the metadata of a model file. */
const FORMAT = "neural-gpu-model";

/** Raised when files of this version cannot be read by older readers. */
const FORMAT_VERSION = "1";

/** The model as the bytes of a safetensors file. */
export function encodeModel(model: Model): Uint8Array {
  const { problem, configuration, sets, origin, results, parameters } = model;
  const json = { problem, configuration, origin, results };
  return encodeSafetensors({
    metadata: {
      format: FORMAT,
      format_version: FORMAT_VERSION,
      version: VERSION,
      ...Object.fromEntries(Object.entries(json).map(([name, value]) => [name, JSON.stringify(value)])),
    },
    tensors: cutTensors(parameterTable(recurrenceSpec(configuration, sets), problem.symbols), parameters),
  });
}

/** Reads a model from bytes; `name` is what errors call the file. Throws a {@linkcode RunError} on anything else. */
export function decodeModel(bytes: Uint8Array, name: string): Model {
  const file = decodeSafetensors(bytes, name);
  checkFormat(file, FORMAT, FORMAT_VERSION, name);
  const problem = field<Model["problem"]>(file, "problem", name);
  if (typeof problem.name !== "string" || typeof problem.symbols !== "string" || problem.symbols === "") {
    throw new RunError(`Cannot read ${name}: its problem has no name or no symbols`);
  }
  const { arithmetic } = problem;
  if (
    arithmetic &&
    !(["+", "*"].includes(arithmetic.operator) && [2, 3, 4, 5, 6, 7, 8, 9, 10].includes(arithmetic.radix))
  ) {
    throw new RunError(`Cannot read ${name}: its problem's arithmetic is not + or * in a radix from 2 to 10`);
  }
  const results = field<ReportRow[]>(file, "results", name);
  if (!Array.isArray(results)) throw new RunError(`Cannot read ${name}: its results are no list`);
  const configuration = configurationOf(file, name);
  const sets = setsIn(file);
  const table = parameterTable(recurrenceSpec(configuration, sets), problem.symbols);
  return {
    problem,
    configuration,
    sets,
    origin: field<Origin>(file, "origin", name),
    results,
    parameters: joinTensors(table, file.tensors, name),
  };
}

/** Writes a model file: the whole of it, or nothing. */
export async function saveModel(path: string, model: Model): Promise<void> {
  await writeFileAtomic(path, encodeModel(model));
}

/** Reads a model from a path or an http(s) URL, or a shipped one by its name. A file of that name comes first. */
export async function loadModel(location: string): Promise<Model> {
  return decodeModel(await readBytes(location), location);
}

async function readBytes(location: string): Promise<Uint8Array> {
  if (/^https?:/.test(location)) return await fetchBytes(new URL(location), location);
  if (shippedModels.includes(location) && !await isFile(location)) return await readShipped(location);
  return await Deno.readFile(location).catch((thrown) => {
    if (thrown instanceof Deno.errors.NotFound && !/[/\\]|\.safetensors$/.test(location)) {
      throw new RunError(`Cannot read ${location}: no such file or directory, and ${listShipped()}`);
    }
    throw explainFileError("read", location, thrown);
  });
}

/** What may not be looked at counts as none. */
async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}

/** Throws unless the metadata names that format and version. */
export function checkFormat({ metadata }: Safetensors, format: string, version: string, name: string): void {
  if (metadata.format !== format) {
    throw new RunError(
      `Cannot read ${name}: its format is ${metadata.format ?? "not given"}, expected ${format}`,
    );
  }
  if (metadata.format_version !== version) {
    const found = metadata.format_version ?? "not given";
    throw new RunError(`Cannot read ${name}: its format version is ${found}, expected ${version}`);
  }
}

/** A JSON object or array of the metadata. */
export function field<T extends object>({ metadata }: Safetensors, key: string, name: string): T {
  try {
    const value: unknown = JSON.parse(metadata[key] ?? "");
    if (typeof value === "object" && value !== null) return value as T;
  } catch {
    // The error below says what matters.
  }
  throw new RunError(`Cannot read ${name}: its metadata has no valid ${key}`);
}

/** Settings that the first model files did not have yet, as they were then. */
const addedLater = ({ dropout, extra_steps, clean_share = 0 }: Configuration): Partial<Configuration> => ({
  gate_cutoff: 0.1,
  state_levels: 0,
  examples_per_size: 0,
  gradient_noise: 0,
  noise_decay: 0.5,
  dropout_by_length: false,
  state_noise: 0,
  final_noise: 0,
  noise_at: 0,
  final_dropout: dropout,
  drawn_extra_steps: extra_steps,
  clean_share,
  final_clean_share: clean_share,
  relaxation_sets: 1,
  pull: 0,
  pull_factor: 1,
  average_at: 0,
  master_at: 1,
});

/** The metadata's configuration, checked. */
export function configurationOf(file: Safetensors, name: string): Configuration {
  try {
    const stored = field<Configuration>(file, "configuration", name);
    return checkConfiguration({ ...addedLater(stored), ...stored });
  } catch (thrown) {
    throw new RunError(`Cannot read ${name}: its configuration is wrong: ${messageOf(thrown)}`);
  }
}

/** The number of parameter sets whose tensors a file has. */
function setsIn({ tensors }: Safetensors): number {
  const sets = [...tensors.keys()].map((name) => /^recurrence\.set(\d+)\./.exec(name)?.[1]);
  return Math.max(1, new Set(sets.filter((set) => set !== undefined)).size);
}

/** The flat vector as named tensors. */
export function cutTensors(
  table: readonly ParameterEntry[],
  values: Float32Array,
): Map<string, StoredTensor> {
  return new Map(
    table.map((
      { name, shape, offset, size },
    ) => [name, { shape, data: values.subarray(offset, offset + size) }]),
  );
}

/** The flat vector of named tensors, which must be exactly those of the table. */
function joinTensors(
  table: readonly ParameterEntry[],
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
): Float32Array {
  for (const { name: tensor, shape } of table) {
    const stored = tensors.get(tensor);
    if (stored === undefined) throw new RunError(`Cannot read ${name}: tensor ${tensor} is missing`);
    if (stored.shape.join() !== shape.join()) {
      throw new RunError(
        `Cannot read ${name}: tensor ${tensor} has shape [${stored.shape}], expected [${shape}] for its configuration`,
      );
    }
    if (!stored.data.every(Number.isFinite)) {
      throw new RunError(`Cannot read ${name}: tensor ${tensor} has values that are not finite`);
    }
  }
  const known = new Set(table.map((entry) => entry.name));
  const foreign = [...tensors.keys()].find((tensor) => !known.has(tensor));
  if (foreign !== undefined) {
    throw new RunError(`Cannot read ${name}: tensor ${foreign} is not part of its model`);
  }
  const values = new Float32Array(parameterCount(table)); // not earlier: a wrong configuration may ask for any size
  for (const { name: tensor, offset } of table) values.set(tensors.get(tensor)!.data, offset);
  return values;
}
