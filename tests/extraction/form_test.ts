import { assertEquals } from "@std/assert";
import { formOf, formText, windowsOf } from "../../lib/extraction/form.ts";
import { FIRST_NAMES } from "../../lib/problems/mod.ts";
import { defineProblem, problems } from "../../mod.ts";

/** The form of a problem's inputs as a text. */
function textOf(problem: Parameters<typeof formOf>[0]): string | undefined {
  const form = formOf(problem);
  return form && formText(problem, form);
}

Deno.test("formOf() finds the form of each problem's inputs, with the padding behind", () => {
  const forms = FIRST_NAMES.map((name) => [name, textOf(problems[name])]);
  assertEquals(Object.fromEntries(forms), {
    copy: "[01]+",
    reverse: "[01]+",
    sort: "[01]+",
    duplicate: "[01]+[.]+",
    badd: "[01]+[+][01]+",
    bmul: "[01]+[*][01]+",
    add: "[0123456789]+[+][0123456789]+",
    mul: "[0123456789]+[*][0123456789]+",
  });
});

Deno.test("formOf() finds none where inputs of one size have no common form", () => {
  // Now one digit and no point, now many and a point behind.
  const sometimes = defineProblem({
    ...problems.copy!,
    name: "sometimes",
    symbols: "01.",
    suites: { random: (size, random) => random.integer(2) === 0 ? "1" : `${"1".repeat(size)}.` },
    answer: (input) => input,
  });
  assertEquals(textOf(sometimes), undefined);
});

Deno.test("windowsOf() has each window of each row of the form, and no other", () => {
  const initial = [4, 1, 2, 3]; // of the padding, 0, 1 and +
  const { badd, duplicate } = problems;
  for (const [problem, inputs] of [[badd!, /^([12]*)3([12]*)$/], [duplicate!, /^([12]*)(4*)$/]] as const) {
    const rows: string[] = [""];
    for (const row of rows) if (row.length < 8) { for (const state of "1234") rows.push(row + state); }
    const windows = new Set<string>();
    for (const row of rows) {
      const [, first, second] = inputs.exec(row) ?? [];
      if (first === undefined || first.length !== second!.length || first === "") continue;
      const cells = `000${row}000`;
      for (let start = 0; start + 3 <= cells.length; start++) windows.add(cells.slice(start, start + 3));
    }
    const found = windowsOf(formOf(problem)!, initial, 3).map((window) => window.join(""));
    assertEquals(found.sort(), [...windows].sort());
  }
});
