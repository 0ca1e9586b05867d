/**
 * Asks a trained model one question, or several models what they make of an expression.
 * @module
 */
import { BACKENDS } from "../lib/engine/backend.ts";
import { startKernels } from "../lib/engine/backends.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { backendFor, loadNamed, modelNames } from "../lib/cli/model_names.ts";
import { writeStdout } from "../lib/cli/output.ts";
import { extraStepsNote, shareLine } from "../lib/cli/training_output.ts";
import { option, say, shown, UsageError } from "../lib/errors.ts";
import type { Automaton } from "../lib/automaton/automaton.ts";
import { learnedBy } from "../lib/evaluation/asked.ts";
import { calculate } from "../lib/evaluation/calculate.ts";
import type { Model } from "../lib/model/model.ts";
import { loadProblem, type Problem } from "../lib/problems/mod.ts";
import { predict } from "../lib/evaluation/predict.ts";
import { complaintAboutSymbols, problemOf } from "../lib/evaluation/questions.ts";
import { shippedFor, type Solution, solve } from "../lib/evaluation/solve.ts";
import { notationOf, translate } from "../lib/evaluation/translate.ts";
import { isExpression, parseExpression } from "../lib/problems/expression.ts";

/** The `solve` command. */
export const command: Command = {
  name: "solve",
  summary: "Asks a trained model one question. " +
    "It is an expression in decimal with numbers of any length, as far as the model knows it, or an input of the model's own problem. " +
    "Without a model, each + of the expression is computed by badd and each * by bmul.",
  usage: "[--model MODEL] EXPRESSION | INPUT",
  operands: 1,
  flags: [
    {
      name: "model",
      value: "M[,M…]",
      help:
        "Path, URL, or name of a shipped model, several are averaged; or an automaton (.json); badd and bmul by default",
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
    "solve '12 + 3 * (4 + 5)'",
    "solve --model runs/badd-default-s1/model.safetensors '123456789 + 987654321'",
    "solve --model reverse 0111",
  ],
  async run(args, { progress, listenForSignals }) {
    const [question] = args.operands;
    if (question === undefined) {
      throw new UsageError("Missing expression: expected one such as '12 + 34'", {
        code: "missing",
        subject: "expression",
      });
    }
    const problem = args.has("problem") ? await loadProblem(args.text("problem")!) : undefined;
    const named = args.text("model");
    const { models, ask } = named === undefined
      ? await prepareShipped(question, problem)
      : await prepare(named, question, problem);
    const signal = await listenForSignals();
    const backend = await startKernels(backendFor(args, Object.values(models)));
    progress.note(`Solving on ${backend.name}, ${backend.adapter}`);
    Object.entries(models).flatMap((named) => extraStepsNote(...named)).forEach((text) =>
      progress.note(text)
    );
    const answered = await ask({
      signal,
      onProgress: (share) => progress.update(shareLine("solving", share, progress)),
    }).finally(() => progress.end());
    await writeStdout(args.has("json") ? jsonOf(question, answered) : textOf(answered));
  },
};

/** What models answer, in texts. */
interface Answered {
  /** The answer; null where what the models wrote is none. */
  readonly answer: string | null;
  /** What the models wrote, for people. */
  readonly written: string;
  /** The right answer; null where it is not known. */
  readonly truth: string | null;
  /** Whether every position is right; null where that is not known. */
  readonly right: boolean | null;
  /** What an answer is. */
  readonly kind: "number" | "symbols";
  /** The operations that led to it, where several models were asked. */
  readonly steps?: readonly AnsweredStep[];
}

/** An operation, in texts. */
interface AnsweredStep extends Pick<Answered, "answer" | "written" | "truth" | "right"> {
  readonly expression: string;
  readonly model: string;
}

/** What is to be asked, in which all is checked that needs no backend. */
interface Prepared {
  /** The models by their names. */
  readonly models: Readonly<Record<string, readonly Model[] | Automaton>>;
  /** Asks them. */
  ask(options: {
    readonly signal: AbortSignal;
    readonly onProgress: (share: number) => void;
  }): Promise<Answered>;
}

/** A question for the models that a command line names. */
async function prepare(named: string, question: string, problem: Problem | undefined): Promise<Prepared> {
  const names = modelNames(named);
  const models = await loadNamed(names);
  const ask = isInputOf(learnedBy(models), question, problem) ? askInput : askExpression;
  return {
    models: { [names.join("+")]: models },
    ask: (options) => ask(models, question, { problem, ...options }),
  };
}

/** A question for shipped models: for one where it is a single operation, otherwise for one after the other. */
async function prepareShipped(question: string, problem: Problem | undefined): Promise<Prepared> {
  const shipped = shippedFor(question);
  if (parseExpression(question).length === 3) return prepare(Object.values(shipped)[0]!, question, problem);
  if (problem !== undefined) {
    const expected = say`one operation, or ${option("model")} with a model of it`;
    throw new UsageError(say`Cannot use ${option("problem")} with ${shown(question)}: expected ${expected}`, {
      code: "conflict",
      subject: "problem",
      expected,
    });
  }
  const bySign = Object.fromEntries(
    await Promise.all(Object.entries(shipped).map(async ([sign, name]) => [sign, await loadNamed([name])])),
  );
  return {
    models: Object.fromEntries(Object.entries(shipped).map(([sign, name]) => [name, bySign[sign]])),
    async ask(options) {
      const { steps, ...whole } = await calculate(bySign, question, options);
      return {
        ...textsOf({ ...whole, written: steps.at(-1)!.written }),
        kind: "number",
        steps: steps.map((step) => ({
          expression: step.expression,
          ...textsOf(step),
          model: shipped[step.sign]!,
        })),
      };
    },
  };
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
 * that is neither.
 */
function isInputOf(learned: Model["problem"], question: string, given: Problem | undefined): boolean {
  const notation = notationOf(learned, problemOf(learned, given));
  const complaint = complaintAboutSymbols(question, learned);
  if (notation !== undefined || complaint !== undefined && isExpression(question)) {
    translate(question, learned, notation); // says what is wrong
    return false;
  }
  if (complaint === undefined) return true;
  throw new UsageError(
    `Cannot solve ${shown(question)} with a model of ${learned.name}: it has ${complaint}`,
    {
      code: "wrong_value",
      subject: "expression",
      given: shown(question),
    },
  );
}

const askExpression: Ask = async (models, expression, options) => ({
  ...textsOf(await solve(models, expression, options)),
  kind: "number",
});

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

/** A solution in texts. */
function textsOf({ answer, written, truth, right }: Solution): Omit<Answered, "kind"> {
  return {
    answer: answer?.toString() ?? null,
    written: answer === undefined ? `${JSON.stringify(written)}, which is no number` : String(answer),
    truth: String(truth),
    right,
  };
}

/** What is printed for people. */
function textOf({ answer, written, truth, right, kind, steps }: Answered): string {
  const who = steps === undefined ? ["model", "is", "has"] : ["models", "are", "have"];
  const verdict = truth === null
    ? "The right answer is not known"
    : right
    ? `The ${who[0]} ${who[1]} right`
    : answer === truth
    ? `The ${who[0]} ${who[2]} the right ${kind}, but not every position`
    : `The ${who[0]} ${who[1]} wrong`;
  const operations = (steps ?? []).map((step) => `${step.expression} = ${step.written} (${step.model})`);
  const known = truth === null ? [] : [`true:  ${truth}`];
  return [...operations, `model: ${written}`, ...known, verdict, ""].join("\n");
}

/** What is printed for programs. */
function jsonOf(expression: string, { answer, truth, right, steps }: Answered): string {
  const operations = steps?.map(({ expression, answer, truth, right, model }) => (
    { expression, answer, truth, right, model }
  ));
  return JSON.stringify({ expression, answer, truth, right, steps: operations }) + "\n";
}

if (import.meta.main) await runCommand(command, Deno.args);
