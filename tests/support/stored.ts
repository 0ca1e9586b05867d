/** The content of safetensors files, and their bytes with a checksum that is right. */
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../lib/io/safetensors.ts";

/** What a file holds, to be changed. */
export interface Stored {
  /** Strings by name. */
  metadata: Record<string, string>;
  /** Arrays by name. */
  tensors: Map<string, StoredTensor>;
}

/** Reads a file. */
export async function readStored(path: string): Promise<Stored> {
  const { metadata: { checksum: _, ...metadata }, tensors } = await decodeSafetensors(
    await Deno.readFile(path),
    path,
  );
  return { metadata, tensors: new Map(tensors) };
}

/** The bytes of a file with that content. */
export async function storedBytes(stored: Stored): Promise<Uint8Array> {
  return await encodeSafetensors(stored);
}
