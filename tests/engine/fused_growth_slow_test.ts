// What a long training leaves behind on the GPU.
import { assert, assertEquals } from "@std/assert";
import { tf, type WebGPUBackend } from "../../lib/deps.ts";
import type { Configuration } from "../../lib/model/configuration.ts";
import { testOnWebGPU } from "../support/adapter.ts";
import { tensors } from "../support/case.ts";
import { advance, smallTraining } from "../support/small_training.ts";

/** Steps in which every size occurs and the pools of buffers fill, and steps in which nothing may grow. */
const [WARM_UP, STEPS] = [100, 500];

/** Counts the buffers that a device makes from now on, whoever asks for them, less those that are destroyed. */
function countBuffers(
  device: GPUDevice,
): { readonly live: { buffers: number; bytes: number }; stop(): void } {
  const live = { buffers: 0, bytes: 0 };
  const create = device.createBuffer;
  device.createBuffer = (descriptor) => {
    const buffer = create.call(device, descriptor);
    const { destroy, size } = buffer;
    live.buffers++;
    live.bytes += size;
    buffer.destroy = () => {
      live.buffers--;
      live.bytes -= size;
      buffer.destroy = destroy;
      return destroy.call(buffer);
    };
    return buffer;
  };
  return { live, stop: () => void (device.createBuffer = create) };
}

testOnWebGPU(
  `${STEPS} training steps of mixed sizes take no more GPU buffers than ${WARM_UP} did`,
  async () => {
    const before = tensors();
    const { device } = tf.backend() as unknown as WebGPUBackend;
    const count = countBuffers(device);
    const memory = () => ({ ...count.live, tensors: tensors() });
    const { learner, nextBatches } = await smallTraining({
      maps: 6,
      batch_size: 4,
      max_size: 3,
      start_size: 3,
      random_size_share: 1,
      steps_after_mastery: 1e6, // The training goes on,
      validate_every: 1e6, // without being measured.
    });
    const lengths = new Set<number>();
    let warm: ReturnType<typeof memory> | undefined;
    while (learner.state.step < WARM_UP + STEPS) {
      for (const { positions } of nextBatches()) lengths.add(positions);
      await advance(learner);
      // After a check nothing waits to be submitted: what is not used any more has been given back.
      if (learner.state.step < WARM_UP || !learner.checkDue) continue;
      warm ??= memory();
      assertEquals(memory(), warm, `after ${learner.state.step} steps`);
    }
    assertEquals(lengths.size, 3);
    // A software adapter maps a page for each bind group.
    if (Deno.build.os === "linux") {
      const { stdout } = await new Deno.Command("wc", { args: ["-l", `/proc/${Deno.pid}/maps`] }).output();
      const mappings = parseInt(new TextDecoder().decode(stdout));
      assert(mappings < 20_000, `${mappings} mappings: bind groups are not collected`);
    }
    assert(warm!.buffers > 0);
    count.stop();
    learner.dispose();
    assertEquals(tensors(), before);
  },
);

testOnWebGPU(
  "a training of many sizes and numbers of steps takes few times the buffers of the largest",
  async () => {
    const { device } = tf.backend() as unknown as WebGPUBackend;
    /** Bytes of the large buffers made in some steps, which are none that an earlier training has left. */
    const taken = async (maps: number, changed: Partial<Configuration>) => {
      const count = countBuffers(device);
      const { learner } = await smallTraining({
        ...{
          maps,
          batch_size: 2,
          max_size: 24,
          start_size: 24,
          steps_after_mastery: 1e6,
          validate_every: 1e6,
        },
        ...changed,
      });
      while (learner.state.step < 100) await advance(learner);
      const { bytes } = count.live;
      count.stop();
      learner.dispose();
      return bytes;
    };
    const largest = await taken(5, { random_size_share: 0, training_extra_steps: 0 });
    const many = await taken(9, { random_size_share: 1, training_extra_steps: 8 }); // 12 maps in vectors, not 8
    assert(many < 4 * 12 / 8 * largest, `${many} bytes, and ${largest} of the largest size`);
  },
);
