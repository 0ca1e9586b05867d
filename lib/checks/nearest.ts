import { closestString, levenshteinDistance } from "../deps.ts";

/** The one of `words` (at least one) that `word` may be a misspelling of; undefined where it is similar to none. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const closest = closestString(word, words);
  return levenshteinDistance(closest, word) <= Math.max(2, closest.length / 3) ? closest : undefined;
}
