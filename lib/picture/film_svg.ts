/** The picture of a trace as SVG: what is read out after each step, and how the maps of the state change. */
import type { Film } from "./film.ts";
import { layOut, type Panel } from "./panels.ts";
import { escapeXml } from "./picture.ts";
import { panelPng } from "./pixels.ts";
import { stateColor } from "./state_colors.ts";
import { CLASS, STYLES, WRONG } from "./style.ts";

/** The most width, unless one panel is wider. */
const WIDTH = 960;
/** The least size of a cell in which a letter can be read. */
const LETTER = 9;
/** The largest size of a cell. */
const LARGEST = 16;
/** The room to the left, where the names of lines stand. */
const LEFT = 92;
const MARGIN = 12;
const TITLE = 44;
/** The sizes of the letters of words. */
const FONT = 12;
const LEGEND = { width: 120, height: 10 };

/** The words end at their place. */
const END = `text-anchor="end"`;

/** Draws a film. */
export async function filmSvg(film: Film): Promise<string> {
  const { problem, input, positions, steps } = film.trace;
  const cell = Math.min(LARGEST, Math.max(1, Math.floor((WIDTH - LEFT) / 2 / positions)));
  const lettered = cell >= LETTER;
  const layout = layOut(film, {
    width: WIDTH - LEFT,
    cell,
    mapCell: film.maps.length <= 2 ? cell : Math.max(1, Math.floor(cell / 2)),
    gap: { x: 16, y: 30 },
    around: { above: lettered ? cell + 30 : 16, below: lettered ? cell + 30 : 26 },
  });
  const parts = await Promise.all(layout.panels.map(async (panel) => {
    const href = `data:image/png;base64,${(await panelPng(film, panel)).toBase64()}`;
    const [wide, high] = [positions * panel.cell, (steps + 1) * panel.cell];
    return text(panel.x, panel.y - 6, panel.title) +
      `<image x="${panel.x}" y="${panel.y}" width="${wide}" height="${high}" href="${href}" ` +
      `preserveAspectRatio="none" style="image-rendering:pixelated"/>` +
      `<rect x="${panel.x}" y="${panel.y}" width="${wide}" height="${high}" fill="none" stroke="currentColor" ` +
      `stroke-width="0.5"/>`;
  }));
  const width = Math.max(LEFT + layout.width + MARGIN, 480);
  const height = TITLE + layout.height + 40 + MARGIN;
  const title = `${problem.name} computes ${short(input)} in ${steps} steps`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="${CLASS}" viewBox="0 0 ${width} ${height}" ` +
    `width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="${FONT}" ` +
    `fill="currentColor" role="img"><title>${escapeXml(title)}</title><style>${STYLES}</style>` +
    `<rect class="paper" width="${width}" height="${height}" fill="white"/>` +
    `<text x="${MARGIN}" y="26" font-size="16" font-weight="600">${escapeXml(title)}</text>` +
    `<g transform="translate(${LEFT},${TITLE})">${parts.join("")}` +
    beside(film, layout.panels[0]!, lettered) + `</g>` +
    legend(film.trace, LEFT, height - MARGIN - LEGEND.height - 4) + `</svg>\n`;
}

/** What stands around the read-out: steps at its left, the input above it, the right answer and positions below it. */
function beside({ trace, readOuts }: Film, { x, y, cell }: Panel, lettered: boolean): string {
  const { input, target, steps, positions } = trace;
  const bottom = y + (steps + 1) * cell;
  const stepTicks = ticks(steps, cell).map((step) =>
    text(x - 6, y + (step + 0.5) * cell + 4, String(step), END)
  );
  const below = bottom + (lettered && target !== undefined ? cell + 6 : 0) + 16;
  const positionTicks = ticks(positions - 1, cell).map((position) =>
    text(x + (position + 0.5) * cell, below, String(position), `text-anchor="middle"`)
  );
  const words = [
    text(x - 30, y + 4 + cell / 2, "step", END),
    ...stepTicks,
    text(x - 6, below, "position", END),
    ...positionTicks,
  ];
  if (!lettered) return words.join("");
  words.push(...readOuts.map((symbols, step) => letters(x, y + step * cell, cell, symbols, `fill="#111"`)));
  words.push(text(x - 6, y - 24 - cell * 0.2, "input", END), letters(x, y - 24 - cell, cell, input));
  if (target === undefined) return words.join("");
  const [last, padded] = [readOuts.at(-1)!, target.padEnd(positions)];
  const wrong = [...padded].map((symbol, k) =>
    symbol === last[k] ? "" : `<rect x="${x + k * cell + 1}" y="${bottom - cell + 1}" width="${cell - 2}" ` +
      `height="${cell - 2}" fill="none" stroke="${WRONG}" stroke-width="2"/>`
  );
  words.push(...wrong, text(x - 6, bottom + 6 + cell * 0.8, "right answer", END));
  words.push(letters(x, bottom + 6, cell, padded));
  return words.join("");
}

/** Numbers from 0 to `last` whose labels have room, the last one among them. */
function ticks(last: number, cell: number): number[] {
  const every = Math.max(1, Math.ceil(34 / cell), Math.ceil(last / 12));
  const regular = Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => i * every);
  return [...regular.filter((value) => last - value >= every), last];
}

/** Symbols in a line of cells, each in the middle of its own; padding as a dot. */
function letters(x: number, y: number, cell: number, symbols: string, more = ""): string {
  const places = Array.from(symbols, (_, k) => x + (k + 0.5) * cell).join(" ");
  return `<text x="${places}" y="${y + cell * 0.8}" font-family="ui-monospace, monospace" ` +
    `font-size="${Math.round(cell * 0.85)}" text-anchor="middle" ${more}>${
      escapeXml(symbols.replaceAll(" ", "·"))
    }</text>`;
}

function text(x: number, y: number, words: string, more = ""): string {
  return `<text x="${x}" y="${y}" ${more}>${escapeXml(words)}</text>`;
}

/** What the colours of the maps mean. */
function legend({ cellStates }: Film["trace"], x: number, y: number): string {
  if (cellStates !== undefined) {
    return text(x, y + LEGEND.height, `a colour for each of ${cellStates - 1} states of a cell`);
  }
  const stops = [-1, 0, 1].map((value) =>
    `<stop offset="${(value + 1) / 2}" stop-color="rgb(${stateColor(value)})"/>`
  );
  const { width, height } = LEGEND;
  const start = x + 124;
  return `<defs><linearGradient id="values">${stops.join("")}</linearGradient></defs>` +
    text(x, y + height, "values of maps: −1") +
    `<rect x="${start}" y="${y}" width="${width}" height="${height}" fill="url(#values)" stroke="currentColor" ` +
    `stroke-width="0.5"/>` + text(start + width + 8, y + height, "1");
}

/** The start of a long text. */
function short(words: string): string {
  return words.length > 40 ? `${words.slice(0, 20)}…${words.slice(-19)}` : words;
}
