/** How the lines of a chart are told apart: by colour, and without colours by dash and marker. */

/** What a line, its points and their entry in the legend look like. */
export interface SeriesStyle {
  readonly colour: string;
  /** Lengths of dashes and gaps, as SVG writes them. */
  readonly dash: string;
  /** The name of a symbol of Plot. */
  readonly symbol: string;
}

/**
 * The palette of Okabe & Ito (2008), which the colour-blind tell apart, with a colour for dark paper where its own would
 * hardly be seen there. Yellow is left out: nobody sees it on white.
 */
const COLOURS: readonly { readonly light: string; readonly dark?: string }[] = [
  { light: "#0072b2", dark: "#4aa3df" },
  { light: "#d55e00" },
  { light: "#009e73" },
  { light: "#cc79a7" },
  { light: "#e69f00" },
  { light: "#56b4e9", dark: "#8ed0f5" },
  { light: "#000000", dark: "#ffffff" },
];

const DASHES: readonly string[] = ["none", "8 4", "2 3", "10 3 2 3", "14 5"];

const SYMBOLS: readonly string[] = ["circle", "square", "triangle", "diamond", "star", "wye", "cross"];

/** The style of the line of that index: the first 35 differ. */
export function styleOf(index: number): SeriesStyle {
  return {
    colour: COLOURS[index % COLOURS.length]!.light,
    dash: DASHES[index % DASHES.length]!,
    symbol: SYMBOLS[index % SYMBOLS.length]!,
  };
}

/** The colour of what is wrong. */
export const WRONG = "#d55e00";

/** The class of every picture, to which its styles are bound: a page may hold several. */
export const CLASS = "neural-gpu-picture";

const DARK = COLOURS.filter(({ dark }) => dark !== undefined).flatMap(({ light, dark }) =>
  ["fill", "stroke"].map((name) => `.${CLASS} [${name}="${light}"]{${name}:${dark}}`)
);

/** The styles of a picture, which follow whether the reader prefers dark paper. Without them it is black on white. */
export const STYLES: string = [
  `.${CLASS}{max-width:100%;height:auto}`,
  `@media (prefers-color-scheme:dark){.${CLASS}{color:#e6edf3}.${CLASS} .paper{fill:#0d1117}${
    DARK.join("")
  }}`,
].join("");
