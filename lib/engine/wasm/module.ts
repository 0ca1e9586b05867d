import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { assemble } from "./assembler.ts";
import { throughBlend, throughReset } from "./backward_phases.ts";
import { addNoise, dropMask } from "./random_phases.ts";
import { type PhaseShape, shiftMasks } from "./elementwise.ts";
import { blend, reset, round } from "./forward_phases.ts";
import { accumulate, accumulateBias, convolve, type ProductShape } from "./products.ts";
import { allocate, memory } from "./memory.ts";

/** The shapes of the four filters for which the routines are generated. See products.ts. */
export interface Shapes {
  /** From the state to r and g. */
  readonly gates: ProductShape;
  /** From r ⊙ s to c. */
  readonly candidate: ProductShape;
  /** From the gradients of r and g to that of the state. */
  readonly gatesBack: ProductShape;
  /** From the gradient of c to that of r ⊙ s. */
  readonly candidateBack: ProductShape;
}

type Routine = (...values: number[]) => void;

/** The routines of products.ts and of the phases for one kind of cell, by name. */
export interface Routines {
  /** Their shapes. */
  readonly shapes: Shapes;
  /** Maps in memory: those of the model, rounded up to a multiple of 4. */
  readonly maps: number;
  /** Where the masks of the shift are in memory. */
  readonly shiftMasks: number;
  /** The convolutions. */
  readonly convolve: Readonly<Record<keyof Shapes, Routine>>;
  /** The routines that add up the gradients of the two filters. */
  readonly accumulate: Readonly<Record<"gates" | "candidate", Routine>>;
  /** The routines that add up the gradients of the biases of the two filters. */
  readonly accumulateBias: Readonly<Record<"gates" | "candidate", Routine>>;
  /** The routines that work element by element between the products. */
  readonly phase: Readonly<
    Record<"reset" | "blend" | "round" | "throughBlend" | "throughReset" | "dropMask" | "addNoise", Routine>
  >;
}

const made = new Map<string, Routines>();

/** The routines for a recurrence's cells, which are generated when they are first needed. */
export function routinesOf(spec: RecurrenceSpec): Routines {
  const { cell, maps, kernel_width, kernel_length, gate_cutoff } = spec;
  const key = [cell, maps, kernel_width, kernel_length, gate_cutoff].join();
  const known = made.get(key);
  if (known !== undefined) return known;
  const routines = generate(spec);
  made.set(key, routines);
  return routines;
}

function generate(spec: RecurrenceSpec): Routines {
  const { cell, gate_cutoff, maps: ownMaps, kernel_width: columns, kernel_length: taps } = spec;
  const maps = Math.ceil(ownMaps / 4) * 4;
  const shapes: Shapes = {
    gates: { name: "gates", inputs: maps, outputs: 2 * maps, taps, columns },
    candidate: { name: "candidate", inputs: maps, outputs: maps, taps, columns },
    gatesBack: { name: "gatesBack", inputs: 2 * maps, outputs: maps, taps, columns },
    candidateBack: { name: "candidateBack", inputs: maps, outputs: maps, taps, columns },
  };
  const phaseShape: PhaseShape = { cell, gate_cutoff, maps, ownMaps };
  const renamed = (shape: ProductShape, name: string) => ({ ...shape, name });
  const bytes = assemble([
    convolve(shapes.gates, false),
    convolve(shapes.candidate, false),
    convolve(shapes.candidateBack, false),
    convolve(shapes.gatesBack, true),
    accumulate(renamed(shapes.gates, "gatesSum")),
    accumulate(renamed(shapes.candidate, "candidateSum")),
    accumulateBias(renamed(shapes.gates, "gatesBias")),
    accumulateBias(renamed(shapes.candidate, "candidateBias")),
    ...[reset, blend, round, throughBlend, throughReset, dropMask, addNoise].map((phase) =>
      phase(phaseShape)
    ),
  ]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const named = exports as unknown as Readonly<Record<string, Routine>>;
  const routine = (name: string): Routine => named[name]!;
  const masks = shiftMasks(phaseShape);
  const place = allocate(masks.byteLength);
  new Int32Array(memory.buffer, place, masks.length).set(masks);
  return {
    shapes,
    maps,
    shiftMasks: place,
    convolve: {
      gates: routine("gates"),
      candidate: routine("candidate"),
      gatesBack: routine("gatesBack"),
      candidateBack: routine("candidateBack"),
    },
    accumulate: { gates: routine("gatesSum"), candidate: routine("candidateSum") },
    accumulateBias: { gates: routine("gatesBias"), candidate: routine("candidateBias") },
    phase: {
      reset: routine("reset"),
      blend: routine("blend"),
      round: routine("round"),
      throughBlend: routine("throughBlend"),
      throughReset: routine("throughReset"),
      dropMask: routine("dropMask"),
      addNoise: routine("addNoise"),
    },
  };
}
