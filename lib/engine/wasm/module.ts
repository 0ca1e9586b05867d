import { ARRAYS } from "../../cells/stage.ts";
import { cellOf } from "../../cells/table.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { assemble } from "./assembler.ts";
import { type MapShape, shiftMasks } from "./elementwise.ts";
import { allocate, memory } from "./memory.ts";
import { accumulate, accumulateBias, convolve, type ProductShape } from "./products.ts";
import { addNoise, dropMask } from "./random_phases.ts";
import { round } from "./rounding.ts";
import { type Buffer, buffersOf, stageRoutine } from "./stages.ts";

type Call = (...values: number[]) => void;

/** The routines around the convolutions of one phase of a cell, whose banks are computed together. */
export interface PhaseRoutines {
  /** The numbers in the table of what the phase convolves, of the pre-activations and of the derivatives by these. */
  readonly slots: { readonly input: number; readonly pre: number; readonly dPre: number };
  /** The convolution, from what the phase convolves to the pre-activations. */
  readonly convolve: Call;
  /** The convolution with the flipped filters, from the derivatives by the pre-activations. */
  readonly convolveBack: Call;
  /** Adds up the gradients of the filters. */
  readonly accumulate: Call;
  /** Adds up the gradients of the biases. */
  readonly accumulateBias: Call;
  /** The stage after the convolution. */
  readonly forward: Call;
  /** The stage of the backward pass before the convolution with the flipped filters. */
  readonly backward: Call;
}

/** The shapes of a phase's products. */
export interface PhaseShapes {
  /** From what the phase convolves to the pre-activations. */
  readonly forward: ProductShape;
  /** From their derivatives back. */
  readonly back: ProductShape;
}

/** All routines of a cell. */
export interface Routines {
  /** The shapes of the products, by phase. */
  readonly shapes: readonly PhaseShapes[];
  /** Maps in memory: those of the model, rounded up to a multiple of 4. */
  readonly maps: number;
  /** Where the masks of the shift are in memory. */
  readonly shiftMasks: number;
  /** The buffers of the stages, whose places are in a table. */
  readonly buffers: readonly Buffer[];
  /** The number of each in the table, by name. */
  readonly slots: Readonly<Record<string, number>>;
  /** The phases. */
  readonly phases: readonly PhaseRoutines[];
  /** The last stage of the backward pass, where there is one after those of the phases. */
  readonly carry: Call | undefined;
  /** The routines that know nothing of the cell. */
  readonly common: Readonly<Record<"round" | "dropMask" | "addNoise", Call>>;
}

const made = new Map<string, Routines>();

/** The routines for a recurrence's cells, which are generated when they are first needed. */
export function routinesOf(spec: RecurrenceSpec): Routines {
  const { maps, kernel_width, kernel_length } = spec;
  const key = [cellOf(spec).key, maps, kernel_width, kernel_length].join();
  const known = made.get(key);
  if (known !== undefined) return known;
  const routines = generate(spec);
  made.set(key, routines);
  return routines;
}

function generate(spec: RecurrenceSpec): Routines {
  const { maps: ownMaps, kernel_width: columns, kernel_length: taps } = spec;
  const maps = Math.ceil(ownMaps / 4) * 4;
  const shape: MapShape = { maps, ownMaps };
  const cell = cellOf(spec);
  const shapes = cell.phases.map(({ count }, phase): PhaseShapes => ({
    forward: { name: `convolve${phase}`, inputs: maps, outputs: count * maps, taps, columns },
    back: { name: `convolveBack${phase}`, inputs: count * maps, outputs: maps, taps, columns },
  }));
  const renamed = ({ forward }: PhaseShapes, name: string) => ({ ...forward, name });
  const last = cell.phases.length - 1;
  const backward = cell.backward(true);
  const stages = cell.phases.flatMap((_, phase) => {
    // What the following phase convolves is computed again, for the gradient of its filters.
    const again = backward.inputs.slice(phase + 1, phase + 2)
      .map((value) => ({ array: ARRAYS.input(phase + 1), value }));
    const outputs = [...backward.stages[phase]!.outputs, ...again];
    return [
      stageRoutine(`forward${phase}`, cell, shape, cell.forward[phase]!, phase === last),
      stageRoutine(`backward${phase}`, cell, shape, { outputs }, phase === last),
    ];
  });
  const carry = backward.carry && stageRoutine("carry", cell, shape, backward.carry, false);
  const bytes = assemble([
    ...shapes.flatMap((own, phase) => [
      convolve(own.forward, false),
      convolve(own.back, phase === 0), // the first phase's is added to what else there is of the derivative by the state
      accumulate(renamed(own, `accumulate${phase}`)),
      accumulateBias(renamed(own, `accumulateBias${phase}`)),
    ]),
    ...stages,
    ...(carry ? [carry] : []),
    ...[round, dropMask, addNoise].map((common) => common(shape)),
  ]);
  const buffers = buffersOf(cell);
  const slots = Object.fromEntries(buffers.map(({ name }, slot) => [name, slot]));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const named = exports as unknown as Readonly<Record<string, Call>>;
  const call = (name: string): Call => named[name]!;
  const masks = shiftMasks(shape);
  const place = allocate(masks.byteLength);
  new Int32Array(memory.buffer, place, masks.length).set(masks);
  return {
    shapes,
    maps,
    shiftMasks: place,
    buffers,
    slots,
    phases: cell.phases.map((_, phase) => ({
      slots: {
        input: slots[phase === 0 ? ARRAYS.state : ARRAYS.input(phase)]!,
        pre: slots[`pre${phase}`]!,
        dPre: slots[`dPre${phase}`]!,
      },
      convolve: call(`convolve${phase}`),
      convolveBack: call(`convolveBack${phase}`),
      accumulate: call(`accumulate${phase}`),
      accumulateBias: call(`accumulateBias${phase}`),
      forward: call(`forward${phase}`),
      backward: call(`backward${phase}`),
    })),
    carry: carry && call(carry.name),
    common: { round: call("round"), dropMask: call("dropMask"), addNoise: call("addNoise") },
  };
}
