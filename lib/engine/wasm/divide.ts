import { SHARD } from "../tape.ts";
import type { Division } from "../kernels.ts";

/** The division of a step: only one group of a shard's examples keeps states at a time, and of these one a cell. */
export function divide(): Division {
  return { rows: SHARD, mixed: false, statesKept: 1 };
}
