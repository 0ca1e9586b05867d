/** Colours of values: orange below zero and blue above, which the colour-blind tell apart, around the page's paper. */

const dark = globalThis.matchMedia("(prefers-color-scheme: dark)");

/** Red, green and blue. */
type Colour = readonly [number, number, number];

const SCALES: Readonly<Record<"light" | "dark", readonly [low: Colour, zero: Colour, high: Colour]>> = {
  light: [[179, 88, 6], [250, 250, 250], [33, 92, 172]],
  dark: [[247, 146, 52], [34, 38, 45], [98, 168, 244]],
};

/** Numbers of shades on each side of zero. */
const SHADES = 127;

/** The shades from −1 to 1, as pixels of an image: red in the lowest byte. */
function shadesOf(scale: keyof typeof SCALES): Uint32Array {
  const [low, zero, high] = SCALES[scale];
  return Uint32Array.from({ length: 2 * SHADES + 1 }, (_, i) => {
    const share = Math.abs(i - SHADES) / SHADES;
    const end = i < SHADES ? low : high;
    const [red, green, blue] = zero.map((from, k) => Math.round(from + (end[k]! - from) * share));
    return (255 << 24) | (blue! << 16) | (green! << 8) | red!;
  });
}

let shades = shadesOf(dark.matches ? "dark" : "light");

/** Calls a function when the reader changes between dark and light. */
export function onSchemeChange(changed: () => void): void {
  dark.addEventListener("change", () => {
    shades = shadesOf(dark.matches ? "dark" : "light");
    changed();
  });
}

/** The pixel of a value. Those beyond −1 and 1 look like these. */
export function pixelOf(value: number): number {
  return shades[Math.round(Math.max(-1, Math.min(1, value)) * SHADES) + SHADES]!;
}

/** A colour of the page's style, by the name of its variable. */
export function colourOf(name: "ink" | "paper" | "wrong" | "faint"): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
}
