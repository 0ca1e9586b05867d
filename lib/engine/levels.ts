/**
 * Levels of the state. A small error of a unit in every step adds up over thousands of steps, to more than ever occurs
 * in training. Rounding the state to a few levels after every step removes errors of less than half a level: the
 * network is then a cellular automaton with finitely many states. In most of a training noise on the state takes the
 * place of the rounding.
 */

/** The number of levels above 0 up to 1. */
export function partsOf(levels: number): number {
  return (levels - 1) / 2;
}

/** The distance between two levels, as f32. Kernels multiply by it, so that all engines round in the same way. */
export function unitOf(levels: number): number {
  return Math.fround(1 / partsOf(levels));
}
