/**
 * The recurrence as one differentiable tfjs operation, for engines that have a forward and a backward pass of their
 * own.
 */
import { tf } from "../deps.ts";
import type { RecurrenceSpec } from "../model/recurrence_spec.ts";
import type { RecurrenceRun } from "./run.ts";

/** The unrolled recurrence; see `recurrence` of recurrence.ts. */
export type Recurrence = (
  spec: RecurrenceSpec,
  run: RecurrenceRun,
  initial: tf.Tensor4D,
  parameters: tf.Tensor1D,
) => { state: tf.Tensor4D; cost: tf.Scalar };

/** Gradients of the loss with respect to a recurrence's inputs. */
export interface Gradients {
  /** By the initial state. */
  readonly dInitial: tf.Tensor4D;
  /** By the flat parameter vector. */
  readonly dParameters: tf.Tensor1D;
}

/** Results of a forward pass. */
export interface Outcome {
  /** The state after each row's last step. */
  readonly state: tf.Tensor4D;
  /** The saturation cost. */
  readonly cost: tf.Scalar;
  /** Computes the gradients, and frees what was kept for that. */
  backward(dState: tf.Tensor4D, dCost: tf.Scalar, parameters: tf.Tensor1D): Gradients;
  /** Frees what was kept where no gradient is wanted. */
  dispose(): void;
}

/** A forward pass that keeps what the backward pass needs. */
export type ForwardPass = (...inputs: Parameters<Recurrence>) => Outcome;

const KERNEL = "NeuralGpuRecurrence";

/** The operation's attributes. They carry what the forward pass keeps to the backward pass, in place of tfjs's tape. */
interface Attributes {
  readonly forward: ForwardPass;
  readonly spec: RecurrenceSpec;
  readonly run: RecurrenceRun;
  outcome: Outcome | undefined;
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

for (const backendName of ["cpu", "wasm", "webgpu"]) {
  tf.registerKernel({
    kernelName: KERNEL,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const attributes = attrs as unknown as Attributes;
      const { initial, parameters } = inputs as { initial: tf.Tensor4D; parameters: tf.Tensor1D };
      attributes.outcome = attributes.forward(attributes.spec, attributes.run, initial, parameters);
      return [attributes.outcome.state, attributes.outcome.cost];
    },
  });
}

/** The operation made of a forward pass, which computes on the tfjs backend that runs. */
export function operationOf(forward: ForwardPass): Recurrence {
  return (spec, run, initial, parameters) => {
    const attributes: Attributes = { forward, spec, run, outcome: undefined };
    const [state, cost] = tf.engine().runKernel(
      KERNEL,
      { initial, parameters },
      attributes as unknown as tf.NamedAttrMap,
    ) as unknown as [tf.Tensor4D, tf.Scalar];
    if (tf.engine().state.gradientDepth === 0) attributes.outcome!.dispose();
    return { state, cost };
  };
}
