/**
 * Asks a trained model for a sum or a product.
 * @module
 */
import { BACKENDS } from "../lib/engine/backend.ts";
import { startBackend } from "../lib/engine/backends.ts";
import { modelNames, oneOf } from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { extraStepsNote, shareLine } from "../lib/cli/training_output.ts";
import { UsageError } from "../lib/errors.ts";
import { loadModel } from "../lib/model/file.ts";
import { modelFor, parseExpression, solve } from "../lib/evaluation/solve.ts";

/** The `solve` command. */
export const command: Command = {
  name: "solve",
  summary: "Asks a trained model for a sum or a product of decimal numbers of any length.",
  usage: "[--model MODEL] 'A + B'",
  operands: 1,
  flags: [
    {
      name: "model",
      value: "M[,M…]",
      help: "Path, URL, or name of a shipped model, several are averaged; badd or bmul by default",
    },
    { name: "backend", value: "B", help: `Where to compute: ${BACKENDS.join(", ")}`, default: "auto" },
    { name: "json", help: "Write JSON" },
  ],
  examples: [
    "solve '123456789 + 987654321'",
    "solve --model runs/badd-default-s1/model.safetensors '123456789 + 987654321'",
  ],
  async run(args, { progress, listenForSignals }) {
    const [expression] = args.operands;
    if (expression === undefined) {
      throw new UsageError("Missing expression: expected one such as '12 + 34'", {
        code: "missing",
        subject: "expression",
      });
    }
    parseExpression(expression);
    const names = modelNames(args.text("model") ?? modelFor(expression));
    const models = await Promise.all(names.map(loadModel));
    const signal = await listenForSignals();
    const backend = await startBackend(oneOf("backend", args.text("backend")!, BACKENDS));
    progress.note(`Solving on ${backend.name}, ${backend.adapter}`);
    models.forEach((model, i) => extraStepsNote(names[i]!, model).forEach((text) => progress.note(text)));
    const { answer, written, truth, right } = await solve(models, expression, {
      signal,
      onProgress: (share) => progress.update(shareLine("solving", share, progress)),
    }).finally(() => progress.end());
    const shown = answer === undefined ? `${JSON.stringify(written)}, which is no number` : String(answer);
    const verdict = right
      ? "The model is right"
      : answer === truth
      ? "The model has the right number, but not every position"
      : "The model is wrong";
    await writeStdout(
      args.has("json")
        ? JSON.stringify({ expression, answer: answer?.toString() ?? null, truth: truth.toString(), right }) +
          "\n"
        : `model: ${shown}\ntrue:  ${truth}\n${verdict}\n`,
    );
  },
};

if (import.meta.main) await runCommand(command, Deno.args);
