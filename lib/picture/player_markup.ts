/** What the player's script fills and listens to. */
import { arithmeticOf } from "../evaluation/questions.ts";
import { type Automaton, isAutomaton } from "../automaton/automaton.ts";
import type { Model } from "../model/model.ts";
import { escapeXml } from "./picture.ts";

/** The elements of the player of a model, or of an automaton, which has no maps and is not damaged. */
export function playerMarkup(model: Model | Automaton): string {
  const { problem } = model;
  const ofMaps = isAutomaton(model) ? " hidden" : "";
  const arithmetic = arithmeticOf({ problem });
  const operator = escapeXml(arithmetic?.operator ?? "");
  const alphabet = escapeXml([...problem.symbols].join(" "));
  const order = arithmetic === undefined ? "" : ", least significant digit first";
  return `<form id="question" autocomplete="off">
<label class="field"${arithmetic === undefined ? " hidden" : ""}>A ${operator} B, whole decimal numbers
<input id="expression" inputmode="text" spellcheck="false" aria-describedby="error"></label>
<label class="field">Input of the symbols ${alphabet}${order}
<input id="symbols" spellcheck="false" autocapitalize="off" aria-describedby="error"></label>
<button class="main">Compute</button>
</form>
<p id="error" role="alert"></p>
<div id="reading" aria-live="polite">
<dl><dt>Input</dt><dd id="given" tabindex="0"></dd><dt>Reads out</dt><dd id="written" tabindex="0"></dd>
<dt>Right answer</dt><dd id="truth" tabindex="0"></dd></dl>
<p id="verdict"></p>
</div>
<div class="row" role="group" aria-label="Steps">
<button type="button" id="play" class="main">Play</button>
${iconButton("start", "First step", "M2 2h2v12H2zM14 2v12L5 8z")}
${iconButton("back", "Step back", "M12 2v12L3 8z")}
${iconButton("forward", "Step forward", "M4 2v12l9-6z")}
${iconButton("end", "Last step", "M12 2h2v12h-2zM2 2v12l9-6z")}
<input type="range" id="step" min="0" value="0" aria-label="Step">
<span id="step-text"></span>
<label>Speed <select id="speed">${
    [2, 5, 10, 30, 60, 240].map((speed) => `<option value="${speed}">${speed} steps a second</option>`).join(
      "",
    )
  }</select></label>
</div>
<div class="views" id="stage">
<section aria-labelledby="now">
<h3 id="now">The state at this step</h3>
<canvas id="tape" role="img" aria-label="Input, read-out and right answer, symbol by symbol; their texts stand above"></canvas>
<p class="faint">Three lines: the input, what the state reads out as, and the right answer. A bar below a symbol
tells how sure the read-out is; a wrong one is shaded and has a thick edge. Below: ${
    isAutomaton(model) ? "a colour for each state" : "a row for each map"
  }.</p>
<figure id="state"></figure>
<p id="cell" aria-live="polite"></p>
<div class="scale"${ofMaps}><span>−1</span><i></i><span>+1</span></div>
<div class="row"${ofMaps}><label><input type="checkbox" id="whole-position"> damage all maps of a position</label>
<button type="button" id="heal">Take all damage back</button></div>
<p id="damage"${ofMaps}></p>
<p id="healing" aria-live="polite"></p>
</section>
<section aria-labelledby="over-time">
<h3 id="over-time">${isAutomaton(model) ? "States" : "Maps"} over time</h3>
<p class="faint">From left to right the positions, from top to bottom the steps. Click a picture to go to a step.</p>
<div id="films"></div>
<div${ofMaps}>
<h3 id="which">Which maps</h3>
<div id="maps" role="group" aria-labelledby="which"></div>
<div class="row"><button type="button" id="all-maps">All</button><button type="button" id="no-maps">None</button></div>
</div>
</section>
</div>
<details><summary>Keys${isAutomaton(model) ? "" : ", and what damage means"}</summary>
<ul>
<li><kbd>Space</kbd> plays and pauses, <kbd>←</kbd> and <kbd>→</kbd> go a step back and forward, <kbd>Home</kbd> and
<kbd>End</kbd> to the first and the last step<span${ofMaps}>, <kbd>R</kbd> takes all damage back</span>.</li>
<li id="keys-state"${ofMaps}>With the focus on the state, arrow keys choose a value and <kbd>Enter</kbd> damages it.</li>
<li${ofMaps}>The first click on a value sets it to 0 at this step, the second flips its sign, the third takes that back. From
there on the network computes with what it finds. Dots mark values that differ by more than 0.2 from those without
the damage, until they heal.</li>
</ul></details>
<p id="timing" class="faint"></p>
`;
}

/** A button with a picture, which a screen reader calls by a name. */
function iconButton(id: string, name: string, path: string): string {
  return `<button type="button" id="${id}" aria-label="${name}" title="${name}">` +
    `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg></button>`;
}
