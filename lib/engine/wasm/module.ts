/** The routines of a recurrence's cells, which are generated and compiled when they are first needed. */
import { ARRAYS } from "../../cells/stage.ts";
import { cellOf } from "../../cells/table.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";
import { assemble, type Routine } from "./assembler.ts";
import type { MapShape } from "./elementwise.ts";
import { memory } from "./memory.ts";
import { convolve, type ProductShape } from "./products.ts";
import { addNoise, dropMask } from "./random_phases.ts";
import { round } from "./rounding.ts";
import { accumulate, accumulateBias } from "./sums.ts";
import { type Beside, type Buffer, buffersOf, stageRoutine } from "./stages.ts";

/** A routine. */
export type Call = (...values: number[]) => void;

/** The shapes of a phase's products. */
export interface PhaseShapes {
  /** From what the phase convolves to the pre-activations. */
  readonly forward: ProductShape;
  /** From their derivatives back. */
  readonly back: ProductShape;
}

/** The products of one phase of a cell, whose banks are computed together. */
export interface PhaseProducts {
  /** Their shapes. */
  readonly shapes: PhaseShapes;
  /** The numbers in the table of what the phase convolves, of the pre-activations and of the derivatives by these. */
  readonly slots: { readonly input: number; readonly pre: number; readonly dPre: number };
  /** The convolution, from what the phase convolves to the pre-activations. */
  readonly forward: Call;
  /** The convolution with the flipped filters, from the derivatives by the pre-activations. */
  readonly back: Call;
  /** Adds up the gradients of the filters. */
  readonly accumulate: Call;
  /** Adds up the gradients of the biases. */
  readonly accumulateBias: Call;
}

/** The routines of a cell that don't depend on what a training does beside the formulas. */
export interface Routines {
  /** Maps in memory: those of the model, rounded up to a multiple of 4. */
  readonly maps: number;
  /** The buffers of the stages, whose places are in a table. */
  readonly buffers: readonly Buffer[];
  /** The number of each in the table, by name. */
  readonly slots: Readonly<Record<string, number>>;
  /** The phases. */
  readonly phases: readonly PhaseProducts[];
  /** The routines that know nothing of the cell. */
  readonly common: Readonly<Record<"round" | "dropMask" | "addNoise", Call>>;
}

/** The routines of a cell's stages. */
export interface Stages {
  /** That after the convolution of each phase. */
  readonly forward: readonly Call[];
  /** That of each phase in the backward pass, before the convolution with the flipped filters. */
  readonly backward: readonly Call[];
  /** The last stage of the backward pass, where there is one after those of the phases. */
  readonly carry: Call | undefined;
}

/** The products and the common routines for a recurrence's cells. */
export function routinesOf(spec: RecurrenceSpec): Routines {
  return once(spec, "", () => generate(spec));
}

/** The stages for a recurrence's cells. */
export function stagesOf(spec: RecurrenceSpec, beside: Beside): Stages {
  return once(spec, `${beside.drops} ${beside.saturates}`, () => generateStages(spec, beside));
}

/** Maps in memory: those of the model, rounded up to a multiple of 4. */
export function padded(maps: number): number {
  return Math.ceil(maps / 4) * 4;
}

/** Compiles routines. */
export function compiled(routines: readonly Routine[]): Readonly<Record<string, Call>> {
  const module = new WebAssembly.Module(assemble(routines));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Record<string, Call>;
}

const made = new Map<string, unknown>();

/** What has been made for a recurrence's shape and a purpose, or is made now. */
function once<Made>(spec: RecurrenceSpec, purpose: string, make: () => Made): Made {
  const { maps, kernel_width, kernel_length } = spec;
  const key = [cellOf(spec).key, maps, kernel_width, kernel_length, purpose].join();
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as Made;
}

function shapeOf({ maps }: RecurrenceSpec): MapShape {
  return { maps: padded(maps), ownMaps: maps };
}

function generate(spec: RecurrenceSpec): Routines {
  const { kernel_width: columns, kernel_length: taps } = spec;
  const shape = shapeOf(spec);
  const { maps } = shape;
  const cell = cellOf(spec);
  const buffers = buffersOf(cell);
  const slots = Object.fromEntries(buffers.map(({ name }, slot) => [name, slot]));
  const phases = cell.phases.map(({ count }, phase) => {
    const of = (name: string, inputs: number, outputs: number): ProductShape => ({
      ...{ name: `${name}${phase}`, inputs, outputs, taps, columns },
    });
    const shapes = { forward: of("forward", maps, count * maps), back: of("back", count * maps, maps) };
    const sums = (name: string) => ({ ...shapes.forward, name: `${name}${phase}` });
    // The first phase's derivative is added to what else there is of the derivative by the state.
    const routines = [
      convolve(shapes.forward, false),
      convolve(shapes.back, phase === 0),
      accumulate(sums("accumulate")),
      accumulateBias(sums("accumulateBias")),
    ];
    return { shapes, routines };
  });
  const common = compiled([
    ...phases.flatMap(({ routines }) => routines),
    ...[round, dropMask, addNoise].map((routine) => routine(shape)),
  ]) as Record<string, Call> & Routines["common"];
  return {
    ...{ maps, buffers, slots, common },
    phases: phases.map(({ shapes, routines }, phase) => {
      const [forward, back, accumulate, accumulateBias] = routines.map(({ name }) => common[name]!);
      return {
        shapes,
        slots: {
          input: slots[phase === 0 ? ARRAYS.state : ARRAYS.input(phase)]!,
          pre: slots[`pre${phase}`]!,
          dPre: slots[`dPre${phase}`]!,
        },
        ...{ forward: forward!, back: back!, accumulate: accumulate!, accumulateBias: accumulateBias! },
      };
    }),
  };
}

function generateStages(spec: RecurrenceSpec, beside: Beside): Stages {
  const shape = shapeOf(spec);
  const cell = cellOf(spec);
  const last = cell.phases.length - 1;
  const { stages, inputs, carry } = cell.backward(beside.saturates);
  const dropsState = (phase: number) => phase === last && beside.drops === "state";
  const forward = cell.phases.map((_, phase) =>
    stageRoutine(`forward${phase}`, cell, shape, cell.forward[phase]!, beside, dropsState(phase))
  );
  const backward = cell.phases.map((_, phase) => {
    // What the following phase convolves is computed again, for the gradient of its filters.
    const again = inputs.slice(phase + 1, phase + 2).map((value) => ({
      array: ARRAYS.input(phase + 1),
      value,
    }));
    const outputs = [...stages[phase]!.outputs, ...again];
    return stageRoutine(`backward${phase}`, cell, shape, { outputs }, beside, dropsState(phase));
  });
  const carries = carry && stageRoutine("carry", cell, shape, carry, beside);
  const calls = compiled([...forward, ...backward, ...(carries ? [carries] : [])]);
  const call = ({ name }: Routine) => calls[name]!;
  return { forward: forward.map(call), backward: backward.map(call), carry: carries && call(carries) };
}
