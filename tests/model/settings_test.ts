// The table of settings, and what follows from it: the page that tells of it, and what files without a setting mean.
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Configuration, presets, problems, type SettingName, UsageError } from "../../mod.ts";
import { lineOf } from "../../lib/cli/sentence.ts";
import { checkConfiguration, mistakeIn, parseSetting } from "../../lib/model/check_configuration.ts";
import { type PresetName, resolve } from "../../lib/model/presets.ts";
import { textOf } from "../../lib/model/settings/kinds.ts";
import { withLaterSettings } from "../../lib/model/settings/stored.ts";
import { KEYS, SETTINGS } from "../../lib/model/settings/table.ts";
import { PAGE, withSettings } from "../support/settings_tables.ts";

const usual = resolve(presets.default, problems.badd!);

Deno.test("the configuration of every preset is one that may be used, for every problem", () => {
  for (const preset of Object.keys(presets) as PresetName[]) {
    for (const problem of Object.values(problems)) {
      assertEquals(mistakeIn(resolve(presets[preset], problem)), undefined, `${preset} ${problem.name}`);
    }
  }
});

Deno.test("a setting's type is that of its entry", () => {
  // What does not fit is an error of the type checker, and so is a line below that expects one and gets none.
  const fitting: Partial<Configuration> = { cell: "cgru", maps: 8, bins: [8, 12], dropout_by_length: true };
  assertEquals(mistakeIn({ ...usual, width: 4, ...fitting }), undefined);
  // @ts-expect-error: it is none of the choices
  const choice: Partial<Configuration> = { cell: "lstm" };
  // @ts-expect-error: it is no number
  const number: Partial<Configuration> = { maps: "8" };
  // @ts-expect-error: there is no such setting
  const name: Partial<Configuration> = { map: 8 };
  assertEquals(mistakeIn({ ...usual, ...choice })!.key, "cell");
  assertEquals(mistakeIn({ ...usual, ...number })!.key, "maps");
  assert(!("map" in SETTINGS) && "map" in name);
});

Deno.test("every value of a preset is read again from its own text, as a flag has it", () => {
  for (const { base } of Object.values(presets)) {
    for (const [key, value] of Object.entries(base)) {
      assertEquals<unknown>(parseSetting(key as SettingName, textOf(value)), value);
    }
  }
});

Deno.test("settings that do not go together are refused by the flag of the one that is wrong", () => {
  const refused: [overrides: Partial<Configuration>, message: string][] = [
    [{ kernel_length: 4 }, "--kernel-length 4: expected an odd number"],
    [{ kernel_width: 3 }, "--kernel-width 3: expected at most 1 for width 1"],
    [{ state_levels: 4 }, "--state-levels 4: expected 0, or an odd number from 3"],
    [{ start_size: 30, max_size: 20 }, "--start-size 30: expected at most max_size, which is 20"],
    [
      { state_noise_target_accuracy: 0.9, state_noise_after_mastery: 0 },
      "--state-noise-after-mastery 0: expected more than 0 with --state-noise-target-accuracy 0.9",
    ],
    [{ width: 2 }, "--width 2: expected 1 for the diagonal cell"],
    [{ bins: [2] }, "--bins [2]: expected whole numbers from 3 to 100000, separated by commas, or none"],
  ];
  for (const [overrides, message] of refused) {
    const wrong = assertThrows(() => checkConfiguration({ ...usual, ...overrides }), UsageError);
    assertStringIncludes(lineOf(wrong), `Cannot use ${message}`);
  }
});

Deno.test("what a file without a setting means is what the setting may be, and makes a whole configuration", () => {
  const first = Object.fromEntries(
    KEYS.filter((key) => SETTINGS[key].before === undefined).map((key) => [key, usual[key]]),
  );
  assert(Object.keys(first).length < KEYS.length);
  const read = withLaterSettings(first);
  assertEquals(mistakeIn(read), undefined);
  assertEquals(read.dropout_after_mastery, usual.dropout);
  assertEquals(read.relaxation_sets, 1);
  const clean = withLaterSettings({ ...first, clean_share: 0.5 });
  assertEquals([clean.clean_share, clean.clean_share_after_mastery], [0.5, 0.5]);
  assertEquals(withLaterSettings({ ...usual }), usual);
});

Deno.test("docs/presets.md tells of every setting, preset and old name what the table does", async () => {
  const plain = (text: string) => text.replace(/-{3,}/g, "---").replace(/\s+/g, " ");
  const page = await Deno.readTextFile(PAGE);
  assertEquals(plain(page), plain(withSettings(page)), "`deno task docs` writes it anew");
  for (const key of KEYS) assert(page.includes(`| \`${key}\``), key);
});
