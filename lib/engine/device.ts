/** Reads results from the device, and checks whether it has failed. */
import type { tf } from "../deps.ts";
import { RunError } from "../errors.ts";

let failure: string | undefined;

/** Notes that the device has failed. A shader that does not compile, for example, computes zeros and throws no error. */
export function noteFailure(reason: string): void {
  failure ??= reason;
}

/** Throws a {@linkcode RunError} if the GPU has failed since the start, because its results may be wrong since then. */
export function checkBackend(): void {
  if (failure === undefined) return;
  throw new RunError(`The computation failed: ${failure}`, { code: "backend" });
}

/** The values of a tensor, on any backend. Throws a {@linkcode RunError} where the GPU has failed. */
export async function read(tensor: tf.Tensor): Promise<Float32Array> {
  return await checked(tensor.data<"float32">());
}

/** What was read from the device. Throws a {@linkcode RunError} where the GPU has failed. */
export async function checked<T>(reading: Promise<T>): Promise<T> {
  const result = await reading.catch(async (thrown) => {
    // A lost GPU makes the read fail first, with an error that does not say so, and is reported after that.
    await new Promise((resolve) => setTimeout(resolve, 0));
    checkBackend();
    throw thrown;
  });
  checkBackend();
  return result;
}
