import { tf } from "../deps.ts";
import { backward, disposeTrajectory, forward, type Trajectory } from "./composed.ts";
import type { RecurrenceRun, RecurrenceSpec } from "./spec.ts";

const KERNEL = "NeuralGpuRecurrence";

/** The op's attributes. The trajectory travels from the forward to the backward pass here, not through tfjs's tape. */
interface Attributes {
  readonly spec: RecurrenceSpec;
  readonly run: RecurrenceRun;
  trajectory: Trajectory | undefined;
}

for (const backendName of ["cpu", "wasm", "webgpu"]) {
  tf.registerKernel({
    kernelName: KERNEL,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const attributes = attrs as unknown as Attributes;
      const { initial, parameters } = inputs as { initial: tf.Tensor4D; parameters: tf.Tensor1D };
      const { state, cost, trajectory } = forward(attributes.spec, attributes.run, initial, parameters);
      attributes.trajectory = trajectory;
      return [state, cost];
    },
  });
}

tf.registerGradient({
  kernelName: KERNEL,
  inputsToSave: ["parameters"],
  gradFunc: (dys, saved, attrs) => {
    const { spec, run, trajectory } = attrs as unknown as Attributes;
    const [dState, dCost] = dys as unknown as [tf.Tensor4D, tf.Scalar];
    const { dInitial, dParameters } = backward(
      spec,
      run,
      saved[0] as tf.Tensor1D,
      trajectory!,
      dState,
      dCost,
    );
    return { initial: () => dInitial, parameters: () => dParameters };
  },
});

/**
 * The unrolled recurrence as one differentiable tfjs op.
 *
 * `initial` is the state before the first step, `[batch, width, positions, maps]`; `parameters` the flat vector laid
 * out as in spec.ts, {@linkcode recurrenceSize} elements. Yields the state after each row's last step, and the
 * saturation cost Σ relu(|pre| − 0.9) / (length²·batch), a scalar. Gradients are taken once.
 */
export function recurrence(
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
): { state: tf.Tensor4D; cost: tf.Scalar } {
  const attributes: Attributes = { spec, run, trajectory: undefined };
  const [state, cost] = tf.engine().runKernel(
    KERNEL,
    { initial, parameters },
    attributes as unknown as tf.NamedAttrMap,
  ) as unknown as [tf.Tensor4D, tf.Scalar];
  if (tf.engine().state.gradientDepth === 0) disposeTrajectory(attributes.trajectory!);
  return { state, cost };
}
