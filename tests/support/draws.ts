/** What holds of everything that a training step draws for the units of a state. */
import { assertEquals } from "@std/assert";

type Shape = readonly [rows: number, width: number, positions: number, maps: number];

/** Asserts that what is drawn depends on a unit's place, and on neither padding nor shards. */
export function assertByPlace(
  values: (shape: Shape, changed?: { readonly firstExample: number }) => Float32Array,
): void {
  const [width, maps] = [2, 5];
  const whole = values([6, width, 9, maps]);
  // A shard of the rows 2 to 4, in a batch with fewer positions.
  const shard = values([3, width, 7, maps], { firstExample: 2 });
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < width; column++) {
      const from = ((row + 2) * width + column) * 9 * maps;
      const place = (row * width + column) * 7 * maps;
      assertEquals(shard.subarray(place, place + 7 * maps), whole.subarray(from, from + 7 * maps));
    }
  }
}
