// The page of an automaton in a browser.
import { assertEquals } from "@std/assert";
import { tracePage } from "../../../lib/picture/page.ts";
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
