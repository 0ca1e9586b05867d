/** Which maps are shown over time. */
import { create, element } from "./elements.ts";
import type { Recording } from "./recording.ts";

/** How many pictures there are at first: of a map there is one for each column. */
const FIRST = 6;

/** Buttons that choose maps. */
export class MapChoice {
  readonly #buttons: HTMLButtonElement[];
  readonly #onChange: () => void;

  /** A button for each of the maps. */
  constructor(maps: number, onChange: () => void) {
    this.#onChange = onChange;
    this.#buttons = Array.from({ length: maps }, (_, map) => {
      const button = create("button", { type: "button", "aria-label": `Map ${map}` }, String(map));
      button.addEventListener("click", () => this.#press([button], button.ariaPressed !== "true"));
      return button;
    });
    element("maps", HTMLElement).append(...this.#buttons);
    element("all-maps", HTMLButtonElement).addEventListener("click", () => this.#press(this.#buttons, true));
    element("no-maps", HTMLButtonElement).addEventListener("click", () => this.#press(this.#buttons, false));
  }

  #press(buttons: readonly HTMLButtonElement[], pressed: boolean): void {
    for (const button of buttons) button.ariaPressed = String(pressed);
    this.#onChange();
  }

  /** Chooses maps. */
  choose(maps: readonly number[]): void {
    this.#buttons.forEach((button, map) => button.ariaPressed = String(maps.includes(map)));
  }

  /** The maps that are chosen. */
  get chosen(): number[] {
    return [...this.#buttons.keys()].filter((map) => this.#buttons[map]!.ariaPressed === "true");
  }
}

/** The maps that change most from step to step, which show most of the computation. */
export function busiestMaps(recording: Recording): number[] {
  const count = Math.max(1, Math.round(FIRST / recording.recorded.computer.width));
  return [...changesOf(recording).entries()].sort(([, a], [, b]) => b - a).slice(0, count).map(([map]) =>
    map
  );
}

/** How much each map changes, over the states that are known. */
function changesOf(recording: Recording): Float64Array {
  const { maps } = recording.recorded.computer;
  const sums = new Float64Array(maps);
  for (let index = 1; index * recording.stride <= recording.known; index++) {
    const [state, before] = [recording.keptAt(index), recording.keptAt(index - 1)];
    for (let i = 0; i < state.length; i++) sums[i % maps]! += Math.abs(state[i]! - before[i]!);
  }
  return sums;
}
