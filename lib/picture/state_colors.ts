/** The colours of values and symbols, which the colour-blind tell apart. */

/** Red, green and blue, each from 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** The colours of −1, 0 and 1: two hues around that of the paper, which differ in brightness too. */
export type Scale = readonly [low: Color, middle: Color, high: Color];

/** The scale on white paper. */
export const LIGHT: Scale = [[230, 97, 1], [247, 247, 247], [64, 20, 120]];

/** The scale on dark paper. */
export const DARK: Scale = [[253, 139, 52], [30, 34, 40], [190, 172, 255]];

/** The colour of a value of a state, limited to −1 … 1. */
export function stateColor(value: number, [low, middle, high]: Scale = LIGHT): Color {
  const end = value < 0 ? low : high;
  const part = Math.min(1, Math.abs(value));
  return [0, 1, 2].map((i) => Math.round(middle[i]! + (end[i]! - middle[i]!) * part)) as unknown as Color;
}

/**
 * The colour of a state of an automaton's cell. Hues of states with near numbers are far apart, and they take turns in three
 * degrees of lightness, which those see who tell no hues apart.
 */
export function cellColor(state: number): Color {
  const hue = state * 137.508 % 360;
  const lightness = [0.82, 0.6, 0.4][state % 3]!;
  const reach = 0.7 * Math.min(lightness, 1 - lightness);
  // As CSS has it for hsl(): https://www.w3.org/TR/css-color-4/#hsl-to-rgb
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  }) as unknown as Color;
}

/** The colour of padding. */
const PADDING: Color = [247, 247, 247];

/** Light colours of the first symbols of an alphabet, on which black letters can be read. */
const SYMBOLS: readonly Color[] = [
  [213, 229, 243],
  [86, 156, 214],
  [230, 159, 0],
  [170, 216, 190],
  [230, 196, 216],
  [240, 228, 66],
  [200, 200, 200],
  [250, 190, 150],
  [140, 200, 200],
  [190, 170, 220],
  [225, 225, 170],
  [160, 160, 160],
];

/** The colour of a symbol; a space is padding. Those of a large alphabet repeat. */
export function symbolColor(symbol: string, symbols: string): Color {
  return symbol === " " ? PADDING : SYMBOLS[symbols.indexOf(symbol) % SYMBOLS.length]!;
}
