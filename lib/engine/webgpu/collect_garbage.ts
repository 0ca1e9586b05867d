/**
 * A work-around: Deno (seen in 2.9.6) frees a bind group, of which tfjs makes one for every dispatch, and what belongs to a
 * submission only together with their JavaScript objects. It can go once Deno tells the garbage collector how much memory
 * they hold.
 */

/** Objects made between two hints to the garbage collector. */
const OBJECTS = 4096;

/**
 * Makes the garbage collector run from time to time. It knows only the few bytes of the JavaScript objects, not their other
 * memory, and hardly ever runs by itself. A software adapter maps a page for each bind group; at the 65,530th mapping Linux
 * refuses, and the process crashes. A submission holds 2.4 kB. Allocating memory that the collector knows makes it run.
 */
export function collectGarbage(device: GPUDevice): void {
  const { createBindGroup, createCommandEncoder } = device;
  let made = 0;
  const count = () => {
    if (++made % OBJECTS === 0) new WebAssembly.Memory({ initial: 1600 }); // 105 MB, of which no page is touched
  };
  device.createBindGroup = (descriptor) => {
    count();
    return createBindGroup.call(device, descriptor);
  };
  device.createCommandEncoder = (descriptor) => {
    count();
    return createCommandEncoder.call(device, descriptor);
  };
}
