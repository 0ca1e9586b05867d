/** The models and automata that a command line names. */
import { type Automaton, isAutomaton } from "../automaton/automaton.ts";
import { loadAutomaton } from "../automaton/load.ts";
import { type BackendChoice, BACKENDS } from "../engine/backend.ts";
import { asTyped, UsageError, wrongValue } from "../errors.ts";
import { loadModel } from "../model/file.ts";
import type { Model } from "../model/model.ts";
import { oneOf, type ParsedArguments } from "./arguments.ts";

/** Models as paths, URLs or names between commas. */
export function modelNames(text: string): string[] {
  const names = text.split(",");
  if (names.every(Boolean)) return names;
  throw wrongValue("model", asTyped(text), "paths, URLs or names of models between commas");
}

/** The models of each --model, without which the command has nothing to do: a comma joins those that are averaged. */
export function neededModels(args: ParsedArguments): string[][] {
  const given = args.texts("model");
  if (given.length > 0) return given.map(modelNames);
  const expected = "the path or URL of a model, or the name of a shipped one";
  throw new UsageError(`Missing --model: expected ${expected}`, {
    code: "missing",
    subject: "model",
    expected,
  });
}

/** Loads the models that are averaged, or the automaton, a JSON file, which stands alone. */
export async function loadNamed(names: readonly string[]): Promise<Model[] | Automaton> {
  const automaton = names.find((name) => name.endsWith(".json"));
  if (automaton === undefined) return await Promise.all(names.map(loadModel));
  if (names.length === 1) return await loadAutomaton(automaton);
  throw wrongValue("model", asTyped(names.join()), `${automaton} alone: an automaton is not averaged`);
}

/** The backend that --backend names for what is asked: automata alone need no GPU. */
export function backendFor(
  args: ParsedArguments,
  asked: readonly (readonly Model[] | Automaton)[],
): BackendChoice {
  const backend = oneOf("backend", args.text("backend")!, BACKENDS);
  return backend === "auto" && asked.every(isAutomaton) ? "wasm" : backend;
}
