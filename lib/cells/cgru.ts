import type { Cell } from "./cell.ts";

/**
 * The convolutional gated recurrent unit of Kaiser & Sutskever 2015, section 2:
 *
 *     u = σ'(U' * s + B')    r = σ'(U'' * s + B'')    s ← u ⊙ s + (1 − u) ⊙ tanh(U * (r ⊙ s) + B)
 *
 * where σ' is the sigmoid with a cut-off c: stretched to the range from −c to 1 + c, and clipped to 0 to 1. The initial
 * biases are those of their code; the bank of u is called `gate`.
 */
export function cgru(cutoff: number): Cell {
  const gate = (bank: string) => `clamp(${1 + 2 * cutoff} * sigmoid(${bank}) - ${cutoff}, 0, 1)`;
  return {
    name: "cgru",
    frame: "cgru",
    banks: {
      reset: { convolves: "s", bias: 1 },
      gate: { convolves: "s", bias: 1 },
      candidate: { convolves: "r * s", bias: 0 },
    },
    formulas: {
      r: gate("reset"),
      u: gate("gate"),
      c: "drop(tanh(candidate))",
    },
    next: "c + u * (s - c)",
  };
}
