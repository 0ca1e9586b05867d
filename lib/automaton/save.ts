import { writeFileAtomic } from "../io/files.ts";
import type { Automaton } from "./automaton.ts";
import { encodeAutomaton } from "./file.ts";

/**
 * Writes an automaton to a file, as JSON. An existing file is replaced; where the writing fails it stays as it was.
 *
 * @param path Path of the file.
 * @param automaton The automaton.
 * @throws {RunError} If the file cannot be written.
 *
 * @example Usage
 * ```ts
 * import { loadAutomaton, saveAutomaton } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * const automaton = await loadAutomaton("data/automata/sort.json");
 * await saveAutomaton(`${directory}/copy.json`, automaton);
 * assertEquals(await loadAutomaton(`${directory}/copy.json`), automaton);
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function saveAutomaton(path: string, automaton: Automaton): Promise<void> {
  await writeFileAtomic(path, encodeAutomaton(automaton));
}
