// A run's report.html in a browser.
import { assertEquals, assertMatch } from "@std/assert";
import { train } from "../../mod.ts";
import { openPage, testInBrowser } from "../support/browser.ts";
import { emptyDirectory } from "../support/process.ts";
import { tiny } from "../support/tiny_run.ts";

testInBrowser("the report of a run fits on a screen and a phone, and its model can be asked", async () => {
  const out = `${emptyDirectory()}/run`;
  await train({ ...tiny, out });
  const html = await Deno.readTextFile(`${out}/report.html`);
  for (const width of [1280, 360]) {
    const { page, complaints } = await openPage(html, { viewport: { width, height: 800 } });
    assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
    assertEquals(await page.locator("svg[role=img]").count(), 2);
    await page.fill("#symbols", "0101");
    await page.keyboard.press("Enter");
    assertEquals(await page.textContent("#truth"), "0101");
    assertMatch(
      (await page.textContent("#verdict"))!,
      /^After the last step: (every position is right|\d of 4 positions wrong)/,
    );
    assertEquals(complaints, []);
  }
});
