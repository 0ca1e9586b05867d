// deno-lint-ignore-file no-import-prefix
/**
 * Every third-party package the toolkit uses, with its version and its types.
 * Modules run from a URL see no deno.json, so this is the one file that names packages.
 * The official standard library comes from npm, as `deno-std`, which has no types: they are given here.
 */
import { abortable as abortableOfStd } from "npm:deno-std@1.4.0/async/abortable.js";
import { pooledMap as pooledMapOfStd } from "npm:deno-std@1.4.0/async/pool.js";
import { parseArgs as parseArgsOfStd } from "npm:deno-std@1.4.0/cli/parse_args.js";
import { chunk as chunkOfStd } from "npm:deno-std@1.4.0/collections/chunk.js";
import { sumOf as sumOfOfStd } from "npm:deno-std@1.4.0/collections/sum_of.js";
import { parse as parseCsvOfStd } from "npm:deno-std@1.4.0/csv/parse.js";
import { stringify as stringifyOfStd } from "npm:deno-std@1.4.0/csv/stringify.js";
import { closestString as closestStringOfStd } from "npm:deno-std@1.4.0/text/closest_string.js";
import { levenshteinDistance as levenshteinDistanceOfStd } from "npm:deno-std@1.4.0/text/levenshtein_distance.js";

// The parts of the package @tensorflow/tfjs that are used here. The whole brings 200 MB more, and core-js, whose build
// script makes Deno print a warning at a user's first start. The core registers no gradients of its operations, and
// the module that does cannot be loaded by its path in Deno: tfjs-layers includes it.
import "npm:@tensorflow/tfjs-layers@4.22.0";
import "npm:@tensorflow/tfjs-backend-cpu@4.22.0";
export * as tf from "npm:@tensorflow/tfjs-core@4.22.0";
export { version_core } from "npm:@tensorflow/tfjs-core@4.22.0";
export { setWasmPaths, version_wasm } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
export { WebGPUBackend, type WebGPUProgram } from "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";

/** `abortable` of `@std/async`: the promise, which rejects with the signal's reason once that is aborted. */
export const abortable: <T>(promise: Promise<T>, signal: AbortSignal) => Promise<T> = abortableOfStd;

/** `pooledMap` of `@std/async`: the results for all items, in their order, with at most `limit` calls at once. */
export const pooledMap: <Item, Result>(
  limit: number,
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
) => AsyncIterable<Result> = pooledMapOfStd;

/** `chunk` of `@std/collections`: the items in their order, in lists of at most `size`. */
export const chunk: <Item>(items: readonly Item[], size: number) => Item[][] = chunkOfStd;

/** `sumOf` of `@std/collections`: the sum of a number for each item, added in their order. */
export const sumOf: <Item>(items: Iterable<Item>, numberOf: (item: Item) => number) => number = sumOfOfStd;

/** The options of `parseArgs` of `@std/cli` that are used here. */
export interface ParseArgsOptions {
  /** Flags that take no value. */
  boolean: string[];
  /** Flags that take one value; with `_` among them operands stay strings too. */
  string: string[];
  /** Flags whose values come as a list, empty where the flag is not given. */
  collect: string[];
}

/** `parseArgs` of `@std/cli`: flags by name, the rest under `_`. */
export const parseArgs: (
  args: readonly string[],
  options: ParseArgsOptions,
) => Record<string, unknown> & { _: string[] } = parseArgsOfStd;

/** `parse` of `@std/csv`: text to rows of cells, blank lines left out. */
export const parseCsv: (text: string) => string[][] = parseCsvOfStd;

/** `stringify` of `@std/csv`: rows to text, with CRLF line ends. */
export const stringifyCsv: (
  rows: readonly (readonly unknown[])[],
  options?: { headers?: boolean },
) => string = stringifyOfStd;

/** `closestString` of `@std/text`: the one of `words`, at least one, that is most like `word`. */
export const closestString: (word: string, words: readonly string[]) => string = closestStringOfStd;

/** `levenshteinDistance` of `@std/text`: how many characters must change to make one word of the other. */
export const levenshteinDistance: (a: string, b: string) => number = levenshteinDistanceOfStd;

/** Loads `encode` of `fast-png`: the bytes of a PNG file of pixels, row by row, with 3 bytes each for red, green and blue. */
export async function loadPngEncoder(): Promise<
  (image: { width: number; height: number; data: Uint8Array; channels: 3 }) => Uint8Array
> {
  return (await import("npm:fast-png@8.0.0")).encode;
}

/** A mark of Plot, such as a line through points. */
export type Mark = Readonly<Record<string, unknown>>;

/** Makes a mark of data; the options name the columns that give its places and colours. */
type MarkMaker = (data: readonly unknown[], options?: Readonly<Record<string, unknown>>) => Mark;

/** What is used of `@observablehq/plot`, which draws charts. */
export interface Plot {
  /** Draws marks on common axes into an element of `document`. */
  readonly plot: (
    options: Readonly<Record<string, unknown>>,
  ) => { setAttribute(name: string, value: string): void };
  readonly areaY: MarkMaker;
  readonly dot: MarkMaker;
  readonly gridX: MarkMaker;
  readonly gridY: MarkMaker;
  readonly lineY: MarkMaker;
  readonly ruleX: MarkMaker;
  readonly ruleY: MarkMaker;
  readonly text: MarkMaker;
}

/** Loads Plot and a document for it to draw in: they are large, and most commands draw nothing. */
export async function loadPlot(): Promise<{ plot: Plot; document: object }> {
  const [plot, { DOMParser }] = await Promise.all([
    import("npm:@observablehq/plot@0.6.17"),
    import("npm:linkedom@0.18.12"),
  ]);
  // As a document of XML it writes its elements as XML, which an SVG file has to be.
  const document = new DOMParser().parseFromString("<svg />", "image/svg+xml");
  return { plot: plot as unknown as Plot, document };
}
