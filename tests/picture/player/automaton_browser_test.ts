// The page of an automaton in a browser.
import { assertEquals } from "@std/assert";
import { tracePage } from "../../../lib/picture/page.ts";
import { firstRow, rowsAfter } from "../../../lib/automaton/automaton.ts";
import { RuleTable } from "../../../lib/automaton/rule_table.ts";
import { loadAutomaton } from "../../../mod.ts";
import { openPage, says, testInBrowser } from "../../support/browser.ts";
import { root } from "../../support/process.ts";

testInBrowser("a page of an automaton runs its rules, for any input, and has nothing to damage", async () => {
  const automaton = await loadAutomaton(`${root}/data/automata/reverse.json`);
  const { page, complaints } = await openPage(tracePage(automaton, { name: "reverse.json", input: "0111" }));
  await says(page, "#written", "1110");
  for (const input of ["1", "0110110101101011010101101101"]) {
    await page.fill("#symbols", input);
    await page.click("#question button");
    await says(page, "#written", [...input].reverse().join(""));
    await says(page, "#verdict", "After the last step: every position is right.");
  }
  await page.keyboard.press("Home");
  await page.hover("#state canvas");
  const { initial } = automaton;
  await says(page, "#cell", new RegExp(`^position \\d+: state (${initial[1]}|${initial[2]})$`));
  await page.click("#state canvas");
  await says(page, "#verdict", /^After step 0 of 28/);
  for (const id of ["heal", "damage", "maps", "whole-position"]) {
    assertEquals(await page.isVisible(`#${id}`), false, id);
  }
  assertEquals(await page.locator("#films canvas").count(), 1);
  assertEquals(complaints, []);
});

testInBrowser(
  "a page whose automaton has no rule says so in one line, and shows the steps before",
  async () => {
    const automaton = await loadAutomaton(`${root}/data/automata/reverse.json`);
    const { rules } = automaton;
    // The rule of a cell in the middle of 011101 after step 3.
    const first = firstRow(automaton, [1, 2, 2, 2, 1, 2]);
    const rows = [first, ...rowsAfter(automaton, first)];
    const gone = rules.neighbourhood(rows[3]!, 3).join();
    const stop = rows.findIndex((row) =>
      [...row.keys()].some((i) => rules.neighbourhood(row, i).join() === gone)
    );
    const lacking = new RuleTable(rules.radius);
    for (const [cells, next] of rules.rules()) if (cells.join() !== gone) lacking.add(cells, next);
    const beginning = { name: "reverse.json", input: "011101" };
    const { page, complaints } = await openPage(tracePage({ ...automaton, rules: lacking }, beginning));
    const line = new RegExp(
      `^Cannot run the automaton on: in step ${stop + 1} it has no rule for position \\d`,
    );
    await says(page, "#verdict", line);
    await says(page, "#step-text", `Step ${stop} of 6`);
    // Played from the start, it stops there again.
    await page.keyboard.press("Home");
    await says(page, "#verdict", /^After step 0 of 6/);
    await page.selectOption("#speed", "240");
    await page.click("#play");
    await says(page, "#verdict", line);
    await says(page, "#play", "Play");
    await page.fill("#symbols", "0");
    await page.click("#question button");
    await says(page, "#verdict", "After the last step: every position is right.");
    await page.fill("#symbols", "011101");
    await page.click("#question button");
    await says(page, "#verdict", line);
    assertEquals(complaints, []);
  },
);
