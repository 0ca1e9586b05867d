/** What a page holds of a model, as JSON: its player reads it. */
import type { Model } from "../model/model.ts";

/** A model and an input to begin with, as they stand in a page. */
export interface PageData {
  /** What the page calls the model. */
  readonly name: string;
  /** The model without its parameters. */
  readonly model: Pick<Model, "problem" | "configuration" | "sets">;
  /** The parameters: float32, least significant byte first, in base64. */
  readonly parameters: string;
  /** The input to begin with. */
  readonly input: string;
}

/** Packs a model and an input. */
export function packPageData({ problem, configuration, sets, parameters }: Model, input: string, name: string): PageData {
  const bytes = new Uint8Array(4 * parameters.length);
  const view = new DataView(bytes.buffer);
  parameters.forEach((value, i) => view.setFloat32(4 * i, value, true));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { name, model: { problem, configuration, sets }, parameters: btoa(text), input };
}

/** The parameters of packed data. */
export function unpackParameters({ parameters }: PageData): Float32Array {
  const bytes = Uint8Array.from(atob(parameters), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
