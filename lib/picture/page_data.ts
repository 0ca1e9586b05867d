/** What a page holds of a model, as JSON: its player reads it. */
import { type Automaton, isAutomaton } from "../automaton/automaton.ts";
import { encodeAutomaton } from "../automaton/file.ts";
import type { Model } from "../model/model.ts";

/** The most symbols of an input of the player: a canvas can hardly be wider. */
export const MOST_SYMBOLS = 10_000;

/** What a page begins with. */
export interface Beginning {
  /** What the page calls the model. */
  readonly name: string;
  /** One character per symbol. */
  readonly input: string;
  /** The right answer to it, where that is known. The player knows those of the toolkit's own problems. */
  readonly target?: string | undefined;
  /** The maps that are shown over time; those that change most by default. */
  readonly maps?: readonly number[] | undefined;
}

/** A model, or an automaton, and what a page begins with, as they stand in it. */
export interface PageData extends Beginning {
  /** What it learned, and the steps that it takes beyond the length of an input. */
  readonly model: { readonly problem: Model["problem"]; readonly extraSteps: number };
  /** The network of a model. Its parameters are float32, least significant byte first, in base64. */
  readonly network?: Pick<Model, "configuration" | "sets"> & { readonly parameters: string };
  /** The text of an automaton's file. */
  readonly automaton?: string;
}

/** Packs a model, or an automaton, and what a page begins with. */
export function packPageData(packed: Model | Automaton, beginning: Beginning): PageData {
  const { problem } = packed;
  if (isAutomaton(packed)) {
    const { extraSteps } = packed;
    return { ...beginning, model: { problem, extraSteps }, automaton: encodeAutomaton(packed) };
  }
  const { configuration, sets, parameters } = packed;
  const bytes = new Uint8Array(4 * parameters.length);
  const view = new DataView(bytes.buffer);
  parameters.forEach((value, i) => view.setFloat32(4 * i, value, true));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return {
    ...beginning,
    model: { problem, extraSteps: configuration.extra_steps },
    network: { configuration, sets, parameters: btoa(text) },
  };
}

/** The parameters of a packed network. */
export function unpackParameters({ parameters }: NonNullable<PageData["network"]>): Float32Array {
  const bytes = Uint8Array.from(atob(parameters), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
