// Links and paths in the documentation lead to files that exist.
import { assert, assertEquals } from "@std/assert";
import { root } from "../support/process.ts";

/** A page: its path from the repository, and its text without fenced blocks, in which nothing is a link. */
interface Page {
  readonly path: string;
  readonly text: string;
}

const pages: Page[] = [];
for (const folder of ["", "docs/", "docs/lab/", "data/", "data/models/", "lib/"]) {
  for await (const { name } of Deno.readDir(`${root}/${folder}`)) {
    if (!name.endsWith(".md")) continue;
    const text = await Deno.readTextFile(`${root}/${folder}${name}`);
    pages.push({ path: folder + name, text: text.replaceAll(/^ *```[^]*?^ *```/gm, "") });
  }
}

/** The names by which the headings of a page can be linked to, as GitHub makes them. */
function anchorsOf({ text }: Page): Set<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading.toLowerCase().replaceAll(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-")
    ),
  );
}

/** Whether a path from the repository leads to a file or folder. */
async function exists(path: string): Promise<boolean> {
  return await Deno.stat(`${root}/${path}`).then(() => true, () => false);
}

Deno.test("every relative link of the documentation leads to a file, and to a heading where it names one", async () => {
  const broken: string[] = [];
  let links = 0;
  for (const page of pages) {
    for (const [, target] of page.text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^\w+:/.test(target!)) continue;
      links++;
      const { pathname, hash } = new URL(target!, `file:///${page.path}`);
      const path = decodeURIComponent(pathname).slice(1);
      const linked = pages.find((other) => other.path === path);
      const found = await exists(path) && (hash === "" || linked && anchorsOf(linked).has(hash.slice(1)));
      if (!found) broken.push(`${page.path}: ${target}`);
    }
  }
  assertEquals(broken, []);
  assert(links > 50, "hardly a link was found");
});

Deno.test("every path of the repository that the documentation names exists", async () => {
  const missing: string[] = [];
  let paths = 0;
  for (const { path: page, text } of pages) {
    if (page === "CHANGELOG.md") continue; // tells of files that have gone
    for (const [, path] of text.matchAll(/`((?:lib|tasks|tests|docs|data)\/[\w./-]*)`/g)) {
      paths++;
      if (!await exists(path!)) missing.push(`${page}: ${path}`);
    }
  }
  assertEquals(missing, []);
  assert(paths > 50, "hardly a path was found");
});
