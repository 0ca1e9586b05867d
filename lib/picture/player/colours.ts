/** The colours of values, which follow whether the reader prefers dark paper, and those of the page's style. */

import { cellColor, type Color, DARK, LIGHT, stateColor } from "../state_colors.ts";

const dark = globalThis.matchMedia("(prefers-color-scheme: dark)");

/** Number of shades on each side of zero. */
const SHADES = 127;

/** The shades from −1 to 1, as pixels of an image: red in the lowest byte. */
function shadesNow(): Uint32Array {
  return Uint32Array.from(
    { length: 2 * SHADES + 1 },
    (_, i) => pixel(stateColor(i / SHADES - 1, dark.matches ? DARK : LIGHT)),
  );
}

function pixel([red, green, blue]: Color): number {
  return (255 << 24) | (blue << 16) | (green << 8) | red;
}

let shades = shadesNow();

/** Calls a function when the reader changes between dark and light. */
export function onSchemeChange(changed: () => void): void {
  dark.addEventListener("change", () => {
    shades = shadesNow();
    changed();
  });
}

/** The pixels of values, of which those beyond −1 and 1 look like these; or of the numbers of an automaton's states. */
export function pixelsOf(isAutomaton: boolean): (value: number) => number {
  return isAutomaton
    ? (state) => pixel(cellColor(state))
    : (value) => shades[Math.round(Math.max(-1, Math.min(1, value)) * SHADES) + SHADES]!;
}

/** A colour of the page's style, by the name of its variable. */
export function colourOf(name: "ink" | "paper" | "wrong" | "faint"): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
}
