/** The player: a question, a step that is looked at, and all that shows it. */
import type { PageData } from "../page_data.ts";
import { figure } from "../../errors.ts";
import { Clock } from "./clock.ts";
import { onSchemeChange } from "./colours.ts";
import { type Computer, computerOf } from "./computer.ts";
import { element } from "./elements.ts";
import { MapFilm } from "./map_film.ts";
import { busiestMaps, MapChoice } from "./maps.ts";
import { ask } from "./question.ts";
import { type Cell, Scene } from "./scene.ts";
import { StateView } from "./state_view.ts";
import { drawTape } from "./tape.ts";
import { cellText, damageText, givenText, healingText, verdictOf, wordsOf, writtenText } from "./texts.ts";

/** How long it computes before it shows anything, and in a frame, in milliseconds. */
const [AT_FIRST, IN_A_FRAME] = [150, 10];

/** Shows a model that computes. */
export class Player {
  readonly clock: Clock;
  readonly model: PageData["model"];
  readonly #data: PageData;
  readonly #computer: Computer;
  readonly #maps: MapChoice;
  #scene: Scene | undefined;
  #state: StateView | undefined;
  #films: MapFilm[] = [];
  #step = 0;
  #followsEnd = false;
  #cell: Cell | undefined;

  /** A player of the model of a page. */
  constructor(data: PageData, onPlaying: (playing: boolean) => void) {
    this.model = data.model;
    this.#data = data;
    this.#computer = computerOf(data);
    this.clock = new Clock({
      work: () => this.#work(IN_A_FRAME),
      move: (steps) => this.#move(steps),
      draw: () => this.#draw(),
    }, onPlaying);
    this.#maps = new MapChoice(this.#computer.maps, () => this.#remakeFilms());
    onSchemeChange(() => this.#remakeFilms());
    new ResizeObserver(() => this.clock.redraw()).observe(element("stage", HTMLElement));
  }

  /** Computes an input, and shows its last step. Throws on what is none. */
  ask(input: string): void {
    const { target } = this.#data;
    const question = ask(input, this.model, input === this.#data.input ? target : undefined);
    this.clock.play(false);
    const isFirst = this.#scene === undefined;
    this.#scene?.dispose();
    const scene = this.#scene = new Scene(question, this.#computer);
    scene.work(AT_FIRST);
    this.#state = new StateView(scene.undamaged, {
      onPoint: (cell) => this.#point(cell),
      onChoose: (cell) => this.#damage(cell),
    });
    this.#cell = undefined;
    if (isFirst) this.#maps.choose(this.#data.maps ?? busiestMaps(scene.undamaged));
    element("step", HTMLInputElement).max = String(question.steps);
    this.#followsEnd = true;
    this.#step = scene.known;
    this.#remakeFilms();
    this.#draw();
    performance.mark("answer");
  }

  /** The number of steps of the question. */
  get steps(): number {
    return this.#scene!.question.steps;
  }

  /** Looks at a step, which may be beyond the ends. */
  show(step: number): void {
    this.#followsEnd = step >= this.steps;
    this.#step = Math.max(0, Math.min(this.#scene!.known, step));
    this.clock.redraw();
  }

  /** Looks at a step so much later. */
  move(by: number): void {
    this.clock.play(false);
    this.show(this.#step + by);
  }

  /** Plays on, or again from the start, or stops. */
  toggle(): void {
    if (!this.clock.playing && this.#step === this.#scene!.last) this.#step = 0;
    this.#followsEnd = false;
    this.clock.play(!this.clock.playing);
  }

  /** Takes all damages back. */
  heal(): void {
    this.#scene!.heal();
    this.#remakeFilms();
  }

  #damage(cell: Cell): void {
    const scene = this.#scene!;
    const { maps, isAutomaton } = this.#computer;
    if (isAutomaton) return;
    const first = this.#state!.placeOf({ ...cell, map: 0 });
    const isWide = element("whole-position", HTMLInputElement).checked;
    scene.damage(
      this.#step,
      isWide ? Array.from({ length: maps }, (_, map) => first + map) : [first + cell.map],
    );
    scene.work(AT_FIRST);
    this.#remakeFilms();
  }

  #point(cell: Cell): void {
    this.#cell = cell;
    this.clock.redraw();
  }

  #remakeFilms(): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    const shown = { recording: scene.recording, undamaged: scene.comparison && scene.undamaged };
    const { width } = this.#computer;
    this.#films = this.#maps.chosen.flatMap((map) =>
      Array.from({ length: width }, (_, column) =>
        new MapFilm(shown, { map, column }, (step) => {
          this.clock.play(false);
          this.show(step);
        }))
    );
    element("films", HTMLElement).replaceChildren(...this.#films.map(({ figure }) => figure));
    this.clock.redraw();
  }

  #work(milliseconds: number): boolean {
    const scene = this.#scene!;
    if (!scene.complete) scene.work(milliseconds);
    if (this.#followsEnd) this.#step = scene.known;
    this.#step = Math.min(this.#step, scene.known);
    return !scene.complete;
  }

  #move(steps: number): boolean {
    const { known, last } = this.#scene!;
    this.#step = Math.min(known, this.#step + steps);
    return this.#step < last;
  }

  #draw(): void {
    const scene = this.#scene!;
    const step = this.#step;
    const { question, undamaged, recording, comparison } = scene;
    const readOut = scene.readOut(recording, step);
    drawTape(question, readOut, this.model.problem.symbols);
    const state = recording.stateAt(step);
    const other = comparison && undamaged.stateAt(step);
    this.#state!.draw(state, other);
    for (const film of this.#films) film.draw(step);
    const texts: Readonly<Record<string, string>> = {
      "given": givenText(question.input, this.model),
      "written": wordsOf(writtenText(readOut, this.model), this.model),
      "truth": question.target === undefined ? "not known" : wordsOf(question.target, this.model),
      "verdict": verdictOf(scene, step, readOut),
      "step-text": `Step ${figure(step)} of ${figure(question.steps)}`,
      "damage": comparison
        ? damageText(scene)
        : "Nothing is damaged. Click a value of the state to damage it.",
      "healing": healingText(scene, step, this.model),
      "timing": this.#timing(),
      "cell": this.#cellText(state, other),
    };
    for (const [id, text] of Object.entries(texts)) setText(id, text);
    const slider = element("step", HTMLInputElement);
    slider.value = String(step);
    slider.setAttribute("aria-valuetext", `step ${step}`);
    element("heal", HTMLButtonElement).disabled = comparison === undefined;
  }

  /** What is pointed at; nothing before that, and after another question. */
  #cellText(state: Float32Array, undamaged: Float32Array | undefined): string {
    if (this.#cell === undefined) return "";
    const place = this.#state!.placeOf(this.#cell);
    return cellText(this.#cell, state[place]!, undamaged?.[place], this.#computer);
  }

  #timing(): string {
    const { undamaged, milliseconds, question: { positions, steps } } = this.#scene!;
    const done = undamaged.known === steps
      ? `${figure(steps)} steps`
      : `${figure(undamaged.known)} of ${figure(steps)} steps`;
    const kept = undamaged.stride > 1 ? `; of every ${undamaged.stride} steps the pictures show one` : "";
    return `${done} of ${figure(positions)} positions computed in ${
      figure(Math.round(milliseconds))
    } ms${kept}.`;
  }
}

function setText(id: string, text: string): void {
  const found = element(id, HTMLElement);
  if (found.textContent !== text) found.textContent = text;
}
