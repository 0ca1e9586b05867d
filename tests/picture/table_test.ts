// Rows that show themselves in a notebook.
import { assert, assertEquals } from "@std/assert";
import { table, train } from "../../mod.ts";
import type { Display } from "../../lib/picture/notebook.ts";
import { tenSteps } from "../support/tiny_run.ts";

/** What a notebook shows of an object. */
function shown(object: object): Display {
  return (object as Record<symbol, () => Display>)[Symbol.for("Jupyter.display")]!();
}

Deno.test("table() shows rows as HTML and as text, and is an array of them for all else", () => {
  const rows = [{ name: "<b>&", share: 1 / 3 }, { name: "x", right: true }];
  const made = table(rows);
  assertEquals(made, rows);
  assertEquals(JSON.stringify(made), JSON.stringify(rows));
  assertEquals(shown(made), {
    "text/html": "<table><thead><tr><th>name</th><th>share</th><th>right</th></tr></thead><tbody>" +
      "<tr><td>&lt;b&gt;&amp;</td><td>0.333333</td><td></td></tr>" +
      "<tr><td>x</td><td></td><td>true</td></tr></tbody></table>",
    "text/plain": "name     share  right\n<b>&  0.333333\nx               true\n",
  });
});

Deno.test("of many rows a notebook shows a hundred, and says how many more there are", () => {
  const { "text/html": html, "text/plain": text } = shown(
    table(Array.from({ length: 130 }, (_, i) => ({ i }))),
  );
  assertEquals(html!.match(/<td>/g)!.length, 100);
  assert(html!.endsWith("<p>and 30 more rows</p>") && text!.endsWith("and 30 more rows"));
});

Deno.test("the result of a training shows its verdict and its report", async () => {
  const result = await train({ ...tenSteps, workers: 1 });
  const { "text/html": html, "text/plain": text } = shown(result);
  assert(html!.startsWith("<p>Not solved after 10 steps: the report has errors"));
  assertEquals(html!.match(/<tr>/g)!.length, 9);
  assert(text!.startsWith("Not solved after 10 steps"));
  assertEquals(Object.keys(result).includes("Jupyter.display"), false);
  assertEquals({ ...result }, result);
});

Deno.test("the result of a training without a report shows its verdict alone", async () => {
  const verdict = "Not solved after 10 steps: no validation was confirmed, and no report was asked for";
  assertEquals(shown(await train({ ...tenSteps, workers: 1, report: false })), {
    "text/html": `<p>${verdict}</p>`,
    "text/plain": `${verdict}\n`,
  });
});
