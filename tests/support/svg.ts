/** Reads SVG, for tests of what pictures contain. */
import { assert, assertEquals } from "@std/assert";

/** An element of XML. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  /** The text in it, and in the elements in it. */
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** The text that XML stands for. */
function decoded(xml: string): string {
  assertEquals(/[<>]|&(?!(amp|lt|gt|quot);)/.exec(xml)?.[0], undefined, xml);
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.exec(xml), null);
  return xml.replace(/&(\w+);/g, (_, name) => ENTITIES[name]!);
}

/** The root of a picture. Asserts that the text is XML, in the part of it that pictures use. */
export function readSvg(text: string): Element {
  assert(text.endsWith("</svg>\n"));
  const document: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [document];
  for (const [token, close, name, attributes, empty] of text.trimEnd().matchAll(TOKENS)) {
    if (name === undefined) {
      const content = decoded(token);
      open.forEach((element) => element.text += content);
    } else if (close) {
      assertEquals(open.pop()!.name, name);
    } else {
      const element: Element = { name, attributes: attributesIn(attributes!), children: [], text: "" };
      open.at(-1)!.children.push(element);
      if (!empty) open.push(element);
    }
  }
  assertEquals(open, [document], "an element is not closed");
  assertEquals(document.children.map(({ name }) => name), ["svg"]);
  return document.children[0]!;
}

/** A tag or what is between tags. A tag ends at the first > outside of quotes. */
const TOKENS = /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|[^<]+|</g;

function attributesIn(text: string): Record<string, string> {
  const found = [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, decoded(value!)]);
  assertEquals(new Set(found.map(([name]) => name)).size, found.length, "an attribute stands twice");
  return Object.fromEntries(found);
}

/** All elements below one, itself included, in the order of the file. */
export function within(element: Element): Element[] {
  return [element, ...element.children.flatMap(within)];
}

/** The texts of a picture, in order. */
export function textsOf(root: Element): string[] {
  return within(root).filter(({ name }) => name === "text").map(({ text }) => text);
}

/** The panels of a chart: the drawings of Plot, the legend left out. */
export function panelsOf(root: Element): Element[] {
  return within(root).filter(({ name, children }) =>
    name === "svg" && children.some(({ attributes }) => /axis|grid/.test(attributes["aria-label"] ?? ""))
  );
}

/** The marks of a kind in a panel, such as `line` or `dot`. */
export function marksOf(panel: Element, kind: string): Element[] {
  return panel.children.filter(({ attributes }) => attributes["aria-label"] === kind);
}

/** The points of a mark, rounded: the corners of its paths, or where its symbols are or its rules begin. */
export function pointsOf(mark: Element): [x: number, y: number][] {
  return mark.children.flatMap(({ attributes: { cx, cy, x1, y1, transform, d } }) => {
    const places = transform ?? d ?? `${cx ?? x1},${cy ?? y1}`;
    return [...places.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]): [number, number] => [
      Math.round(Number(x)),
      Math.round(Number(y)),
    ]);
  });
}

/** The top and the bottom of the content of a panel with shares, from its grid. */
export function shareLines(panel: Element): [top: number, bottom: number] {
  const heights = pointsOf(marksOf(panel, "y-grid")[0]!).map(([, y]) => y);
  return [Math.min(...heights), Math.max(...heights)];
}
