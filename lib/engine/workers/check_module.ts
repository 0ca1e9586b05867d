/**
 * A work-around: Deno (seen in 2.9.6) prints an error for a worker that cannot load its module, even where the worker's
 * `error` event is handled. It can go once such an error is not printed.
 */
import { RunError } from "../../errors.ts";
import { mayRead } from "../../io/system.ts";

/** Throws where the module of a worker cannot be loaded, before a worker tries it. */
export async function checkModule(module: URL): Promise<void> {
  // This thread has loaded files on its disk without a permission, as the command line named them; a worker needs one.
  if (module.protocol === "file:" && !mayRead(module)) {
    throw new RunError("workers need --allow-read for the files of the toolkit", { code: "file_access" });
  }
  await import(module.href);
}
