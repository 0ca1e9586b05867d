import { type Cell, defineCell } from "../../mod.ts";

/** The diagonal cell without its reset gate: one convolution less, and no second one that waits for the first. */
const gated: Cell = defineCell({
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
export default gated;
