/**
 * What a bundle carries besides modules. The toolkit as modules carries nothing: `deno task bundle` puts a module with
 * the same exports in the place of this one.
 */

/** Whether the toolkit is one file, from which its workers start too. */
export const bundled: boolean = false;

/** The files by name, each decoded when it is asked for. */
export const embeddedFiles: Readonly<Record<string, () => Promise<Uint8Array<ArrayBuffer>>>> = {};
