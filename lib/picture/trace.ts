import { type Trace, traceOf, type TraceOptions } from "../evaluation/trace.ts";
import type { Automaton } from "../automaton/automaton.ts";
import type { Model } from "../model/model.ts";
import { allMaps, filmOf } from "./film.ts";
import { filmSvg } from "./film_svg.ts";
import { showing } from "./notebook.ts";

/**
 * Watches a model compute: yields its state and what would be read out of it after every step, and before the first one.
 *
 * In a notebook of `deno jupyter` it shows itself as a picture of position × step.
 *
 * @param model The model, or an automaton.
 * @param input An input of its problem, one character per symbol.
 * @param options Options.
 * @returns The computation, to iterate over. Its other properties say what it computes, and how large a state is.
 * @throws {UsageError} If an option is wrong, or the input has other symbols than the model's.
 * @throws {RunError} While steps are asked for: if the backend cannot start or fails, the input does not fit in memory, or
 * an automaton has no rule for what it meets.
 *
 * @example Usage
 * ```ts
 * import { loadModel, trace } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const steps = await Array.fromAsync(trace(await loadModel("reverse"), "0111", { backend: "wasm" }));
 * assertEquals(steps.length, 5); // before the first step, and after each of four
 * assertEquals(steps[4]!.readOut, "1110");
 * ```
 */
export function trace(model: Model | Automaton, input: string, options: TraceOptions = {}): Trace {
  const traced = traceOf(model, input, options);
  return showing(
    traced,
    async () => ({ "image/svg+xml": await filmSvg(await filmOf(traced, allMaps(traced))) }),
  );
}
