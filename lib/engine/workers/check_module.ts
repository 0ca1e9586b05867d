/**
 * A work-around: Deno (seen in 2.9.6) prints an error for a worker that cannot load its module, even where the worker's
 * `error` event is handled. It can go once such an error is not printed.
 */

/** Throws where the module of a worker cannot be loaded, before a worker tries it. */
export async function checkModule(module: URL): Promise<void> {
  await import(module.href);
}
