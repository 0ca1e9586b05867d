/** The kinds of options that say how to compute. */
import { type Kind, oneOf, wholeFrom } from "../checks/options.ts";
import { BACKENDS } from "./backend.ts";
import { MOST_WORKERS } from "./workers/pool.ts";

/** A backend by name, or `auto`. */
export const BACKEND: Kind = oneOf(BACKENDS);

const count = wholeFrom(1, MOST_WORKERS);

/** A number of threads, or `auto`. */
export const WORKERS: Kind = {
  words: `auto or ${count.words}`,
  is: (value) => value === "auto" || count.is(value),
};
