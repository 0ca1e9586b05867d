/** Milliseconds of work after which timers and signals get their turn. */
const INTERVAL = 100;

let last = performance.now();

/**
 * Every long loop awaits this: it lets timers and signal handlers run if they have not for a while, and then returns
 * true. Throws the signal's reason once it is aborted. A loop that awaits nothing but promises never learns of Ctrl-C.
 */
export async function pause(signal?: AbortSignal): Promise<boolean> {
  signal?.throwIfAborted();
  if (performance.now() - last < INTERVAL) return false;
  await new Promise((resolve) => setTimeout(resolve, 0));
  last = performance.now();
  signal?.throwIfAborted();
  return true;
}
