import { defineCell } from "../../mod.ts";

/**
 * The diagonal cell with one gate more, which says how much of the moving maps moves: what is carried along can wait at a
 * position and go on later, without being copied to a map that stays.
 */
export default defineCell({
  name: "moving",
  frame: "diagonal",
  banks: {
    reset: { convolves: "s", bias: 0.5 },
    gate: { convolves: "s", bias: 0.7 },
    move: { convolves: "s", bias: 0.7 },
    candidate: { convolves: "r * s", bias: 0 },
  },
  formulas: {
    r: "clamp(0.5 * reset + 0.5, 0, 1)",
    g: "clamp(0.5 * gate + 0.5, 0, 1)",
    m: "clamp(0.5 * move + 0.5, 0, 1)",
    c: "drop(clamp(candidate, -1, 1))",
    kept: "s + m * (shift(s) - s)",
  },
  next: "c + g * (kept - c)",
});
