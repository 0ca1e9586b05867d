/** An automaton as JSON. A file may come from anywhere, so the reader believes nothing in it. */
import { isObject } from "../checks/is_object.ts";
import { shown, wrongFile } from "../errors.ts";
import { isWhole } from "../model/model.ts";
import { complaintAboutAlphabet, complaintAboutName } from "../problems/problem.ts";
import { VERSION } from "../version.ts";
import type { Automaton, AutomatonCheck } from "./automaton.ts";
import { BORDER, RuleTable } from "./rule_table.ts";

const FORMAT = "neural-gpu-automaton";
const FORMAT_VERSION = 1;
/** The most states and rules that an automaton may have, and cells to each side that its rules see. */
const MOST = { states: 65536, rules: 2 ** 21, radius: 8 } as const;

/** The automaton as a text. A rule is a list: the cells of its neighbourhood, then the next state. */
export function encodeAutomaton({ rules, ...automaton }: Automaton): string {
  const { problem, extraSteps, initial, output, closed, checks } = automaton;
  const head = JSON.stringify({
    ...{ format: FORMAT, format_version: FORMAT_VERSION, version: VERSION, problem },
    ...{ extra_steps: extraSteps, radius: rules.radius, initial, output, closed, checks },
  });
  const lines = [...rules.rules()].map(([neighbourhood, next]) => JSON.stringify([...neighbourhood, next]));
  return `${head.slice(0, -1)},"rules":[\n${lines.join(",\n")}\n]}\n`;
}

/** Reads an automaton from a text; `name` is what errors call the file. Throws a `RunError` on anything else. */
export function decodeAutomaton(text: string, name: string): Automaton {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw wrongFile(name, "it is no JSON");
  }
  if (!isObject(file) || file.format !== FORMAT) throw wrongFile(name, "it is no automaton");
  if (file.format_version !== FORMAT_VERSION) {
    throw wrongFile(name, `its format version is ${shown(file.format_version)}`, `${FORMAT_VERSION}`);
  }
  const { problem, extra_steps: extraSteps, radius, initial, output, closed, checks, rules } = file;
  if (
    !isObject(problem) || typeof problem.name !== "string" || typeof problem.symbols !== "string" ||
    complaintAboutName(problem.name) !== undefined || complaintAboutAlphabet(problem.symbols) !== undefined
  ) throw wrongFile(name, "it does not say which problem it is of");
  const { symbols } = problem;
  if (!isWholeTo(extraSteps, 1000)) throw wrongFile(name, `its extra_steps are ${shown(extraSteps)}`);
  if (!isWholeTo(radius, MOST.radius)) throw wrongFile(name, `its radius is ${shown(radius)}`);
  if (!isListOf(output, MOST.states, symbols.length) || output.length < 2) {
    throw wrongFile(name, "its output is not a list of symbols by state");
  }
  const last = output.length - 1;
  if (
    !isListOf(initial, symbols.length + 1, last) || initial.length !== symbols.length + 1 ||
    initial.includes(BORDER)
  ) {
    throw wrongFile(name, "its initial is not a list of states by symbol");
  }
  if (typeof closed !== "boolean") throw wrongFile(name, "it does not say whether it is closed");
  if (!Array.isArray(checks) || !checks.every(isCheck)) throw wrongFile(name, "its checks are none");
  if (!Array.isArray(rules) || rules.length > MOST.rules) {
    throw wrongFile(name, "its rules are no list of rules");
  }
  const table = new RuleTable(radius);
  for (const [i, rule] of rules.entries()) {
    const width = 2 * radius + 2;
    if (
      !isListOf(rule, width, last) || rule.length !== width || rule[radius] === BORDER ||
      rule.at(-1) === BORDER
    ) {
      throw wrongFile(
        name,
        `its rule ${i + 1} is ${shown(rule)}`,
        `${width} states, and no border in the middle`,
      );
    }
    table.add(rule.slice(0, -1), rule.at(-1)!);
    if (table.size !== i + 1) throw wrongFile(name, `its rule ${i + 1} is for the cells of another`);
  }
  return {
    problem: { name: problem.name, symbols },
    extraSteps,
    initial,
    output,
    rules: table,
    closed,
    checks,
  };
}

/** Whether a value is a whole number from 0 to `most`. */
function isWholeTo(value: unknown, most: number): value is number {
  return isWhole(value, 0) && value <= most;
}

/** Whether a value is a list of at most `count` such numbers. */
function isListOf(value: unknown, count: number, most: number): value is number[] {
  return Array.isArray(value) && value.length <= count && value.every((item) => isWholeTo(item, most));
}

function isCheck(value: unknown): value is AutomatonCheck {
  return isObject(value) && typeof value.suite === "string" && isWhole(value.size, 1) &&
    isWhole(value.examples, 1) && isWhole(value.errors, 0) && value.errors <= value.examples;
}
