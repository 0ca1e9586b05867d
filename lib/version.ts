/** Version of the toolkit, as in its deno.json. */
export const VERSION = "0.1.0";
