/**
 * Maps that the diagonal cell moves by one position in each direction: the first third up, the second third down, with
 * zeros coming in; the others stay (Freivalds & Liepins 2017, "diagonal gates").
 */
export function shiftedMaps(maps: number): number {
  return Math.floor(maps / 3);
}
