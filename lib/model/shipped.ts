/**
 * The models that come with the toolkit: data/models/NAME.safetensors. A directory cannot be listed by URL, so their
 * names stand in data/models/models.json, which is imported like a module and needs no permission.
 */
import index from "../../data/models/models.json" with { type: "json" };
import { fetchBytes } from "../io/fetch.ts";
import { MOST_BYTES, readBytes } from "../io/read_file.ts";

/** Their names. */
export const shippedModels: readonly string[] = index;

/** The names for a message, as in `the shipped models are badd, bmul`. */
export function listShipped(): string {
  return shippedModels.length === 0
    ? "no models are shipped"
    : `the shipped models are ${shippedModels.join(", ")}`;
}

/** Reads a shipped model's file: from beside the toolkit's modules, or by URL from where they came. */
export async function readShipped(name: string): Promise<Uint8Array> {
  const url = new URL(`../../data/models/${name}.safetensors`, import.meta.url);
  const called = `the shipped model ${name}`;
  if (url.protocol !== "file:") return await fetchBytes(url, called);
  return await readBytes(url, MOST_BYTES.model, called);
}
