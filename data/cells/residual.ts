import { defineCell } from "../../mod.ts";

/**
 * A residual cellular automaton, as in Growing Neural Cellular Automata (Mordvintsev et al. 2020): two convolutions with
 * a rectifier between them yield what is added to the state. It has no gate, and its state stays within ±1.
 */
export default defineCell({
  name: "residual",
  frame: "diagonal",
  banks: {
    hidden: { convolves: "s", bias: 0, saturates: false },
    update: { convolves: "h", bias: 0, saturates: false },
  },
  formulas: {
    h: "max(hidden, 0)",
  },
  next: "drop(clamp(s + update, -1, 1))",
});
