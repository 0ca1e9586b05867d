/**
 * The safetensors format, which PyTorch, JAX and NumPy users open too: 8 bytes of header length, little endian;
 * a JSON header `{name: {dtype, shape, data_offsets}}` with strings under `__metadata__`; the data without holes.
 * Only float32 is written and read. A file may come from anywhere, so the reader believes nothing in it.
 * @module
 */
import { RunError } from "./errors.ts";

const lengthBytes = 8;
const largestHeader = 16 * 1024 * 1024;
const deepestHeader = 3; // {name: {shape: [ ]}}
const metadataName = "__metadata__";
const forbiddenName = "__proto__";

/** One array of float32 numbers, row by row. */
export interface StoredTensor {
  /** Its dimensions; none for a single number. */
  readonly shape: readonly number[];
  /** Its numbers, as many as the product of the dimensions. */
  readonly data: Float32Array;
}

/** What one file holds. */
export interface Safetensors {
  /** Strings by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Arrays by name, in the order of their data in the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** The bytes of a file: the same for the same content in the same order. */
export function encodeSafetensors(file: Safetensors): Uint8Array {
  const entries: [string, unknown][] = [];
  if (Object.keys(file.metadata).length > 0) entries.push([metadataName, file.metadata]);
  let dataBytes = 0;
  for (const [name, { shape, data }] of file.tensors) {
    if (name === metadataName || name === forbiddenName) {
      throw new RangeError(`Cannot store a tensor as ${name}`);
    }
    if (shape.reduce((product, size) => product * size, 1) !== data.length) {
      throw new RangeError(`Cannot store tensor ${name}: ${data.length} numbers for shape [${shape}]`);
    }
    entries.push([name, { dtype: "F32", shape, data_offsets: [dataBytes, dataBytes += data.byteLength] }]);
  }
  // Put together by hand: an object would move names like "0" to the front.
  const fields = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const json = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerBytes = Math.ceil(json.length / 8) * 8;

  const bytes = new Uint8Array(lengthBytes + headerBytes + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(" ".charCodeAt(0), lengthBytes, lengthBytes + headerBytes);
  bytes.set(json, lengthBytes);
  let position = lengthBytes + headerBytes;
  for (const { data } of file.tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position); // Deno's hosts are little endian
    position += data.byteLength;
  }
  return bytes;
}

/** Reads the bytes of the file called `name`. Throws a `RunError` that says what is wrong with them. */
export function decodeSafetensors(bytes: Uint8Array, name: string): Safetensors {
  const fail = (reason: string): never => {
    throw new RunError(`Cannot read ${name}: ${reason}`);
  };
  if (bytes.length < lengthBytes) fail("it is too short for a safetensors file");
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (headerLength > BigInt(largestHeader)) {
    fail(
      `it is not a safetensors file: its header would have ${headerLength} bytes, at most ${largestHeader} are allowed`,
    );
  }
  const dataStart = lengthBytes + Number(headerLength);
  if (dataStart > bytes.length) {
    fail(
      `it is cut short: its header should have ${headerLength} bytes, but ${
        bytes.length - lengthBytes
      } are left`,
    );
  }
  const data = bytes.subarray(dataStart);
  const { [metadataName]: metadata = {}, ...tensors } = parseHeader(
    bytes.subarray(lengthBytes, dataStart),
    fail,
  );

  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    return fail(`its ${metadataName} is not an object of strings`);
  }
  const entries = Object.entries(tensors)
    .map(([tensor, entry]) => checkEntry(tensor, entry, fail))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let position = 0;
  for (const { name, start, end } of entries) {
    if (start < position) fail(`tensor ${shown(name)} overlaps the one before it`);
    if (start > position) fail(`${start - position} bytes before tensor ${shown(name)} belong to none`);
    position = end;
  }
  if (position > data.length) {
    fail(`it is cut short: its tensors have ${position} bytes, but ${data.length} are left`);
  }
  if (position < data.length) fail(`${data.length - position} bytes follow its last tensor`);
  return {
    metadata: metadata as Record<string, string>,
    tensors: new Map(entries.map(({ name, shape, start, end }) => {
      const copy = data.slice(start, end); // a copy is aligned to 4 bytes, the file need not be
      return [name, { shape, data: new Float32Array(copy.buffer) }];
    })),
  };
}

function parseHeader(bytes: Uint8Array, fail: (reason: string) => never): Record<string, unknown> {
  let header: unknown;
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    fail("its header is not UTF-8");
  }
  try {
    header = JSON.parse(text);
  } catch {
    fail("its header is not JSON");
  }
  if (!isObject(header)) return fail("its header is not a JSON object");
  checkKeys(text, fail);
  return header;
}

interface Entry {
  name: string;
  shape: number[];
  start: number;
  end: number;
}

function checkEntry(name: string, entry: unknown, fail: (reason: string) => never): Entry {
  const refuse = (field: string, value: unknown, expected: string) =>
    fail(`tensor ${shown(name)} has ${field} ${shown(value)}, expected ${expected}`);
  if (!isObject(entry)) {
    return fail(`tensor ${shown(name)} is described by ${shown(entry)}, expected an object`);
  }
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== "F32") refuse("dtype", dtype, "F32");
  if (!isSizes(shape)) return refuse("shape", shape, "a list of whole numbers");
  if (!isSizes(offsets) || offsets.length !== 2) return refuse("data_offsets", offsets, "two whole numbers");
  const [start, end] = offsets as [number, number];
  let byteLength = Float32Array.BYTES_PER_ELEMENT;
  for (const size of shape) {
    byteLength *= size;
    if (!Number.isSafeInteger(byteLength)) refuse("shape", shape, "one that fits a file");
  }
  if (end - start !== byteLength) {
    refuse("data_offsets", offsets, `${byteLength} bytes for shape ${shown(shape)}`);
  }
  return { name, shape, start, end };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** A value from the file in a message, cut to a readable length. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

/** Looks in a JSON text for what `JSON.parse` hides, a key that stands twice in one object, and for other oddities. */
function checkKeys(json: string, fail: (reason: string) => never): void {
  const keys: Set<string>[] = [];
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const character = json[i]!;
    if ("{[".includes(character) && ++depth > deepestHeader) fail("its header is nested too deeply");
    if ("]}".includes(character)) depth--;
    if (character === "{") keys.push(new Set());
    if (character === "}") keys.pop();
    if (character !== '"') continue;

    const start = i++;
    while (json[i] !== '"') i += json[i] === "\\" ? 2 : 1;
    let next = i + 1;
    while (/\s/.test(json[next] ?? "")) next++;
    if (json[next] !== ":") continue;
    const key: string = JSON.parse(json.slice(start, i + 1));
    if (key === forbiddenName) fail(`its header uses the name ${forbiddenName}`);
    if (keys.at(-1)!.has(key)) fail(`its header names ${shown(key)} twice`);
    keys.at(-1)!.add(key);
  }
}
