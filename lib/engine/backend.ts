/** The names of the backends, and the description of the one that runs. */
import { RunError } from "../errors.ts";

/**
 * A backend. `webgpu`: a GPU. `wasm`: WebAssembly, several threads. `cpu`: plain JavaScript, slow; it needs no
 * permission.
 */
export type BackendName = "webgpu" | "wasm" | "cpu";

/** A backend, or `auto` for the best of the machine: `webgpu` where there is a GPU, else `wasm`. */
export type BackendChoice = "auto" | BackendName;

/** All choices of a backend. */
export const BACKENDS: readonly BackendChoice[] = ["auto", "webgpu", "wasm", "cpu"];

/** The processor that a backend computes on. */
export interface Device {
  /** Its name, for people. */
  readonly adapter: string;
  /** Memory that computations may take, in bytes: for the largest tensor, and for all tensors at once. */
  readonly memory: { readonly tensor: number; readonly total: number };
}

/** A backend that has been started. */
export interface Backend extends Device {
  /** Which one it is. */
  readonly name: BackendName;
}

/** The error where a backend cannot start; `where` names the hardware on which it was tried. */
export function cannotStart(name: BackendName, reason: string, where = ""): RunError {
  return new RunError(`Cannot start the ${name} backend${where}: ${reason}`, {
    code: "backend",
    subject: "backend",
    given: name,
  });
}
