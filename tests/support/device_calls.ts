/** Counts what is asked of a GPU, which costs the CPU time on every machine. */
import { tf, type WebGPUBackend } from "../../lib/deps.ts";

/** How often something was asked for. */
export interface DeviceCalls {
  bindGroups: number;
  buffers: number;
  writes: number;
  submissions: number;
  /** Tensors of tfjs that were made. */
  tensors: number;
}

/** Counts the calls of the device that tfjs computes on, whoever makes them, until `stop` yields their numbers. */
export function countCalls(): { stop(): DeviceCalls } {
  const { device } = tf.backend() as unknown as WebGPUBackend;
  const { queue } = device;
  const { createBindGroup, createBuffer } = device;
  const { writeBuffer, submit } = queue;
  const engine = tf.engine() as unknown as { nextTensorId: () => number };
  const { nextTensorId } = engine;
  const calls: DeviceCalls = { bindGroups: 0, buffers: 0, writes: 0, submissions: 0, tensors: 0 };
  device.createBindGroup = (...args) => (calls.bindGroups++, createBindGroup.apply(device, args));
  device.createBuffer = (...args) => (calls.buffers++, createBuffer.apply(device, args));
  queue.writeBuffer = (...args) => (calls.writes++, writeBuffer.apply(queue, args));
  queue.submit = (...args) => (calls.submissions++, submit.apply(queue, args));
  engine.nextTensorId = () => (calls.tensors++, nextTensorId.call(engine));
  return {
    stop() {
      Object.assign(device, { createBindGroup, createBuffer });
      Object.assign(queue, { writeBuffer, submit });
      Object.assign(engine, { nextTensorId });
      return calls;
    },
  };
}
