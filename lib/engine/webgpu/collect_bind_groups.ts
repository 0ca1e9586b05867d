/**
 * A work-around: every dispatch makes a bind group, which Deno frees with its JavaScript object only. It can go once Deno
 * tells the garbage collector of the device memory that a bind group holds.
 */

/** Bind groups made between two hints to the garbage collector. */
const BIND_GROUPS = 4096;

/**
 * Has the garbage collector come for bind groups. It sees their few bytes, not what the device holds for them, and hardly
 * ever comes by itself. A software adapter maps a page for each, and at the 65,530th mapping Linux refuses and the process
 * crashes. Memory that the collector does see makes it come.
 */
export function collectBindGroups(device: GPUDevice): void {
  const create = device.createBindGroup;
  let made = 0;
  device.createBindGroup = (descriptor) => {
    if (++made % BIND_GROUPS === 0) new WebAssembly.Memory({ initial: 1600 }); // 105 MB, of which no page is touched
    return create.call(device, descriptor);
  };
}
