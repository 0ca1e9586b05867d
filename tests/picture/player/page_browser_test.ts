// The page in a browser: what it computes, how it is used, and that it stays within its file.
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { cells, defineCell, loadModel, predict, problems, solve } from "../../../mod.ts";
import { tracePage } from "../../../lib/picture/page.ts";
import { findProblem } from "../../../lib/problems/mod.ts";
import { openPage, says, testInBrowser } from "../../support/browser.ts";
import { untrained } from "../../support/untrained.ts";

const SUM = "10110100101101001011+01101101011010110101";
const PRODUCT = "10110100101101001011*01101101011010110101";

const pageOf = async (name: string, input: string) => tracePage(await loadModel(name), { name, input });

/** Opens a page of a shipped model. */
const open = async (name: string, input: string, options = {}) =>
  await openPage(await pageOf(name, input), options);

testInBrowser(
  "a page of one of the zoo's problems knows what is right for inputs that are typed",
  async () => {
    for (
      const [problem, input, other] of [["bucket-sort", "10204", "43210"], ["sort-3", "210", "22"]] as const
    ) {
      const model = untrained(findProblem(problem)!, 1, { maps: 4 });
      const { page, complaints } = await openPage(tracePage(model, { name: problem, input }));
      await page.fill("#symbols", other);
      await page.click("#question button");
      assertEquals(/is not known/.test((await page.textContent("#verdict"))!), false);
      assertEquals(complaints, []);
    }
  },
);

testInBrowser(
  "a page computes what solve and predict compute, and says the number and whether it is right",
  async () => {
    const expressions: readonly (readonly [model: string, ...expressions: string[]])[] = [
      ["badd", "123456789 + 987654321", "1 + 1", "1099511627775 + 1"],
      ["bmul", "1023 * 1023", "65535 × 3"],
      ["add", "99999999 + 1"],
    ];
    for (const [name, ...asked] of expressions) {
      const { page, complaints } = await open(name, name === "bmul" ? "1*1" : "1+1");
      const model = await loadModel(name);
      for (const expression of asked) {
        const { answer, written, right } = await solve(model, expression, { backend: "wasm" });
        await page.fill("#expression", expression);
        await page.keyboard.press("Enter");
        assertEquals(await page.textContent("#written"), `${written} (${answer})`);
        const verdict = right ? /^After the last step: every position is right\.$/ : /wrong/;
        assertMatch((await page.textContent("#verdict"))!, verdict);
      }
      assertEquals(complaints, []);
    }
    const inputs: readonly (readonly [model: string, ...inputs: string[]])[] = [
      ["reverse", "0111", "0110110101101011010101101101"],
      ["sort", "10110100"],
      ["duplicate", "0111"],
      ["badd", "1++01"],
    ];
    for (const [name, ...asked] of inputs) {
      const { page } = await open(name, asked[0]!);
      for await (
        const { input, output, right } of predict(await loadModel(name), asked, { backend: "wasm" })
      ) {
        await page.fill("#symbols", input);
        await page.click("#question button");
        assertEquals((await page.textContent("#written"))!.split(" ")[0], output || "nothing");
        assertEquals(/is not known/.test((await page.textContent("#verdict"))!), right === undefined);
      }
    }
  },
);

testInBrowser("a page is ready within a second, and computes more than 60 steps a second", async () => {
  const { page } = await open("badd", SUM);
  const startTime = await page.evaluate<number>("performance.getEntriesByName('answer')[0].startTime");
  assert(startTime < 1000, `${startTime} ms`);
  const [, steps, milliseconds] = /^(\d+) steps of 41 positions computed in (\d+) ms/
    .exec((await page.textContent("#timing"))!)!;
  assert(Number(steps) / (Number(milliseconds) / 1000) > 60, `${steps} steps in ${milliseconds} ms`);
});

testInBrowser("a page plays from the first step to the last, and pauses", async () => {
  const { page, complaints } = await open("badd", SUM);
  await page.selectOption("#speed", "60");
  const atEnd = await page.locator("#films canvas").first().screenshot();
  await page.click("#play");
  assertEquals(await page.textContent("#play"), "Pause");
  await says(page, "#step-text", /^Step [1-9]/);
  await page.click("#play");
  const paused = await page.textContent("#step-text");
  assertNotEquals(paused, "Step 41 of 41");
  assertNotEquals(await page.locator("#films canvas").first().screenshot(), atEnd);
  await page.waitForTimeout(100);
  assertEquals(await page.textContent("#step-text"), paused);
  await page.click("#play");
  await says(page, "#step-text", "Step 41 of 41");
  await says(page, "#play", "Play");
  assertEquals(await page.locator("#films canvas").first().screenshot(), atEnd);
  await page.click("#back");
  await page.click("#back");
  await page.click("#forward");
  await says(page, "#step-text", "Step 40 of 41");
  await page.fill("#step", "7");
  await says(page, "#step-text", "Step 7 of 41");
  assertEquals(complaints, []);
});

testInBrowser("a page is used with keys alone, which it tells, and shows where the focus is", async () => {
  const { page } = await open("reverse", "01101101");
  const step = (number: number) => says(page, "#step-text", `Step ${number} of 8`);
  for (
    const [key, after] of [["Home", 0], ["ArrowRight", 1], ["ArrowRight", 2], ["ArrowLeft", 1], [
      "End",
      8,
    ]] as const
  ) {
    await page.keyboard.press(key);
    await step(after);
  }
  await page.keyboard.press(" ");
  assertEquals(await page.textContent("#play"), "Pause");
  await step(8);
  await page.fill("#symbols", "0110110"); // typing and moving in a field steps nowhere
  await page.keyboard.press("Home");
  await step(8);
  assertEquals(
    await page.evaluate("getComputedStyle(document.querySelector('#symbols')).outlineStyle"),
    "solid",
  );
  await page.keyboard.press("Escape");
  await page.locator("#state canvas").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  await says(page, "#cell", /^map 2, position 1: /);
  await page.keyboard.press("Enter");
  await says(page, "#damage", "Damaged: map 2 at position 1, set to 0 at step 8.");
  await page.keyboard.press("r");
  await says(page, "#damage", /^Nothing is damaged/);
  await page.fill("#symbols", "0110");
  await page.keyboard.press("Enter");
  await says(page, "#cell", ""); // the value that was pointed at is of another input
  for (const key of ["Space", "←", "→", "Home", "End", "R", "Enter"]) {
    assertStringIncludes((await page.textContent("details"))!, key);
  }
});

testInBrowser("a model that was trained with noise heals from damage that is not too large", async () => {
  const { page, complaints } = await open("bmul", PRODUCT);
  await page.fill("#step", "60");
  await says(page, "#step-text", "Step 60 of 261");
  const click = () => page.locator("#state canvas").click({ position: { x: 300, y: 30 } });
  await click();
  await says(page, "#damage", "Damaged: map 5 at position 21, set to 0 at step 60.");
  await says(
    page,
    "#healing",
    /^1 value differs by more than 0\.2 at step 60\. It heals: from step 6\d on no value .*, and the answer is the same as/,
  );
  await click();
  await says(page, "#damage", "Damaged: map 5 at position 21, sign flipped at step 60.");
  await page.keyboard.press("Tab"); // away from the state, where End means nothing
  await page.keyboard.press("End");
  await says(page, "#healing", /^0 values differ by more than 0\.2 at step 261\. It heals/);
  await page.keyboard.press("r");
  await says(page, "#healing", "");
  // A whole position whose signs are flipped late in the run is more than it can heal.
  await page.fill("#step", "250");
  await says(page, "#step-text", "Step 250 of 261");
  await page.check("#whole-position");
  await click();
  await says(page, "#damage", "Damaged: all maps at position 21, set to 0 at step 250.");
  await click();
  await says(page, "#damage", "Damaged: all maps at position 21, sign flipped at step 250.");
  await says(page, "#healing", /It has not healed by the last step, and the answer is not the same/);
  await click();
  await says(page, "#damage", /^Nothing is damaged/);
  assertEquals(complaints, []);
});

testInBrowser("maps are chosen, and a state of several columns has a strip for each", async () => {
  const model = untrained(problems.copy!, 1, { maps: 8, width: 3, kernel_width: 3, cell: "cgru", layers: 2 });
  const { page, complaints } = await openPage(tracePage(model, { name: "wide", input: "0110101" }));
  assertEquals(await page.locator("#state canvas").count(), 3);
  assertEquals(await page.locator("#films canvas").count(), 2 * 3);
  await page.click("#all-maps");
  assertEquals(await page.locator("#films canvas").count(), 8 * 3);
  await page.click("#no-maps");
  await page.click("#maps button:nth-child(5)");
  assertEquals(
    await page.locator("#films figcaption").allTextContents(),
    [0, 1, 2].map((column) => `Map 4, column ${column}`),
  );
  assertEquals(complaints, []);
});

testInBrowser("a page computes with a cell of one's own", async () => {
  const cell = defineCell({ ...cells.diagonal, name: "still", next: "c + g * (s - c)" });
  const model = untrained(problems.copy!, 1, { maps: 8, cell });
  const { page, complaints } = await openPage(tracePage(model, { name: "still", input: "0110101" }));
  const [answer] = await Array.fromAsync(predict(model, ["0110101"], { backend: "wasm" }));
  const written = (await page.textContent("#written"))!;
  assertEquals(written.replace("nothing", "").split("·")[0], answer!.output); // it ends at the first padding
  assertEquals(complaints, []);
});

testInBrowser("an input of 400 bits is computed while the page can be used, in bounded memory", async () => {
  const { page, complaints } = await open("bmul", `${"10".repeat(200)}*${"01".repeat(200)}`);
  await page.keyboard.press("Home");
  await says(page, "#step-text", "Step 0 of 1,021");
  await says(page, "#timing", /^1,021 steps/);
  await page.keyboard.press("End");
  await says(page, "#verdict", /every position is right.$/);
  const bytes = await page.evaluate("performance.memory.usedJSHeapSize");
  assert(Number(bytes) < 200e6, `${bytes} bytes`);
  assertEquals(complaints, []);
});

testInBrowser("what is no input is refused in words, and the page stays as it was", async () => {
  const { page } = await open("badd", SUM);
  const refusals: readonly (readonly [field: string, typed: string, said: RegExp])[] = [
    ["#expression", "12 + x", /^Cannot read "12 \+ x": expected whole decimal numbers/],
    ["#expression", "12 * 3", /^Cannot solve 12 \* 3 with a model of badd: expected A \+ B$/],
    ["#symbols", "1012+1", /^Cannot compute: the input has "2" at position 4, which is no symbol of badd/],
    ["#symbols", "", /^Cannot compute: the input has no symbols/],
    [
      "#symbols",
      "1".repeat(10_001),
      /^Cannot compute: the input has 10,001 symbols, expected at most 10,000$/,
    ],
  ];
  for (const [field, typed, said] of refusals) {
    await page.fill(field, typed);
    await page.keyboard.press("Enter");
    assertMatch((await page.textContent("#error"))!, said);
    assertEquals(await page.getAttribute(field, "aria-invalid"), "true");
    assertStringIncludes((await page.textContent("#given"))!, SUM);
  }
});

testInBrowser("a page fits on a phone, in dark and light", async () => {
  const papers: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await open("badd", SUM, { viewport: { width: 360, height: 740 }, colorScheme });
    assertEquals(await page.evaluate("document.documentElement.scrollWidth"), 360);
    papers.push(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
    const before = await page.locator("#state canvas").screenshot();
    await page.emulateMedia({ colorScheme: colorScheme === "light" ? "dark" : "light" });
    await page.waitForTimeout(100);
    assertNotEquals(await page.locator("#state canvas").screenshot(), before);
  }
  assertEquals(papers, ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]);
});

testInBrowser("names are text in a page, and what a model's file says runs nothing", async () => {
  const evil =
    `</script></title><script>document.body.textContent = "broken"</script><img src=x onerror=alert(1)>`;
  const model = untrained(problems.copy!, 1, { maps: 4 });
  const named = { ...model, problem: { name: evil, symbols: `01<>&"'` } };
  const { page, complaints } = await openPage(tracePage(named, { name: evil, input: `01<>"'` }));
  assertStringIncludes((await page.textContent("h1"))!, evil.slice(0, 30));
  assertEquals(await page.locator("img").count(), 0);
  assertEquals(await page.textContent("#given"), `01<>"'`);
  assertEquals(complaints, []);
});
