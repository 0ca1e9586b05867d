/** Pictures, and the SVG files that they become. */
import { printable } from "../errors.ts";
import { CLASS, STYLES } from "./style.ts";

/** A part of a picture. */
export interface Part {
  /** Its height, in pixels. All parts are {@linkcode WIDTH} wide. */
  readonly height: number;
  /** Elements of SVG. */
  readonly body: string;
}

/** A picture without a file around it, so that several can share one. */
export interface Picture extends Part {
  /** What it shows, for those who do not see it. */
  readonly label: string;
}

/** The width of a picture in pixels: on a phone it shrinks to about a half and can still be read. */
export const WIDTH = 640;

/** The height of a line of text. */
const LINE = 17;

/** Pictures, one below the other, as the text of an SVG file. The same pictures give the same bytes. */
export function svgText(pictures: readonly Picture[]): string {
  const { height, body } = stacked(pictures);
  const label = escapeXml(pictures.map(({ label }) => label).join("; "));
  const text = `<svg xmlns="http://www.w3.org/2000/svg" class="${CLASS}" role="img" aria-label="${label}" ` +
    `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" color="#1f2328" fill="currentColor" ` +
    `font-family="system-ui,sans-serif" font-size="12">\n<style>${STYLES}</style>\n` +
    `<rect class="paper" width="${WIDTH}" height="${height}" fill="#ffffff"/>\n${body}\n</svg>\n`;
  return text.replace(NOT_XML, "\ufffd").toWellFormed();
}

/** Parts of a picture, one below the other. */
export function stacked(parts: readonly Part[]): Part {
  let height = 0;
  const bodies = parts.map((part) => {
    const body = `<g transform="translate(0,${height})">${part.body}</g>`;
    height += part.height;
    return body;
  });
  return { height, body: bodies.join("\n") };
}

/** Characters that XML cannot hold, not even escaped. */
// deno-lint-ignore no-control-regex
const NOT_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A text as it stands in XML and HTML, also between double quotes. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}

/** A name from a file as a label: one line, of which the end says most where it is long. */
export function labelOf(name: string, most = 60): string {
  const line = printable(name, Infinity);
  return line.length > most ? `…${line.slice(1 - most)}` : line;
}

/** The head of a picture: its title and what has to be known to read it, in lines that are not too wide. */
export function headOf(title: string, notes: readonly string[]): Part {
  const lines = [
    ...wrapped(title, 70).map((text) => ({ text, style: ' font-size="15" font-weight="600"' })),
    ...notes.flatMap((note) => wrapped(note, 100)).map((text) => ({ text, style: "" })),
  ];
  const body = lines.map(({ text, style }, i) =>
    `<text x="12" y="${22 + i * LINE}"${style}>${escapeXml(text)}</text>`
  );
  return { height: 14 + lines.length * LINE, body: body.join("\n") };
}

/** The words of a text in lines of at most so many characters. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
