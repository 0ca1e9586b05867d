/** The system that runs the toolkit. */
import { version_core } from "../deps.ts";

/** The versions that a run's numbers may depend on. */
export const VERSIONS: { readonly deno: string; readonly tfjs: string } = {
  deno: Deno.version.deno,
  tfjs: version_core,
};

/** Whether all files may be read. */
export function mayReadFiles(): boolean {
  return Deno.permissions.querySync({ name: "read" }).state === "granted";
}
