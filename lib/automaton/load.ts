import { fetchLocation } from "../io/fetch.ts";
import { MOST_BYTES, readBytes } from "../io/read_file.ts";
import type { Automaton } from "./automaton.ts";
import { decodeAutomaton } from "./file.ts";

/**
 * Reads an automaton. {@linkcode evaluate}, {@linkcode predict}, {@linkcode solve} and {@linkcode trace} take it as they
 * take models. It is run by its table alone, and stops with a `RunError` at a neighbourhood that it has no rule for.
 *
 * @param location Path of its file, or an `http:` or `https:` URL.
 * @returns The automaton.
 * @throws {RunError} If there is no such file, or it is damaged, of another format version or no automaton.
 *
 * @example Usage
 * ```ts
 * import { loadAutomaton, predict } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const automaton = await loadAutomaton("data/automata/sort.json");
 * const [answer] = await Array.fromAsync(predict(automaton, ["1101001"], { backend: "wasm" }));
 * assertEquals(answer?.output, "0001111");
 * ```
 */
export async function loadAutomaton(location: string): Promise<Automaton> {
  const bytes = await fetchLocation(location) ?? await readBytes(location, MOST_BYTES.model);
  return decodeAutomaton(new TextDecoder().decode(bytes), location);
}
