/** A model as one safetensors file, with its tensors by readable names and everything else as JSON in the metadata. */
import { fileFailure, shown, wrongFile } from "../errors.ts";
import { isNotFound, kindAt, writeFileAtomic } from "../io/files.ts";
import { MOST_BYTES, readBytes } from "../io/read_file.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  requireChecksum,
  type Safetensors,
  type StoredTensor,
} from "../io/safetensors.ts";
import { VERSION } from "../version.ts";
import { fetchLocation } from "../io/fetch.ts";
import { checkFormat, configurationOf, originOf, problemOf, resultsOf } from "./metadata.ts";
import type { Model } from "./model.ts";
import { parameterCount, type ParameterEntry, parameterTable, recurrenceSpec } from "./parameters.ts";
import { listShipped, readShipped, shippedModels } from "./shipped.ts";

/** The value of `format` in the metadata of a model file. */
const FORMAT = "neural-gpu-model";

/** The format's version. It changes when older versions of the toolkit cannot read the new files. */
const FORMAT_VERSION = "2";

/** Files of this version need no checksum. */
const UNCHECKED_VERSION = "1";

/** The name of a model's file in the directory of a run. */
const FILE_NAME = "model.safetensors";

/** The model as the bytes of a safetensors file. */
export async function encodeModel(model: Model): Promise<Uint8Array> {
  const { problem, configuration, sets, origin, results, parameters } = model;
  const json = { problem, configuration, origin, results };
  return await encodeSafetensors({
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
export async function decodeModel(bytes: Uint8Array, name: string): Promise<Model> {
  if (new TextDecoder().decode(bytes.subarray(0, 8)) === '{"format') {
    throw wrongFile(name, "it is an automaton", "a trained model");
  }
  const file = await decodeSafetensors(bytes, name);
  const unchecked = file.metadata.format_version === UNCHECKED_VERSION;
  checkFormat(file, FORMAT, unchecked ? UNCHECKED_VERSION : FORMAT_VERSION, name);
  if (!unchecked) requireChecksum(file, name);
  const problem = problemOf(file, name);
  const results = resultsOf(file, name);
  const configuration = configurationOf(file, name);
  const sets = setsIn(file);
  if (sets !== 1 && sets !== configuration.relaxation_sets) {
    throw wrongFile(name, `it has ${sets} parameter sets`, `1 or ${configuration.relaxation_sets}`);
  }
  const table = parameterTable(recurrenceSpec(configuration, sets), problem.symbols);
  return {
    problem,
    configuration,
    sets,
    origin: originOf(file, name),
    results,
    parameters: joinTensors(table, file.tensors, name),
  };
}

/**
 * Writes a model to a file in the safetensors format, which programs in Python can read too. An existing file is
 * replaced; where the writing fails it stays as it was.
 *
 * @param path Path of the file.
 * @param model The model.
 * @throws {RunError} If the file cannot be written.
 *
 * @example Usage
 * ```ts
 * import { loadModel, saveModel } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * const model = await loadModel("badd");
 * await saveModel(`${directory}/copy.safetensors`, model);
 * assertEquals(await loadModel(`${directory}/copy.safetensors`), model);
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function saveModel(path: string, model: Model): Promise<void> {
  await writeFileAtomic(path, await encodeModel(model));
}

/**
 * Reads a model. The toolkit comes with models of some problems, named after these: see data/models/README.md.
 *
 * @param location Path of a model's file or of a run's directory, an `http:` or `https:` URL, or the name of a model that
 * comes with the toolkit. A file of that name is preferred to that model.
 * @returns The model.
 * @throws {RunError} If there is no such model, or it is damaged, of another format version or not a model.
 *
 * @example Usage
 * ```ts
 * import { loadModel } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const { problem, configuration } = await loadModel("badd");
 * assertEquals(problem.symbols, "01+");
 * assertEquals(configuration.cell, "diagonal");
 * ```
 */
export async function loadModel(location: string): Promise<Model> {
  return await decodeModel(await bytesAt(location), location);
}

/** The path of the model's file, where `location` is that of a run's directory; else `location` itself. */
export async function modelPath(location: string): Promise<string> {
  return await kindAt(location) === "directory" ? `${location}/${FILE_NAME}` : location;
}

async function bytesAt(location: string): Promise<Uint8Array> {
  const fetched = await fetchLocation(location);
  if (fetched !== undefined) return fetched;
  // Where the path may not be looked at, reading it throws the error that says so.
  if (shippedModels.includes(location) && await kindAt(location) !== "file") {
    return await readShipped(location);
  }
  const path = await modelPath(location);
  return await readBytes(path, MOST_BYTES.model).catch((thrown) => {
    if (isNotFound(thrown) && !/[/\\]|\.safetensors$/.test(path)) {
      throw fileFailure("read", location, `no such file or directory, and ${listShipped()}`);
    }
    throw thrown;
  });
}

/** The number of parameter sets whose tensors a file has. */
function setsIn({ tensors }: Safetensors): number {
  const sets = [...tensors.keys()].map((name) => /^recurrence\.set(\d+)\./.exec(name)?.[1]);
  return Math.max(1, new Set(sets.filter((set) => set !== undefined)).size);
}

/** The flat vector as named tensors. */
function cutTensors(
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
    if (stored === undefined) throw wrongFile(name, `tensor ${tensor} is missing`);
    if (stored.shape.join() !== shape.join()) {
      throw wrongFile(
        name,
        `tensor ${tensor} has shape ${shown(stored.shape)}`,
        `[${shape}] for its configuration`,
      );
    }
    if (!stored.data.every(Number.isFinite)) {
      throw wrongFile(name, `tensor ${tensor} has values that are not finite`);
    }
  }
  const known = new Set(table.map((entry) => entry.name));
  const foreign = [...tensors.keys()].find((tensor) => !known.has(tensor));
  if (foreign !== undefined) {
    throw wrongFile(name, `tensor ${shown(foreign)} is not part of its model`);
  }
  // The vector is allocated after the checks, because a wrong configuration may ask for any size.
  const values = new Float32Array(parameterCount(table));
  for (const { name: tensor, offset } of table) values.set(tensors.get(tensor)!.data, offset);
  return values;
}
