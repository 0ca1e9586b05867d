/** What people press, type and drag. */
import { messageOf } from "../../errors.ts";
import { arithmeticOf } from "../../evaluation/questions.ts";
import { element } from "./elements.ts";
import type { Player } from "./player.ts";
import { expressionOf, inputOf } from "./question.ts";

/** How many seconds a run should take at first. */
const SECONDS = 6;

/** Connects the controls of the page with a player, and asks it the first question. */
export function connect(player: Player, input: string): void {
  connectForm(player, input);
  connectButtons(player);
  connectKeys(player);
  const speed = element("speed", HTMLSelectElement);
  const wanted = player.steps / SECONDS;
  const nearest = [...speed.options].map(({ value }) => Number(value))
    .sort((a, b) => Math.abs(Math.log(a / wanted)) - Math.abs(Math.log(b / wanted)))[0]!;
  const follow = () => player.clock.speed = Number(speed.value);
  speed.value = String(nearest);
  speed.addEventListener("change", follow);
  follow();
}

/** The form: an expression where the model computes with numbers, and the input itself. Each follows the other. */
function connectForm(player: Player, first: string): void {
  const { model } = player;
  const expression = element("expression", HTMLInputElement);
  const symbols = element("symbols", HTMLInputElement);
  const error = element("error", HTMLElement);
  const computes = arithmeticOf(model) !== undefined;
  const askFor = (inputOfForm: () => string, typed: HTMLInputElement) => {
    try {
      const input = inputOfForm();
      player.ask(input);
      symbols.value = input;
      if (computes) expression.value = expressionOf(input, model);
      error.textContent = "";
      for (const field of [expression, symbols]) field.removeAttribute("aria-invalid");
    } catch (thrown) {
      error.textContent = messageOf(thrown);
      typed.setAttribute("aria-invalid", "true");
    }
  };
  let lastTyped = computes ? expression : symbols;
  for (const field of [expression, symbols]) field.addEventListener("input", () => lastTyped = field);
  element("question", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    askFor(
      () => lastTyped === expression ? inputOf(expression.value, model) : symbols.value.trim(),
      lastTyped,
    );
  });
  symbols.value = first;
  askFor(() => first, symbols);
  if (error.textContent !== "") player.ask(model.problem.symbols[0]!); // it has to show something
}

function connectButtons(player: Player): void {
  const actions: Readonly<Record<string, () => void>> = {
    play: () => player.toggle(),
    back: () => player.move(-1),
    forward: () => player.move(1),
    start: () => player.move(-Infinity),
    end: () => player.move(Infinity),
    heal: () => player.heal(),
  };
  for (const [id, action] of Object.entries(actions)) {
    element(id, HTMLButtonElement).addEventListener("click", action);
  }
  const slider = element("step", HTMLInputElement);
  slider.addEventListener("input", () => {
    player.clock.play(false);
    player.show(Number(slider.value));
  });
}

/** Keys that work wherever the focus is, unless it is where they mean something else. */
function connectKeys(player: Player): void {
  const actions: Readonly<Record<string, () => void>> = {
    " ": () => player.toggle(),
    ArrowLeft: () => player.move(-1),
    ArrowRight: () => player.move(1),
    Home: () => player.move(-Infinity),
    End: () => player.move(Infinity),
    r: () => player.heal(),
  };
  document.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, altKey, metaKey } = event;
    const action = actions[key];
    if (action === undefined || ctrlKey || altKey || metaKey || !(target instanceof Element)) return;
    const taken = key === " " ? "button, input, select, summary" : "input:not([type=checkbox]), select";
    if (target.closest(taken) !== null) return;
    event.preventDefault();
    action();
  });
}
