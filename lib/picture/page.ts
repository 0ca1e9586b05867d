/** Pages: one file of HTML that needs nothing beside it and loads nothing. */
import { type Automaton, isAutomaton } from "../automaton/automaton.ts";
import { figure, RunError } from "../errors.ts";
import type { Model } from "../model/model.ts";
import { findProblem, isInZoo } from "../problems/table.ts";
import { type Beginning, MOST_SYMBOLS, packPageData } from "./page_data.ts";
import { STYLE } from "./page_style.ts";
import { escapeXml, labelOf } from "./picture.ts";
import { PLAYER, ZOO } from "./player_bundle.ts";
import { playerMarkup } from "./player_markup.ts";

/** Nothing may be loaded; the script is WebAssembly's assembler, too. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; " +
  "img-src data:";

/** What stands in a page. */
export interface PageParts {
  /** Plain text. */
  readonly title: string;
  /** HTML above the player. */
  readonly head: string;
}

/** A page with the player of a model. */
export function pageWith(
  { title, head }: PageParts,
  model: Model | Automaton,
  beginning: Beginning,
): string {
  const data = JSON.stringify(packPageData(model, beginning)).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${head}
<noscript>This page computes, with JavaScript, which is switched off here.</noscript>
${playerMarkup(model)}
</main>
<script type="application/json" id="data">${data}</script>
${isInZoo(model.problem.name) ? scriptOf(ZOO) + "\n" : ""}${scriptOf(PLAYER)}
</body>
</html>
`;
}

function scriptOf(text: string): string {
  return `<script type="module">${text.replaceAll(/<(?=\/script|!--)/gi, "\\x3c")}</script>`;
}

/** What is seen in the player, in two sentences. */
export function explanationOf(model: Model | Automaton): string {
  if (isAutomaton(model)) {
    return "A finite automaton computes in this page, which was made from a network: each position of the input is in one " +
      `of ${model.output.length - 1} states, and a table of ${
        figure(model.rules.size)
      } rules tells the next one from ` +
      "its own and those beside it. Play it to watch the answer form, or go to any step.";
  }
  const { maps, width } = model.configuration;
  const each = width > 1 ? `${maps} numbers in each of ${width} columns` : `${maps} numbers`;
  return `A Neural GPU computes in this page: for each position of the input it keeps ${each}, its maps, and one rule, ` +
    "learned from examples, changes all of them at each step by looking at nothing but the positions beside them. " +
    "Play it to watch the answer form, go to any step, or damage the state and see whether it heals.";
}

/**
 * The text of a page that plays how a model, or an automaton, computes an input, which has symbols of the model's alphabet alone. Throws a
 * `RunError` where the input is too long for a page.
 */
export function tracePage(model: Model | Automaton, beginning: Beginning): string {
  const { length } = beginning.input;
  if (length > MOST_SYMBOLS) {
    const [given, expected] = [`${figure(length)} symbols`, `at most ${figure(MOST_SYMBOLS)}`];
    throw new RunError(`Cannot show the trace in a page: its input has ${given}, expected ${expected}`, {
      code: "too_large",
      subject: "input",
      given,
      expected,
    });
  }
  const known = findProblem(model.problem.name)?.title ?? `The problem ${model.problem.name}`;
  const title = `${known} (${labelOf(beginning.name)})`;
  const head = `<h1>${escapeXml(title)}</h1>\n<p>${escapeXml(explanationOf(model))}</p>`;
  return pageWith({ title, head }, model, beginning);
}
