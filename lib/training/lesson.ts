/** What is learned: the problem, its examples, and the model to start from. */
import { difference } from "../cells/difference.ts";
import { textOf } from "../model/settings/kinds.ts";
import { option, say, type Sentence, UsageError } from "../errors.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Model } from "../model/model.ts";
import type { DataProblem } from "../problems/dataset.ts";
import { problems } from "../problems/table.ts";
import { dataSource, type ExampleSource, generatedSource } from "./examples/source.ts";
import type { TrainerOptions } from "./options.ts";

/** The problem to train on. With data its largest size is that of the data, unless `max_size` gives another one. */
export function problemOf({ data, problem = problems.badd }: TrainerOptions): DataProblem {
  return data
    ? { ...data.problem, maxSize: data.rows.reduce((most, { size }) => Math.max(most, size), 1) }
    : problem;
}

/** Where its examples come from. */
export async function sourceOf(
  { data, problem, signal }: TrainerOptions,
  configuration: Configuration,
): Promise<ExampleSource> {
  if (data === undefined) return generatedSource(problem ?? problems.badd, configuration);
  return await dataSource(data.problem, data.rows, data.validation, configuration.max_size, signal);
}

/** The description of the problem for a model file. */
export function describe(problem: DataProblem, options: TrainerOptions): Model["problem"] {
  const arithmetic = (options.data === undefined ? options.problem ?? problems.badd : problems[problem.name])
    ?.arithmetic;
  return { name: problem.name, symbols: problem.symbols, ...(arithmetic && { arithmetic }) };
}

/** A model to start from must have the shape of the one to train. */
export function checkFrom(from: Model | undefined, problem: DataProblem, configuration: Configuration): void {
  if (from === undefined) return;
  const refuse = (what: string, found: unknown, expected: unknown, hint: Sentence = "") => {
    throw new UsageError(
      say`Cannot start from the model: its ${what} is ${String(found)}, expected ${String(expected)}${hint}`,
      { code: "conflict", subject: "from", given: String(found), expected: String(expected) },
    );
  };
  if (from.problem.symbols !== problem.symbols) refuse("alphabet", from.problem.symbols, problem.symbols);
  for (const key of ["cell", "maps", "width", "layers", "kernel_width", "kernel_length"] as const) {
    const [found, expected] = [textOf(from.configuration[key]), textOf(configuration[key])];
    if (found === expected) continue;
    if (key === "cell") refuse(key, ...difference(from.configuration.cell, configuration.cell));
    else refuse(key, found, expected);
  }
  if (from.sets !== configuration.relaxation_sets) {
    const hint = say` (${option("relaxation_sets")})`;
    refuse("number of parameter sets", from.sets, configuration.relaxation_sets, hint);
  }
}
