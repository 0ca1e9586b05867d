/**
 * A work-around: every dispatch of tfjs makes a bind group, which Deno (seen in 2.9.6) frees only together with its
 * JavaScript object. It can go once Deno tells the garbage collector how much device memory a bind group holds.
 */

/** Bind groups made between two hints to the garbage collector. */
const BIND_GROUPS = 4096;

/**
 * Makes the garbage collector run from time to time, so that bind groups are freed. It knows only the few bytes of their
 * JavaScript objects, not their device memory, and hardly ever runs by itself. A software adapter maps a page for each of
 * them; at the 65,530th mapping Linux refuses, and the process crashes. Allocating memory that the collector knows makes it
 * run.
 */
export function collectBindGroups(device: GPUDevice): void {
  const create = device.createBindGroup;
  let made = 0;
  device.createBindGroup = (descriptor) => {
    if (++made % BIND_GROUPS === 0) new WebAssembly.Memory({ initial: 1600 }); // 105 MB, of which no page is touched
    return create.call(device, descriptor);
  };
}
