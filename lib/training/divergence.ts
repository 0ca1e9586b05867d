import { option, RunError, say } from "../errors.ts";

/** The error where a training has diverged: its numbers are not finite or far too large. */
export function divergence(step: number, learningRate: number): RunError {
  const found = "a loss, gradient or parameter is not finite or far too large";
  const rate = say`a lower ${option("learning_rate")} (now ${learningRate})`;
  const advice = say`try a new run with ${rate} or another ${option("seed")}`;
  return new RunError(
    say`Training diverged by step ${step}: ${found}; the last checkpoint is of before; ${advice}`,
    { code: "diverged", subject: "learning_rate", given: String(learningRate) },
  );
}
