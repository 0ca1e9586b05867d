/** The names of the backends, and what is known of the one that runs. */
import { RunError } from "../errors.ts";

/** A backend by name. */
export type BackendName = "webgpu" | "wasm" | "cpu";

/** A backend by name, or the best that the machine has. */
export type BackendChoice = "auto" | BackendName;

/** What `--backend` takes. */
export const BACKENDS: readonly BackendChoice[] = ["auto", "webgpu", "wasm", "cpu"];

/** What a backend computes on. */
export interface Device {
  /** Its name, for people. */
  readonly adapter: string;
  /** Bytes of the largest tensor, and of all tensors at once, that a computation may plan with. */
  readonly memory: { readonly tensor: number; readonly total: number };
}

/** The backend that runs. */
export interface Backend extends Device {
  /** Its name in tfjs. */
  readonly name: BackendName;
}

/** The error where a backend cannot start; `where` says on what it was tried. */
export function cannotStart(name: BackendName, reason: string, where = ""): RunError {
  return new RunError(`Cannot start the ${name} backend${where}: ${reason}`, {
    code: "backend",
    subject: "backend",
    given: name,
  });
}
