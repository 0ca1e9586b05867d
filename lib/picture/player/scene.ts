/** One question and its runs: as the model computes it, and with the damages that were done to it. */
import type { ReadOut } from "../../engine/plain.ts";
import type { Computer } from "./computer.ts";
import { Comparison } from "./comparison.ts";
import type { Question } from "./question.ts";
import { type Damage, type Recorded, Recording } from "./recording.ts";

/** A value of a state. */
export interface Cell {
  readonly column: number;
  readonly position: number;
  readonly map: number;
}

/** A question that is being computed. */
export class Scene {
  readonly question: Question;
  readonly #recorded: Recorded;
  readonly undamaged: Recording;
  readonly damages = new Map<number, Map<number, Damage>>();
  comparison: Comparison | undefined;
  /** Milliseconds that the steps of the undamaged run took. */
  milliseconds = 0;

  /** Starts the run of a question. */
  constructor(question: Question, computer: Computer) {
    this.question = question;
    const { positions, steps, numbers } = question;
    this.#recorded = { computer, positions, steps };
    this.undamaged = Recording.start(this.#recorded, computer.initial(numbers));
  }

  /** The run that is looked at. */
  get recording(): Recording {
    return this.comparison?.damaged ?? this.undamaged;
  }

  /** Whether all is computed that can be. */
  get complete(): boolean {
    return this.undamaged.complete && this.recording.complete;
  }

  /** The last step that can be looked at. */
  get known(): number {
    return Math.min(this.undamaged.known, this.recording.known);
  }

  /** The last step that can be looked at once all is computed. */
  get last(): number {
    return this.complete ? this.known : this.question.steps;
  }

  /** Computes for some milliseconds, the undamaged run first. */
  work(milliseconds: number): void {
    const start = performance.now();
    let now = start;
    while (!this.complete && now - start < milliseconds) {
      const run = this.undamaged.complete ? this.recording : this.undamaged;
      run.advance();
      const before = now;
      now = performance.now();
      if (run === this.undamaged) this.milliseconds += now - before;
    }
  }

  /** What the state at a step says. */
  readOut(recording: Recording, step: number): ReadOut {
    const { computer, positions } = this.#recorded;
    return computer.readOut(recording.stateAt(step), positions);
  }

  /** Changes what is done to values at a step: nothing, then set to zero, then with the other sign, and again nothing. */
  damage(step: number, places: readonly number[]): void {
    const own = this.damages.get(step) ?? new Map<number, Damage>();
    this.damages.set(step, own);
    const before = own.get(places[0]!);
    for (const place of places) {
      if (before === "flipped") own.delete(place);
      else own.set(place, before === "zero" ? "flipped" : "zero");
    }
    if (own.size === 0) this.damages.delete(step);
    this.#replay();
  }

  /** Takes all damages back. */
  heal(): void {
    this.damages.clear();
    this.#replay();
  }

  #replay(): void {
    this.comparison?.damaged.dispose();
    this.comparison = this.damages.size === 0
      ? undefined
      : new Comparison(this.undamaged, this.undamaged.damaged(this.damages));
  }

  /** Frees what it computes with. */
  dispose(): void {
    this.comparison?.damaged.dispose();
    this.undamaged.dispose();
  }
}
