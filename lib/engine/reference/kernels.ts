/** The reference: slow and readable, for every tfjs backend. It takes over where other kernels cannot. */
import { onTape } from "../tape.ts";
import { update } from "./optimizer.ts";
import { referenceRecurrence } from "./recurrence.ts";
import { referenceStepper } from "./stepper.ts";
import { type KernelsOnTensors, onTensors } from "./tensors.ts";

/** States that the tape keeps for an application of a cell, at least: 117 and 194 were measured for two presets. */
export const STATES_KEPT = 100;

/** Kernels of tfjs's operations and its tape. */
export const reference: KernelsOnTensors = onTensors({
  recurrence: referenceRecurrence,
  startInference: referenceStepper,
  ...onTape(referenceRecurrence, STATES_KEPT),
  update,
  capacity: {
    threads: true,
    elements: 2 ** 16,
    products: 2 ** 26,
    maps: ({ maps }) => maps,
    statesInTensor: () => 1,
  },
});
