/**
 * Levels of the state. What moves a unit a little at every step adds up over thousands of steps, far beyond what
 * training sees. Rounded to a few levels after every step the state forgets what is less than half a level off: the
 * network is a cellular automaton with finitely many states. In training, noise on the state stands in for the rounding.
 */

/** Levels between 0 and 1, this one among them. */
export function partsOf(levels: number): number {
  return (levels - 1) / 2;
}

/** The distance between two levels, as f32: kernels multiply by it, so that all engines round alike. */
export function unitOf(levels: number): number {
  return Math.fround(1 / partsOf(levels));
}
