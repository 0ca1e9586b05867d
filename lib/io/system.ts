/** The system that runs the toolkit. */
import { version_core } from "../deps.ts";

/** The versions that a run's numbers may depend on. */
export const VERSIONS: { readonly deno: string; readonly tfjs: string } = {
  deno: Deno.version.deno,
  tfjs: version_core,
};

/** Whether a file may be read; without one, whether all files may. */
export function mayRead(file?: URL): boolean {
  const descriptor = file === undefined ? {} : { path: file };
  return Deno.permissions.querySync({ name: "read", ...descriptor }).state === "granted";
}
