/**
 * Asks a trained model one question.
 * @module
 */
import { BACKENDS } from "../lib/engine/backend.ts";
import { startKernels } from "../lib/engine/backends.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { backendFor, loadNamed, modelNames } from "../lib/cli/model_names.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { extraStepsNote, shareLine } from "../lib/cli/training_output.ts";
import { shown, UsageError } from "../lib/errors.ts";
import type { Automaton } from "../lib/automaton/automaton.ts";
import { learnedBy } from "../lib/evaluation/asked.ts";
import type { Model } from "../lib/model/model.ts";
import { loadProblem, type Problem } from "../lib/problems/mod.ts";
import { predict } from "../lib/evaluation/predict.ts";
import { arithmeticOf, complaintAboutSymbols } from "../lib/evaluation/questions.ts";
import { modelFor, solve } from "../lib/evaluation/solve.ts";
import { isExpression, parseExpression } from "../lib/problems/expression.ts";

/** The `solve` command. */
export const command: Command = {
  name: "solve",
  summary: "Asks a trained model one question. " +
    "It is A + B, A - B or A * B in decimal, of any length, as far as a model knows it, or an input of the model's own problem.",
  usage: "[--model MODEL] 'A + B' | INPUT",
  operands: 1,
  flags: [
    {
      name: "model",
      value: "M[,M…]",
      help:
        "Path, URL, or name of a shipped model, several are averaged; or an automaton (.json); badd or bmul by default",
    },
    {
      name: "problem",
      value: "P",
      help:
        "Module of the problem that knows the answers, where the model's problem is not one of the toolkit's",
    },
    { name: "backend", value: "B", help: `Where to compute: ${BACKENDS.join(", ")}`, default: "auto" },
    { name: "json", help: "Write JSON" },
  ],
  examples: [
    "solve '123456789 + 987654321'",
    "solve --model runs/badd-default-s1/model.safetensors '123456789 + 987654321'",
    "solve --model reverse 0111",
  ],
  async run(args, { progress, listenForSignals }) {
    const [expression] = args.operands;
    if (expression === undefined) {
      throw new UsageError("Missing expression: expected one such as '12 + 34'", {
        code: "missing",
        subject: "expression",
      });
    }
    const names = modelNames(args.text("model") ?? modelFor(expression));
    const models = await loadNamed(names);
    const ask = isInputOf(learnedBy(models), expression) ? askInput : askExpression;
    const problem = args.has("problem") ? await loadProblem(args.text("problem")!) : undefined;
    const signal = await listenForSignals();
    const backend = await startKernels(backendFor(args, [models]));
    progress.note(`Solving on ${backend.name}, ${backend.adapter}`);
    extraStepsNote(names.join("+"), models).forEach((text) => progress.note(text));
    const { answer, written, truth, right, kind } = await ask(models, expression, {
      problem,
      signal,
      onProgress: (share) => progress.update(shareLine("solving", share, progress)),
    }).finally(() => progress.end());
    const verdict = truth === null
      ? "The right answer is not known"
      : right
      ? "The model is right"
      : answer === truth
      ? `The model has the right ${kind}, but not every position`
      : "The model is wrong";
    const known = truth === null ? "" : `true:  ${truth}\n`;
    await writeStdout(
      args.has("json")
        ? JSON.stringify({ expression, answer, truth, right }) + "\n"
        : `model: ${written}\n${known}${verdict}\n`,
    );
  },
};

/** What a model answers, in texts. */
interface Answered {
  /** The answer; null where what the model wrote is none. */
  readonly answer: string | null;
  /** What the model wrote, for people. */
  readonly written: string;
  /** The right answer; null where it is not known. */
  readonly truth: string | null;
  /** Whether every position is right; null where that is not known. */
  readonly right: boolean | null;
  /** What an answer is. */
  readonly kind: string;
}

/** How a question is asked. */
type Ask = (
  models: readonly Model[] | Automaton,
  question: string,
  options: {
    readonly problem: Problem | undefined;
    readonly signal: AbortSignal;
    readonly onProgress: (share: number) => void;
  },
) => Promise<Answered>;

/**
 * Whether a question is an input of what a model learned, and not an expression in decimal. Says what is wrong with one
 * that is neither, before a backend starts.
 */
function isInputOf(problem: Model["problem"], question: string): boolean {
  if (arithmeticOf({ problem }) !== undefined) {
    parseExpression(question);
    return false;
  }
  const complaint = complaintAboutSymbols(question, problem);
  if (complaint === undefined) return true;
  if (isExpression(question)) return false;
  throw new UsageError(
    `Cannot solve ${shown(question)} with a model of ${problem.name}: it has ${complaint}`,
    {
      code: "wrong_value",
      subject: "expression",
      given: shown(question),
    },
  );
}

const askExpression: Ask = async (models, expression, options) => {
  const { answer, written, truth, right } = await solve(models, expression, options);
  return {
    answer: answer?.toString() ?? null,
    written: answer === undefined ? `${JSON.stringify(written)}, which is no number` : String(answer),
    truth: String(truth),
    right,
    kind: "number",
  };
};

const askInput: Ask = async (models, input, { problem, signal, onProgress }) => {
  const [answered] = await Array.fromAsync(predict(models, [input], {
    problem,
    signal,
    workers: 1,
    onReport: (news) => news.kind === "predicting" ? onProgress(news.share) : undefined,
  }));
  const { output, target = null, right = null } = answered!;
  return { answer: output, written: output || "nothing", truth: target, right, kind: "symbols" };
};

if (import.meta.main) await runCommand(command, Deno.args);
