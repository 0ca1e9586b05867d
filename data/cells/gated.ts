import { defineCell } from "../../mod.ts";

/** The diagonal cell without its reset gate: one convolution less, and none that waits for another one. */
export default defineCell({
  name: "gated",
  frame: "diagonal",
  banks: {
    gate: { convolves: "s", bias: 0.7 },
    candidate: { convolves: "s", bias: 0 },
  },
  formulas: {
    g: "clamp(0.5 * gate + 0.5, 0, 1)",
    c: "drop(clamp(candidate, -1, 1))",
  },
  next: "c + g * (shift(s) - c)",
});
