/**
 * The files that a bundle contains. `deno task bundle` replaces this module by one with the same exports that holds
 * them; without a bundle there are none.
 */

/** Whether the toolkit is a bundle: one file, from which its workers start too. */
export const bundled: boolean = false;

/** The files by name, as functions that decode them. */
export const embeddedFiles: Readonly<Record<string, () => Promise<Uint8Array<ArrayBuffer>>>> = {};
