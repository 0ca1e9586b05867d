/**
 * Parameter-sharing relaxation (Kaiser & Sutskever 2015, section 3.3): the steps of the recurrence take r parameter sets
 * in turn. The sets are pulled together more and more strongly, and are averaged into one in the end.
 */
import type { Configuration } from "../../model/configuration.ts";
import { recurrenceSize, type RecurrenceSpec } from "../../model/recurrence_spec.ts";
import type { TrainingState } from "../state.ts";

/** A flat vector (parameters or moments) with one set, the mean of its `spec.sets` sets. */
export function averageSets(spec: RecurrenceSpec, vector: Float32Array): Float32Array {
  const size = recurrenceSize(spec) / spec.sets;
  const averaged = vector.slice((spec.sets - 1) * size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let set = 0; set < spec.sets; set++) sum += vector[set * size + i]!;
    averaged[i] = sum / spec.sets;
  }
  return averaged;
}

/**
 * The sets after a check at which the curriculum's threshold was reached `successes` times: the pull grows or, once it
 * is strong, the sets are averaged. With the paper's values the 31st success averages them.
 */
export function relax(
  { relaxation_pull_factor, relaxation_average_at_pull }: Configuration,
  { sets, pull }: Pick<TrainingState, "sets" | "pull">,
  successes: number,
): Pick<TrainingState, "sets" | "pull"> {
  if (successes === 0) return { sets, pull };
  return pull < relaxation_average_at_pull
    ? { sets, pull: pull * relaxation_pull_factor ** successes }
    : { sets: 1, pull };
}
