import { tf } from "../../deps.ts";
import { cannotStart, type Device } from "../backend.ts";

/** Starts tfjs's cpu backend, for which the toolkit has no kernels of its own. */
export async function startCpu(): Promise<Device> {
  if (!await tf.setBackend("cpu")) throw cannotStart("cpu", "tfjs refuses it");
  return { adapter: "JavaScript", memory: { tensor: 1e9, total: 4e9 } };
}
