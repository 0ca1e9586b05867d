import { tf } from "../../deps.ts";
import { RunError } from "../../errors.ts";
import type { Device } from "../backend.ts";

/** Starts tfjs's cpu backend, for which the toolkit has no kernels of its own. */
export async function startCpu(): Promise<Device> {
  if (!await tf.setBackend("cpu")) throw new RunError("Cannot start the cpu backend");
  return { adapter: "JavaScript", memory: { tensor: 1e9, total: 4e9 } };
}
