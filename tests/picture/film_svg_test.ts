// The pictures of a trace: what they contain, and where.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { decode } from "fast-png";
import { problems, RunError, type Trace, trace, type TraceStep } from "../../mod.ts";
import { type Film, filmOf } from "../../lib/picture/film.ts";
import { filmSvg } from "../../lib/picture/film_svg.ts";
import { filmPng } from "../../lib/picture/pixels.ts";
import { untrained } from "../support/untrained.ts";
import { stateColor, symbolColor } from "../../lib/picture/state_colors.ts";

const [columns, positions, maps, steps] = [2, 5, 3, 4];

/** The value of a map: it tells all places apart. */
const valueAt = (step: number, column: number, position: number, map: number) =>
  Math.sin(step + 10 * column + 100 * position + 1000 * map);

/** A computation that ends with a wrong symbol at position 1, and whose alphabet needs escapes. */
const traced: Trace = {
  problem: { name: "less", symbols: "01<&" },
  input: "0<1&1",
  target: "011",
  ...{ steps, columns, positions, maps },
  async *[Symbol.asyncIterator](): AsyncGenerator<TraceStep> {
    for (let step = 0; step <= steps; step++) {
      const state = Float32Array.from(
        { length: columns * positions * maps },
        (_, i) =>
          valueAt(
            step,
            Math.floor(i / maps / positions),
            Math.floor(i / maps) % positions,
            i % maps,
          ),
      );
      await Promise.resolve();
      yield {
        step,
        state,
        readOut: step < steps ? "1<0 &" : "001  ",
        margins: new Float32Array(positions).fill(1),
      };
    }
  },
};

const film: Film = await filmOf(traced, [0, 2]);
const svg = await filmSvg(film);

/** The panels' images in an SVG, decoded. */
const images = [...svg.matchAll(/base64,([^"]+)"/g)].map(([, text]) => decode(Uint8Array.fromBase64(text!)));

const pixel = (
  image: typeof images[number],
  x: number,
  y: number,
) => [...image.data.slice(3 * (y * image.width + x), 3 * (y * image.width + x) + 3)];

Deno.test("a picture of a trace has a panel of the read-out, and one for each column of each map", () => {
  const titles = [...svg.matchAll(/>(read-out|map [^<]*)</g)].map(([, title]) => title);
  assertEquals(titles, [
    "read-out",
    ...["map 0, column 0", "map 0, column 1", "map 2, column 0", "map 2, column 1"],
  ]);
  assertEquals(images.map(({ width, height }) => [width, height]), titles.map(() => [positions, steps + 1]));
  for (let step = 0; step <= steps; step++) {
    for (let position = 0; position < positions; position++) {
      assertEquals(pixel(images[4]!, position, step), [
        ...stateColor(Math.round(127 * valueAt(step, 1, position, 2)) / 127),
      ]);
      assertEquals(pixel(images[0]!, position, step), [
        ...symbolColor(film.readOuts[step]![position]!, "01<&"),
      ]);
    }
  }
});

Deno.test("a picture of a trace shows the input, the symbols after each step, the right answer and what differs", () => {
  const count = (part: string) => svg.split(part).length - 1;
  assertEquals(count(">0&lt;1&amp;1</text>"), 1); // the input; the title has words around it
  assertEquals(count(">1&lt;0·&amp;</text>"), steps);
  assertEquals(count(">001··</text>"), 1);
  assertEquals(count(">011··</text>"), 1);
  assertEquals(count('stroke-width="2"'), 1); // position 1 is wrong
  assert(svg.includes("less computes 0&lt;1&amp;1 in 4 steps"));
  assert(!/<(?!\/?(svg|title|style|rect|text|g|image|defs|linearGradient|stop)\b)/.test(svg));
});

Deno.test("a picture of a long trace has colours in place of letters", async () => {
  const long: Film = {
    ...film,
    trace: { ...traced, positions: 300 },
    readOuts: film.readOuts.map((s) => s.padEnd(300)),
  };
  const drawn = await filmSvg({ ...long, value: () => 0 });
  assert(!drawn.includes("monospace") && drawn.includes(">position<") && drawn.includes(">299<"));
});

Deno.test("values have colours of two hues around white, which differ in brightness", () => {
  const light = (value: number) => stateColor(value).reduce((sum, part) => sum + part, 0);
  assert(light(0) > light(-0.5) && light(-0.5) > light(-1) && light(-1) > light(1) + 100);
  assertEquals(stateColor(3), stateColor(1));
});

Deno.test("a PNG of a trace has the panels side by side", async () => {
  const image = decode(await filmPng(film));
  const cell = Math.floor(1200 / 4 / positions);
  assertEquals(pixel(image, 2 * cell + 1, cell + 1), [...symbolColor("0", "01<&")]);
  const map = positions * cell + 8;
  assertEquals(pixel(image, map + 1, 1), [
    ...stateColor(Math.round(127 * valueAt(0, 0, 0, 0)) / 127),
  ]);
  assertEquals(pixel(image, map - 4, 1), [255, 255, 255]);
});

Deno.test("a trace that is too large for a picture is refused with the figure, before it is computed", async () => {
  const huge: Trace = {
    ...traced,
    positions: 10_000_001,
    [Symbol.asyncIterator]: () => {
      throw new Error("computed");
    },
  };
  const error = await assertRejects(() => filmOf(huge, [0]), RunError);
  assertEquals(
    error.message,
    "Cannot draw the trace: its maps have 100,000,010 values, expected at most 100,000,000; choose some with maps, or write safetensors or CSV",
  );
});

Deno.test("a trace shows itself in a notebook as its picture", async () => {
  const traced = trace(untrained(problems.copy, 1, { maps: 3 }), "01", { backend: "wasm" });
  const display = Object(traced)[Symbol.for("Jupyter.display")];
  const { "image/svg+xml": shown } = await display();
  assert(shown.startsWith("<svg ") && shown.includes(">map 2<"));
  assertEquals(Object.keys(traced).includes("Jupyter.display"), false);
});
