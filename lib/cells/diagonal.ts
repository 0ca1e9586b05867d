import type { Cell } from "./cell.ts";

/**
 * The cell of the diagonal Neural GPU (Freivalds & Liepins 2017), with their hard gates:
 *
 *     r = gate(conv(s, Wr) + br)    g = gate(conv(s, Wg) + bg)    c = clip(conv(r·s, Wc) + bc, −1, 1)
 *     s ← g · shift(s) + (1 − g) · c
 *
 * where gate(x) is x/2 + 1/2 within 0 and 1. The initial biases are those of their code.
 */
export const diagonal: Cell = {
  name: "diagonal",
  frame: "diagonal",
  banks: {
    reset: { convolves: "s", bias: 0.5 },
    gate: { convolves: "s", bias: 0.7 },
    candidate: { convolves: "r * s", bias: 0 },
  },
  formulas: {
    r: "clamp(0.5 * reset + 0.5, 0, 1)",
    g: "clamp(0.5 * gate + 0.5, 0, 1)",
    c: "drop(clamp(candidate, -1, 1))",
  },
  next: "c + g * (shift(s) - c)",
};
