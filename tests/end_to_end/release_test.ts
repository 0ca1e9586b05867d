// What a release hands over.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { shippedModels } from "../../lib/model/shipped.ts";
import { VERSION } from "../../mod.ts";
import { publishedFiles, versionMistake } from "../../tasks/release.ts";
import { root } from "../support/process.ts";

const agreeing = {
  version: "1.2.0",
  config: '{ "version": "1.2.0" }',
  changelog: "# Changelog\n\n## 1.2.0 (2026-12-01)\n\n- New.\n\n## 1.1.0 (2026-11-01)\n",
};

Deno.test("versionMistake() says where the version's places do not agree, or that its entry has no day", () => {
  assertEquals(versionMistake(agreeing), undefined);
  const mistake = (changed: object) => versionMistake({ ...agreeing, ...changed });
  assertEquals(mistake({ version: "1.3.0" }), "deno.json has version 1.2.0, expected 1.3.0");
  const expected = "expected 1.2.0 (YYYY-MM-DD)";
  for (
    const [heading, found] of [
      ["## 1.2.0 (unreleased)", "1.2.0 (unreleased)"],
      ["## 1.1.0 (2026-11-01)", "1.1.0 (2026-11-01)"],
      ["", "missing"],
    ]
  ) {
    assertEquals(
      mistake({ changelog: `# Changelog\n\n${heading}\n` }),
      `the top entry of CHANGELOG.md is ${found}, ${expected}`,
    );
  }
});

Deno.test("the version's places agree in between too, but for the day", async () => {
  const [config, changelog] = await Promise.all(
    ["deno.json", "CHANGELOG.md"].map((name) => Deno.readTextFile(`${root}/${name}`)),
  );
  const released = changelog!.replace("(unreleased)", "(2026-12-01)");
  assertEquals(versionMistake({ version: VERSION, config: config!, changelog: released }), undefined);
});

Deno.test("deno publish takes the modules, the example cells and the shipped models along, and nothing that only tests need", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty"],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(success, said);
  assert(!/slow.type/i.test(said.replace(/^Checking for slow types.*$/m, "")), said);
  const files = publishedFiles(said, new URL("../..", import.meta.url).href);
  for (const file of files) {
    assertMatch(
      file,
      /^(mod\.ts|deno\.json|README\.md|LICENSE|(lib|tasks|data\/cells)\/.*\.ts|data\/models\/[\w.-]+)$/,
    );
  }
  const models = shippedModels.map((name) => `data/models/${name}.safetensors`);
  for (
    const file of ["mod.ts", "tasks/train.ts", "data/cells/product.ts", "data/models/models.json", ...models]
  ) {
    assert(files.includes(file), file);
  }
});
