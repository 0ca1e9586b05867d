/**
 * A cell as data: the filter banks with what each convolves, and the formulas between them, as texts. It can be written
 * to a file, and every engine makes its own code of it.
 */

/**
 * A recurrent cell. A filter bank is a convolution with a bias; its result is called its pre-activation. Formulas are
 * texts of numbers, names, `+ - * /`, parentheses and functions:
 *
 * - `s` is the state, and `shift(s)` the state with its first third of the maps moved to the next position, its second
 *   third to the one before, and the others where they are (Freivalds & Liepins 2017, "diagonal gates");
 * - the name of a bank is its pre-activation, and the name of a formula what that formula yields;
 * - `abs(x)`, `sigmoid(x)`, `tanh(x)`, `min(x, y)`, `max(x, y)` and `clamp(x, low, high)` with constant bounds;
 * - `drop(x)`, in nothing that a bank convolves: x, of which a training with dropout on the candidate drops units.
 *
 * All formulas work element by element; only banks and `shift` look at neighbours.
 */
export interface Cell {
  /** Its name, which messages and files show. */
  readonly name: string;
  /**
   * Whose embedding, read-out and initial filters the model has: those of the `diagonal` cell's authors (clipped to ±1,
   * with biases, uniform after Glorot & Bengio 2010) or those of the `cgru`'s (no biases, uniform unit scaling).
   */
  readonly frame: "diagonal" | "cgru";
  /**
   * The filter banks by name, in the order of the parameters. Banks that convolve the same follow each other. The first
   * ones convolve `s`.
   */
  readonly banks: Readonly<Record<string, Bank>>;
  /** Formulas by name, for use in others, in `convolves` and in `next`. */
  readonly formulas: Readonly<Record<string, string>>;
  /** The next state. */
  readonly next: string;
}

/** A filter bank of a cell. */
export interface Bank {
  /** The formula of what it convolves. */
  readonly convolves: string;
  /** The initial value of its biases. */
  readonly bias: number;
  /** Whether the saturation cost counts its pre-activations; it does unless this is false. */
  readonly saturates?: boolean;
}
