/**
 * The models that come with the toolkit: data/models/NAME.safetensors. A directory cannot be listed by URL, so their
 * names stand in data/models/models.json, which is imported like a module and needs no permission.
 */
import index from "../../data/models/models.json" with { type: "json" };
import { embeddedFiles } from "../io/embedded.ts";
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

/** The name of a shipped model's file. */
export const fileOf = (name: string): string => `${name}.safetensors`;

/** Reads a shipped model's file: from the bundle, from beside the toolkit's modules, or by URL from where they came. */
export async function readShipped(name: string): Promise<Uint8Array> {
  if (Object.hasOwn(embeddedFiles, fileOf(name))) return await embeddedFiles[fileOf(name)]!();
  const url = new URL(`../../data/models/${fileOf(name)}`, import.meta.url);
  const called = `the shipped model ${name}`;
  if (url.protocol !== "file:") return await fetchBytes(url, called);
  return await readBytes(url, MOST_BYTES.model, called);
}
