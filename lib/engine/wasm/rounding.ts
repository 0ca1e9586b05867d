import { f32x4, get, Routine, v128 } from "./assembler.ts";
import { forEachQuad, type MapShape } from "./elementwise.ts";

/** `(state, positions, parts, unit)`: rounds a column of a state to whole multiples of `unit`, which is 1/`parts`. */
export function round(shape: MapShape): Routine {
  const routine = new Routine("round");
  const [state, positions] = routine.parameters(2);
  const [parts, unit] = [routine.parameter("f32"), routine.parameter("f32")];
  const { maps } = shape;
  return routine.does(
    forEachQuad(routine, shape, positions, [{ local: state, maps }], () =>
      v128.store(
        get(state),
        f32x4.mul(
          f32x4.nearest(f32x4.mul(v128.load(get(state)), f32x4.splat(get(parts)))),
          f32x4.splat(get(unit)),
        ),
      )),
  );
}
