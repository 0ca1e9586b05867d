/**
 * A browser for the tests of pages: Chromium, which `.ci/run` installs. Where there is none those tests are skipped and say
 * so, unless NEURAL_GPU_REQUIRE_BROWSER=1: then it is a failure. Playwright asks for all permissions, so that these tests
 * have a task of their own.
 */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { emptyDirectory } from "./process.ts";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const executablePath = PATHS.find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

if (executablePath === undefined && Deno.env.get("NEURAL_GPU_REQUIRE_BROWSER") === "1") {
  throw new Error("NEURAL_GPU_REQUIRE_BROWSER is 1, but this machine has no Chromium");
}

let browser: Promise<Browser> | undefined;

Deno.test.afterAll(async () => await (await browser)?.close());

/** A page in the browser. */
export interface Opened {
  readonly page: Page;
  /** What a page must not do: requests for anything but its own file, errors, and what it writes on the console. */
  readonly complaints: readonly string[];
}

const directory = emptyDirectory();

/** A test that opens the texts of pages. */
export function testInBrowser(name: string, fn: () => Promise<void>): void {
  const ignore = executablePath === undefined;
  Deno.test({
    name: ignore ? `${name} (skipped: no Chromium)` : name,
    ignore,
    // The browser is started once and outlives a test.
    sanitizeOps: false,
    sanitizeResources: false,
    fn,
  });
}

/** Opens the text of a page from a file. */
export async function openPage(html: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const path = `${directory}/${crypto.randomUUID()}.html`;
  await Deno.writeTextFile(path, html);
  browser ??= chromium.launch({
    executablePath: executablePath!,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const page = await (await browser).newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== `file://${path}`) complaints.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(`file://${path}`);
  return { page, complaints };
}

/** Waits until an element has a text: the page is drawn frame by frame. */
export async function says(page: Page, selector: string, text: string | RegExp): Promise<void> {
  const element = page.locator(selector);
  const fits = (said: string) => typeof text === "string" ? said === text : text.test(said);
  let said = "";
  for (const end = performance.now() + 20_000; performance.now() < end; await page.waitForTimeout(10)) {
    said = (await element.textContent())!;
    if (fits(said)) return;
  }
  throw new Error(`${selector} says ${JSON.stringify(said)}, expected ${text}`);
}
