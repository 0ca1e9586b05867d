import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { loadModel, type Problem, problems } from "../../mod.ts";
import { findProblem } from "../../lib/problems/mod.ts";
import type * as Zoo from "../../lib/problems/zoo/mod.ts";
import { shippedModels } from "../../lib/model/shipped.ts";
import { tracePage } from "../../lib/picture/page.ts";
import { packPageData, unpackParameters } from "../../lib/picture/page_data.ts";
import { untrained } from "../support/untrained.ts";

Deno.test("the page of a shipped model has less than 1 MB, holds the model, and may load nothing", async () => {
  for (const name of shippedModels) {
    const model = await loadModel(name);
    const page = tracePage(model, { name, input: model.problem.symbols[0]! });
    assert(page.length < 1e6 && new TextEncoder().encode(page).length < 1e6, name);
    assertStringIncludes(page, `content="default-src 'none'; `);
    assertEquals(unpackParameters(packPageData(model, { name, input: "0" }).network!), model.parameters);
  }
});

Deno.test("what ends a script or a title stands in a page as text alone", () => {
  const evil = `</script><!--<script>"</title><b>`;
  const { problem, ...model } = untrained(problems.copy!, 1, { maps: 4 });
  const page = tracePage({ ...model, problem: { ...problem, name: evil } }, { name: evil, input: "01" });
  assertEquals(page.match(/<\/script/gi)?.length, 2); // those of the data and of the player
  assertEquals(page.match(/<!--/g), null);
  assertEquals(page.match(/<\/title/g)?.length, 1);
  assertEquals(page.match(/<b>/g), null);
  const [, data] = /id="data">(.*?)<\/script>/.exec(page)!;
  assertEquals(JSON.parse(data!).name, evil);
  assertMatch(page, /<h1>[^<]*&lt;\/script/);
});

Deno.test("the page of a model of the zoo's problems holds what answers its inputs, and no other page does", () => {
  const pageOf = (problem: Problem, input: string) =>
    tracePage(untrained(problem, 1, { maps: 4 }), { name: problem.name, input });
  const scripts = (page: string) =>
    [...page.matchAll(/<script type="module">(.*?)<\/script>/gs)].map(([, text]) => text!);
  assertEquals(scripts(pageOf(problems.copy, "01")).length, 1);
  const [zoo, player] = scripts(pageOf(findProblem("sort-3")!, "21"));
  assert(player !== undefined && player.length < 80_000 && zoo!.length < 40_000);
  // As in the page, where the player's script comes after this one.
  new Function(zoo!)();
  const given = (globalThis as unknown as { zoo: typeof Zoo }).zoo;
  assertEquals(given.zoo.find(({ name }) => name === "bucket-sort")!.answer("10204112"), "00111224");
  assertEquals((given.variantNamed("sort-3") as Problem).answer("210"), "012");
});
