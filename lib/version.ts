/** The toolkit's version, the same as in deno.json, which a module run from a URL does not see. */
export const VERSION = "0.1.0";
