import { f32x4, get, Routine, v128 } from "./assembler.ts";
import { forEachLine, type MapShape } from "./elementwise.ts";

/** `(state, lines, parts, unit)`: rounds a column of a state to whole multiples of `unit`, which is 1/`parts`. */
export function round(shape: MapShape): Routine {
  const routine = new Routine("round");
  const [state, lines] = routine.parameters(2);
  const [parts, unit] = [routine.parameter("f32"), routine.parameter("f32")];
  return routine.does(
    forEachLine(shape, lines, [{ local: state, bytes: shape.maps * 4 }], (quad) =>
      v128.store(
        get(state),
        f32x4.mul(
          f32x4.nearest(f32x4.mul(v128.load(get(state), 16 * quad), f32x4.splat(get(parts)))),
          f32x4.splat(get(unit)),
        ),
        16 * quad,
      )),
  );
}
