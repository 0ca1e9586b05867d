/** The certified size of a model: how far up a ladder of sizes nothing was wrong. */
import type { ReportRow } from "../model/model.ts";

/** The sizes that are tried where none are given, the rungs of the ladder. */
export const LADDER: readonly number[] = Array.from({ length: 12 }, (_, i) => 2 ** i);

/**
 * The certified size: the largest size of a model's rows at which, and at all smaller sizes of them, not one example of
 * any suite was wrong. 0 where there is an error at the smallest size.
 *
 * @param rows Rows of one model, as {@linkcode evaluate} yields them, in any order.
 *
 * @example Usage
 * ```ts
 * import { certifiedSize, evaluate, loadModel } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const models = [{ model: await loadModel("reverse"), name: "reverse" }];
 * const rows = evaluate({ models, certify: true, sizes: [1, 2, 4, 8], examples: 16, backend: "wasm" });
 * assertEquals(certifiedSize(await Array.fromAsync(rows)), 8);
 * ```
 */
export function certifiedSize(rows: readonly ReportRow[]): number {
  const wrong = rows.filter(({ errors }) => errors > 0).map(({ size }) => size);
  const below = Math.min(...wrong);
  return Math.max(0, ...rows.map(({ size }) => size).filter((size) => size < below));
}
