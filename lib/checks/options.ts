/**
 * Checks options of the library's functions as strictly as command lines: an unknown option is refused, not skipped, and
 * a value of the wrong type is named before it breaks something elsewhere.
 * @module
 */
import { messageOf, shown, UsageError } from "../errors.ts";
import { isObject } from "./is_object.ts";
import { nearest } from "./nearest.ts";

/** A kind of value. */
export interface Kind {
  /** The kind in words, which follow "expected" in messages. */
  readonly words: string;
  /** Whether a value is of that kind. */
  is(value: unknown): boolean;
  /** Throws a {@linkcode UsageError} where a part of a value of that kind is wrong. */
  readonly checkWithin?: ((action: string, value: unknown) => void) | undefined;
}

/** A kind for every option of an interface. If one is missing here or there, the code does not compile. */
export type Kinds<Options> = { readonly [Name in keyof Options]-?: Kind };

/** A text. */
export const TEXT: Kind = { words: "a text", is: (value) => typeof value === "string" };

/** A number. */
export const NUMBER: Kind = { words: "a number", is: (value) => Number.isFinite(value) };

/** A switch. */
export const SWITCH: Kind = { words: "true or false", is: (value) => typeof value === "boolean" };

/** A function. */
export const FUNCTION: Kind = { words: "a function", is: (value) => typeof value === "function" };

/** An object that is no list. */
export const OBJECT: Kind = { words: "an object", is: (value) => isObject(value) };

/** An `AbortSignal`, which ends a long call. */
export const SIGNAL: Kind = { words: "an AbortSignal", is: (value) => value instanceof AbortSignal };

/** A whole number from `least` on, up to `most` where that is given. */
export function wholeFrom(least: number, most = Infinity): Kind {
  return {
    words: `a whole number ${most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`}`,
    is: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

/** One of a few words. */
export function oneOf(choices: readonly string[]): Kind {
  return { words: choices.join(" or "), is: (value) => choices.some((choice) => choice === value) };
}

/** An array of one value at least, all of one kind, which `plural` names. */
export function listOf(kind: Kind, plural: string): Kind {
  const { checkWithin } = kind;
  return {
    words: `an array of ${plural}, one at least`,
    is: (value) => Array.isArray(value) && value.length > 0 && value.every((item) => kind.is(item)),
    checkWithin: checkWithin &&
      ((action, value) => (value as readonly unknown[]).forEach((item) => checkWithin(action, item))),
  };
}

/** An object with parts of these kinds, and maybe others. */
export function objectWith(words: string, parts: Readonly<Record<string, Kind>>): Kind {
  const kinds = Object.entries(parts); // made once, as there may be a million objects to check
  return { words, is: (value) => isObject(value) && kinds.every(([name, kind]) => kind.is(value[name])) };
}

/** An object with parts of these kinds, and no others than those named in `more`. */
export function objectOf(
  words: string,
  parts: Readonly<Record<string, Kind>>,
  more: readonly string[] = [],
): Kind {
  const known = [...Object.keys(parts), ...more];
  return {
    ...objectWith(words, parts),
    checkWithin: (action, value) => checkNames(action, value as object, known),
  };
}

/** That kind, or nothing. */
export function optional({ words, is, checkWithin }: Kind): Kind {
  return {
    words,
    is: (value) => value === undefined || is(value),
    checkWithin: checkWithin && ((action, value) => value !== undefined && checkWithin(action, value)),
  };
}

/** Throws a {@linkcode UsageError} unless a value is of its kind. `action` says what was being done. */
export function checkValue(action: string, name: string, value: unknown, kind: Kind): void {
  reading(action, () => {
    if (!kind.is(value)) {
      throw new UsageError(`Cannot ${action} with ${name} ${shown(value)}: expected ${kind.words}`, {
        code: "wrong_value",
        subject: name,
        given: shown(value),
        expected: kind.words,
      });
    }
    kind.checkWithin?.(action, value);
  });
}

/** Throws a {@linkcode UsageError} where an object has a property that is not known; it tells the most similar name. */
export function checkNames(action: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const hint = near === undefined ? `expected one of ${known.join(", ")}` : `did you mean ${near}`;
  throw new UsageError(`Cannot ${action} with option ${named(unknown)}: there is no such setting, ${hint}`, {
    code: "unknown_name",
    subject: unknown,
    expected: near ?? known.join(", "),
  });
}

/**
 * The options, each read once. Throws a {@linkcode UsageError} where one is not known or its value is not of its kind.
 */
export function checkOptions<Options>(action: string, options: unknown, kinds: Kinds<Options>): Options {
  return reading(action, () => {
    if (!isObject(options)) {
      throw new UsageError(`Cannot ${action} with ${shown(options)}: expected an object of options`, {
        code: "wrong_value",
        subject: "options",
        given: shown(options),
        expected: "an object of options",
      });
    }
    checkNames(action, options, Object.keys(kinds));
    const values = Object.entries<Kind>(kinds).map(([name, kind]) => {
      const value = options[name];
      checkValue(action, name, value, kind);
      return [name, value] as const;
    });
    return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Options;
  });
}

/** Calls `read` on a value of somebody else, whose getters may throw anything, which becomes a {@linkcode UsageError}. */
export function reading<T>(action: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    const what = `options that throw ${shown(messageOf(thrown))} where they are read`;
    throw new UsageError(`Cannot ${action} with ${what}: expected plain ones`, {
      code: "wrong_value",
      subject: "options",
      expected: "plain ones",
    });
  }
}

/** A name as it was written, in quotes where it is no identifier. */
function named(name: string): string {
  return /^\w{1,60}$/.test(name) ? name : shown(name);
}

/** The kind, with one more check of the parts of a value. */
export function refined(kind: Kind, check: (action: string, value: unknown) => void): Kind {
  return {
    ...kind,
    checkWithin: (action, value) => {
      kind.checkWithin?.(action, value);
      check(action, value);
    },
  };
}
