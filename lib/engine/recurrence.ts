import { tf } from "../deps.ts";
import { backward, disposeTrajectory, forward } from "./reference/composed.ts";
import { disposeFused, fusedBackward, fusedForward, rowsThatFit } from "./webgpu/recurrence.ts";
import { largestBuffer } from "./webgpu/program.ts";
import type { RecurrenceRun, RecurrenceSpec } from "../model/recurrence_spec.ts";
import { disposeWasm, wasmBackward, wasmForward } from "./wasm/recurrence.ts";

const KERNEL = "NeuralGpuRecurrence";

/** What the forward pass of an implementation yields. */
interface Outcome {
  readonly state: tf.Tensor4D;
  readonly cost: tf.Scalar;
  /** Takes the gradients back, and frees what was kept for that. */
  backward(dState: tf.Tensor4D, dCost: tf.Scalar, parameters: tf.Tensor1D): Gradients;
  /** Frees what was kept where no gradient is wanted. */
  dispose(): void;
}

interface Gradients {
  readonly dInitial: tf.Tensor4D;
  readonly dParameters: tf.Tensor1D;
}

type Forward = (
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
) => Outcome;

const composed: Forward = (spec, run, initial, parameters) => {
  const { state, cost, trajectory } = forward(spec, run, initial, parameters);
  return {
    state,
    cost,
    backward: (dState, dCost, saved) => backward(spec, run, saved, trajectory, dState, dCost),
    dispose: () => disposeTrajectory(trajectory),
  };
};

const onWebGPU: Forward = (spec, run, initial, parameters) => {
  const rows = rowsThatFit(spec, run, initial.shape[2], largestBuffer());
  if (rows === 0) return tooLarge(spec, run, initial, parameters);
  const { state, cost, trajectory } = fusedForward(spec, run, initial, parameters, rows);
  return {
    state,
    cost,
    backward: (dState, dCost, saved) => fusedBackward(spec, saved, trajectory, dState, dCost),
    dispose: () => disposeFused(trajectory),
  };
};

const onWasm: Forward = (spec, run, initial, parameters) => {
  const { state, cost, trajectory } = wasmForward(spec, run, initial, parameters);
  return {
    state,
    cost,
    backward: (dState, dCost, saved) => wasmBackward(spec, run, saved, trajectory, dState, dCost),
    dispose: () => disposeWasm(trajectory),
  };
};

/** `composed` of tfjs operations; `fused` into kernels of our own. */
export type Implementation = "composed" | "fused";

/** The backends that have kernels of our own. */
const fused: Readonly<Record<string, Forward>> = { webgpu: onWebGPU, wasm: onWasm };

let saidTooLarge = false;

/** One row's trajectory is more than the largest buffer: the composed version keeps many small ones. */
function tooLarge(...args: Parameters<Forward>): Outcome {
  if (!saidTooLarge) {
    console.warn(
      "A row's trajectory exceeds the GPU's largest buffer: going on with composed operations, more slowly",
    );
  }
  saidTooLarge = true;
  return composed(...args);
}

let chosen: Implementation | undefined;

/** Fixes the implementation, for tests and benchmarks; undefined is `fused` where the backend has kernels. */
export function chooseImplementation(implementation: Implementation | undefined): void {
  chosen = implementation;
}

/** The implementation that runs where the backend has kernels of our own. */
export function implementation(): Implementation {
  return chosen ?? "fused";
}

/** The op's attributes. What is kept travels from the forward to the backward pass here, not through tfjs's tape. */
interface Attributes {
  readonly spec: RecurrenceSpec;
  readonly run: RecurrenceRun;
  outcome: Outcome | undefined;
}

for (const backendName of ["cpu", "wasm", "webgpu"]) {
  tf.registerKernel({
    kernelName: KERNEL,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const attributes = attrs as unknown as Attributes;
      const { initial, parameters } = inputs as { initial: tf.Tensor4D; parameters: tf.Tensor1D };
      const forward = implementation() === "composed" ? composed : fused[backendName] ?? composed;
      const outcome = forward(attributes.spec, attributes.run, initial, parameters);
      attributes.outcome = outcome;
      return [outcome.state, outcome.cost];
    },
  });
}

tf.registerGradient({
  kernelName: KERNEL,
  inputsToSave: ["parameters"],
  gradFunc: (dys, saved, attrs) => {
    const { outcome } = attrs as unknown as Attributes;
    const [dState, dCost] = dys as unknown as [tf.Tensor4D, tf.Scalar];
    const { dInitial, dParameters } = outcome!.backward(dState, dCost, saved[0] as tf.Tensor1D);
    return { initial: () => dInitial, parameters: () => dParameters };
  },
});

/**
 * The unrolled recurrence as one differentiable tfjs op.
 *
 * `initial` is the state before the first step, `[batch, width, positions, maps]`, zero beyond the rows' lengths (its
 * gradient there is not defined); `parameters` the flat vector laid out as in spec.ts, {@linkcode recurrenceSize}
 * elements. Yields the state after each row's last step, and the
 * saturation cost Σ relu(|pre| − 0.9) / (length²·batch), a scalar. Gradients are taken once.
 */
export function recurrence(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
): { state: tf.Tensor4D; cost: tf.Scalar } {
  const attributes: Attributes = { spec, run, outcome: undefined };
  const [state, cost] = tf.engine().runKernel(
    KERNEL,
    { initial, parameters },
    attributes as unknown as tf.NamedAttrMap,
  ) as unknown as [tf.Tensor4D, tf.Scalar];
  if (tf.engine().state.gradientDepth === 0) attributes.outcome!.dispose();
  return { state, cost };
}
