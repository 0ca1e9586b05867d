/**
 * The safetensors format, which PyTorch, JAX and NumPy users open too: 8 bytes of header length, little endian;
 * a JSON header `{name: {dtype, shape, data_offsets}}` with strings under `__metadata__`; the data without holes.
 * Only float32 is written and read. A file may come from anywhere, so the reader believes nothing in it.
 *
 * The metadata's `checksum` tells damage from content. It is the SHA-256, in hexadecimal digits, of a JSON text without
 * spaces: a list of all other metadata entries `[name, text]` and a list of all tensors `[name, shape, SHA-256 of its
 * bytes]`, both in the order of their names. So it stays right where another program lays out the same content anew.
 * @module
 */
import { shown, wrongFile } from "../errors.ts";
import { isObject } from "../checks/is_object.ts";

const lengthBytes = 8;
const largestHeader = 4e6;
const deepestHeader = 3; // {name: {shape: [ ]}}
const metadataName = "__metadata__";
const checksumName = "checksum";
const forbiddenName = "__proto__";

/** One array of float32 numbers, row by row. */
export interface StoredTensor {
  /** Its dimensions; none for a single number. */
  readonly shape: readonly number[];
  /** Its numbers, as many as the product of the dimensions. */
  readonly data: Float32Array;
}

/** The content of a file. */
export interface Safetensors {
  /** Strings by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Arrays by name, in the order of their data in the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** The content of a file's header. */
export interface Header {
  /** Strings by name. */
  readonly metadata: Safetensors["metadata"];
  /** The names of the tensors. */
  readonly names: readonly string[];
}

/** The most bytes of a file with that many numbers. */
export function mostBytesOf(numbers: number): number {
  return lengthBytes + largestHeader + Float32Array.BYTES_PER_ELEMENT * numbers;
}

/** The bytes of a file, with its checksum: the same for the same content in the same order. */
export async function encodeSafetensors(file: Safetensors): Promise<Uint8Array> {
  const metadata = { ...file.metadata, [checksumName]: await checksumOf(file) };
  const shapes = [...file.tensors].map(([name, { shape, data }]) => {
    if (sizeOf(shape) !== data.length) {
      throw new RangeError(`Cannot store tensor ${name}: ${data.length} numbers for shape [${shape}]`);
    }
    return [name, shape] as const;
  });
  const header = encodeHeader(metadata, shapes);
  const parts = [header, ...[...file.tensors.values()].map(({ data }) => bytesOf(data))];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

/**
 * The bytes that come before the data of the tensors, which follow in this order without holes. A file that is written
 * while its data are computed has no checksum.
 */
export function encodeHeader(
  metadata: Safetensors["metadata"],
  tensors: readonly (readonly [name: string, shape: readonly number[]])[],
): Uint8Array {
  const entries: [string, unknown][] = [[metadataName, metadata]];
  let end = 0;
  for (const [name, shape] of tensors) {
    if (name === metadataName || name === forbiddenName) {
      throw new RangeError(`Cannot store a tensor as ${name}`);
    }
    const offsets = [end, end += Float32Array.BYTES_PER_ELEMENT * sizeOf(shape)];
    entries.push([name, { dtype: "F32", shape, data_offsets: offsets }]);
  }
  // The text is put together piece by piece, because an object would move names like "0" to the front.
  const fields = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const json = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerBytes = Math.ceil(json.length / 8) * 8;
  if (headerBytes > largestHeader) {
    throw new RangeError(`Cannot store a header of ${headerBytes} bytes, at most ${largestHeader} are read`);
  }
  const bytes = new Uint8Array(lengthBytes + headerBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(" ".charCodeAt(0), lengthBytes);
  bytes.set(json, lengthBytes);
  return bytes;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Reads the bytes of the file called `name`. Throws a `RunError` that says what is wrong with them. A file that has a
 * checksum must agree with it; {@linkcode requireChecksum} refuses a file without one. `check` may throw because of the
 * header, before any data is read.
 */
export async function decodeSafetensors(
  bytes: Uint8Array,
  name: string,
  check: (header: Header) => void = () => {},
): Promise<Safetensors> {
  const file = parseSafetensors(bytes, name, check);
  const checksum = file.metadata[checksumName];
  if (checksum !== undefined && checksum !== await checksumOf(file)) {
    throw wrongFile(name, "it is damaged, its content does not match its checksum");
  }
  return file;
}

/** Throws a `RunError` unless the file called `name` has a checksum, which {@linkcode decodeSafetensors} then verified. */
export function requireChecksum({ metadata }: Safetensors, name: string): void {
  if (metadata[checksumName] !== undefined) return;
  throw wrongFile(name, `its metadata has no ${checksumName}`);
}

/** See the comment of the module. */
async function checksumOf({ metadata, tensors }: Safetensors): Promise<string> {
  const entries = Object.entries(metadata).filter(([name]) => name !== checksumName);
  const digests = [...tensors].map(async ([name, { shape, data }]) =>
    [name, shape, await sha256(bytesOf(data))] as const
  );
  const content = [entries.sort(byName), (await Promise.all(digests)).sort(byName)];
  return await sha256(new TextEncoder().encode(JSON.stringify(content)));
}

function byName([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** The bytes of numbers as in a file: all hosts of Deno are little endian. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

function parseSafetensors(bytes: Uint8Array, name: string, check: (header: Header) => void): Safetensors {
  const fail = (reason: string): never => {
    throw wrongFile(name, reason);
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
  check({ metadata: metadata as Header["metadata"], names: entries.map(({ name }) => name) });
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
    metadata: metadata as Header["metadata"],
    tensors: new Map(entries.map(({ name, shape, start, end }) => {
      const copy = data.slice(start, end); // a copy is aligned to 4 bytes; the data in the file may not be
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

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Looks in a JSON text for what `JSON.parse` does not report, such as a key that an object has twice. */
function checkKeys(json: string, fail: (reason: string) => never): void {
  const objects: Set<string>[] = [];
  const isKey = /\s*:/y;
  let depth = 0;
  let start: number | undefined; // where the string begins that is not closed yet
  for (const { 0: token, index } of json.matchAll(/\\.|["{}[\]]/g)) {
    if (token === '"' && start === undefined) {
      start = index;
    } else if (token === '"') {
      const text = json.slice(start, index + 1);
      start = undefined;
      isKey.lastIndex = index + 1;
      if (!isKey.test(json)) continue;
      const key: string = JSON.parse(text);
      if (key === forbiddenName) fail(`its header uses the name ${forbiddenName}`);
      if (objects.at(-1)!.has(key)) fail(`its header names ${shown(key)} twice`);
      objects.at(-1)!.add(key);
    } else if (start === undefined) {
      if ("{[".includes(token) && ++depth > deepestHeader) fail("its header is nested too deeply");
      if ("]}".includes(token)) depth--;
      if (token === "{") objects.push(new Set());
      if (token === "}") objects.pop();
    }
  }
}
