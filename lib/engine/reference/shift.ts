import { tf } from "../../deps.ts";
import type { RecurrenceSpec } from "../../model/recurrence_spec.ts";

/** Maps that move by one position in each direction; the others stay (Freivalds & Liepins 2017, "diagonal gates"). */
export function shiftedMaps(maps: number): number {
  return Math.floor(maps / 3);
}

/**
 * Moves the first third of the maps one position up, the second third one position down, with zeros coming in.
 * One depthwise convolution: slices, pads and concatenations would be six operations.
 */
export interface Shift {
  /** The cell's carried state. */
  forward(state: tf.Tensor4D): tf.Tensor4D;
  /** Its transpose, for gradients. */
  backward(gradient: tf.Tensor4D): tf.Tensor4D;
  /** What is to be freed at the end. */
  readonly filters: readonly tf.Tensor4D[];
}

const stay: Shift = {
  filters: [],
  forward: (state) => state,
  backward: (gradient) => gradient,
};

/** The shift of a cell; that of the CGRU stays in place. */
export function shiftOf(spec: RecurrenceSpec): Shift {
  if (spec.cell === "cgru") return stay;
  const third = shiftedMaps(spec.maps);
  const filter = (firstFrom: number, secondFrom: number) =>
    tf.tensor4d(
      [0, 1, 2].flatMap((tap) =>
        Array.from({ length: spec.maps }, (_, map) => {
          const from = map < third ? firstFrom : map < 2 * third ? secondFrom : 1;
          return tap === from ? 1 : 0;
        })
      ),
      [1, 3, spec.maps, 1],
    );
  const up = filter(0, 2);
  const down = filter(2, 0);
  return {
    filters: [up, down],
    forward: (state) => tf.depthwiseConv2d(state, up, 1, "same"),
    backward: (gradient) => tf.depthwiseConv2d(gradient, down, 1, "same"),
  };
}
