// What all problems have in common: the list, its page, their suites, and what they refuse.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { defineProblem, problems } from "../../../lib/problems/mod.ts";
import { digest } from "../../../lib/io/digest.ts";
import { formatList, problemList } from "../../../lib/problems/list.ts";
import { draw, problem, seed } from "../../support/problem_inputs.ts";
import { PAGE, withProblems } from "../../support/problem_tables.ts";

const names = Object.keys(problems);

Deno.test("every problem is well defined, and listed with an example and its source", () => {
  assertEquals(names.length, 208);
  const list = problemList();
  assertEquals(list.map(({ name }) => name), names);
  for (const row of list) {
    assertEquals(defineProblem(problem(row.name)).name, row.name);
    assertEquals(Object.keys(problem(row.name).suites), ["random", "carry"]);
    for (const text of Object.values(row)) assert(text !== "" && !text.includes("\n"), row.name);
    assert(row.description.length < 230, row.name);
  }
  const csv = formatList(list, false);
  assert(csv.startsWith("name,family,symbols,size,description,source,input,target\nbadd,arithmetic,01+,"));
  assertEquals(JSON.parse(formatList(list, true)), list);
});

Deno.test("the page of problems is what their table says", async () => {
  // The formatter aligns the columns.
  const plain = (text: string) => text.replaceAll(/-{3,}/g, "---").replaceAll(/\s+/g, " ");
  const page = await Deno.readTextFile(PAGE);
  assert(plain(page) === plain(withProblems(page)), "`deno task docs` writes it anew");
});

// A change here changes every dataset that was ever generated.
Deno.test("golden draws of all problems", () => {
  const drawn = names.map((name) => ["random", "carry"].map((suite) => draw(name, suite, 9, 20, 1)));
  assertEquals(digest(JSON.stringify(drawn)).slice(0, 16), "d4c0349b5da6e5ad");
});

Deno.test("both suites are diverse, and not alike", () => {
  for (const name of names) {
    const [random, carry] = ["random", "carry"].map((suite) => new Set(draw(name, suite, 20, 300)));
    assert(
      random!.size > 200 && carry!.size > 60,
      `${name}: ${random!.size}, ${carry!.size} (TEST_SEED=${seed})`,
    );
    assert(carry!.difference(random!).size > 40, `${name} (TEST_SEED=${seed})`);
  }
});

Deno.test("a problem says in a line what is no input of it", () => {
  for (const name of names) {
    const { answer, symbols, about } = problem(name);
    const sound = about!.example;
    for (const input of ["", " ", "~", `${sound}~`, `${sound} `, `${sound}\n`, "~".repeat(1e5)]) {
      const { message } = assertThrows(() => answer(input), RangeError);
      assert(/^Cannot compute .*expected /.test(message), `${name}: ${message}`);
      assert(message.length < 400 || input.length > 1e4, `${name}: ${message}`);
    }
    assert([...sound].every((symbol) => symbols.includes(symbol)));
  }
});
