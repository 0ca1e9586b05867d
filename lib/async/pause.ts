/** Milliseconds of work after which timers and signals get their turn. */
const INTERVAL = 100;

let last = performance.now();

/**
 * To be awaited in every long loop: lets timers and signal handlers run if none had a turn for a while, and then
 * yields true. Throws the signal's reason once it is aborted. A loop that awaits promises alone never hears of Ctrl-C.
 */
export async function pause(signal?: AbortSignal): Promise<boolean> {
  signal?.throwIfAborted();
  if (performance.now() - last < INTERVAL) return false;
  await new Promise((resolve) => setTimeout(resolve, 0));
  last = performance.now();
  signal?.throwIfAborted();
  return true;
}
