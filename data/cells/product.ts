import { defineCell } from "../../mod.ts";

/**
 * A gated cell whose candidate is a product of two convolutions, so that one step can compute what depends on whether
 * two things are alike, such as the sum of two bits. All three banks convolve the state: none waits for another one.
 */
export default defineCell({
  name: "product",
  frame: "diagonal",
  banks: {
    gate: { convolves: "s", bias: 0.7 },
    left: { convolves: "s", bias: 0.5 },
    right: { convolves: "s", bias: 0 },
  },
  formulas: {
    g: "clamp(0.5 * gate + 0.5, 0, 1)",
    c: "drop(clamp(left * right, -1, 1))",
  },
  next: "c + g * (shift(s) - c)",
});
