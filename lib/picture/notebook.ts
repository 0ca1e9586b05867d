/** How objects show themselves in a notebook of `deno jupyter`. */

/** What a notebook can show of an object, by media type, such as `text/html` or `image/svg+xml`. */
export type Display = Readonly<Record<string, string>>;

/**
 * Gives an object the method that `deno jupyter` calls to show it, and returns the object. JSON and comparisons see no
 * difference, because the property is not enumerable.
 */
export function showing<Shown extends object>(
  object: Shown,
  display: () => Display | Promise<Display>,
): Shown {
  return Object.defineProperty(object, Symbol.for("Jupyter.display"), { value: display });
}
