/** Safetensors files put together by hand. */
import { createHash } from "node:crypto";
import type { Safetensors } from "../../lib/io/safetensors.ts";

/** A small file. */
export const sample: Safetensors = {
  metadata: { a: "b" },
  tensors: new Map([["w", { shape: [2], data: new Float32Array([1, -2]) }]]),
};

/** Its data. */
export const sampleData: readonly number[] = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]; // 1 and -2 as little-endian float32

/** The SHA-256 of data, in hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

const sampleChecksum = sha256(`[[["a","b"]],[["w",[2],"${sha256(new Uint8Array(sampleData))}"]]]`);

/** Its header. */
export const sampleHeader: string = `{"__metadata__":{"a":"b","checksum":"${sampleChecksum}"},` +
  '"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';

/** A file put together by hand: header length, header, data. */
export function fileOf(header: string | Uint8Array, dataBytes = 0, headerLength?: bigint): Uint8Array {
  const json = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

/** What a header says of a tensor. */
export function tensor(shape: unknown, offsets: unknown, dtype: unknown = "F32"): string {
  return JSON.stringify({ dtype, shape, data_offsets: offsets });
}
