import { wrongValue } from "../errors.ts";

/** A part of a sweep's runs. */
export interface Shard {
  /** Which part, from 1. */
  readonly index: number;
  /** How many parts there are. */
  readonly count: number;
}

/** The shard that a text such as `2/4` names. */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined || index < 1 || index > count) {
    throw wrongValue("shard", text, "I/N with I from 1 to N, such as 2/4");
  }
  return { index, count };
}
