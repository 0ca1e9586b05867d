/**
 * Takes the place of lib/checks/nearest.ts in the page's script, which has no options that people could misspell. That
 * file needs lib/deps.ts, with which TensorFlow.js would come into every page.
 */

/** No word is similar. */
export function nearest(_word: string, _words: readonly string[]): string | undefined {
  return undefined;
}
