import { table as alignedTable } from "../io/table.ts";
import { type Display, showing } from "./notebook.ts";
import { escapeXml } from "./picture.ts";

/** The most rows that are shown. */
const MOST_ROWS = 100;

/** Decimals of the numbers in a cell. */
const DECIMALS = 6;

/**
 * Makes rows show themselves as a table in a notebook of `deno jupyter`: reports of `evaluate`, answers of `predict`,
 * the metrics of a training, or any other objects. At most 100 rows are shown.
 *
 * @param rows Rows.
 * @returns An array of the same rows.
 *
 * @example Usage
 * ```ts
 * import { loadModel, predict, table } from "@neural-gpu/neural-gpu";
 * import { assertEquals } from "@std/assert";
 *
 * const answers = predict(await loadModel("reverse"), ["0111", "110"], { backend: "wasm" });
 * const shown = table(await Array.fromAsync(answers)); // the last value of a cell: it is shown as a table
 * assertEquals(shown.map(({ output }) => output), ["1110", "011"]);
 * ```
 */
export function table<Row extends object>(rows: Iterable<Row>): Row[] {
  const all = [...rows];
  return showing(all, () => tableDisplay(all));
}

/** A table of rows with a line of text above it, which may be empty. */
export function tableDisplay(rows: readonly object[], title = ""): Display {
  const shown = rows.slice(0, MOST_ROWS);
  const columns = [...new Set(shown.flatMap(Object.keys))];
  const cells = shown.map((row) =>
    columns.map((column) => cellOf((row as Readonly<Record<string, unknown>>)[column]))
  );
  const more = rows.length > MOST_ROWS ? `and ${rows.length - MOST_ROWS} more rows` : "";
  const line = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${escapeXml(text)}</${tag}>`).join("")}</tr>`;
  const paragraph = (text: string) => text && `<p>${escapeXml(text)}</p>`;
  const body = cells.map((row) => line("td", row)).join("");
  const html = `<table><thead>${line("th", columns)}</thead><tbody>${body}</tbody></table>`;
  const [asHtml, asText] = rows.length === 0 ? ["", ""] : [html, alignedTable(columns, cells)];
  return {
    "text/html": paragraph(title) + asHtml + paragraph(more),
    "text/plain": (title && `${title}\n`) + asText + more,
  };
}

function cellOf(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toFixed(DECIMALS))) : String(value ?? "");
}
