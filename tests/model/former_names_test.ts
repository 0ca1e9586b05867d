// Names that settings had: read from every kind of file, refused where people and programs give them.
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { loadModel, problems, RunError, train, UsageError } from "../../mod.ts";
import { parseArguments } from "../../lib/cli/arguments.ts";
import { flagsOfFile, flagsToResume } from "../../lib/cli/run_arguments.ts";
import { settingFlags } from "../../lib/cli/settings.ts";
import { flagOf } from "../../lib/model/configuration.ts";
import { decodeModel, encodeModel } from "../../lib/model/file.ts";
import { formerName, presentName } from "../../lib/model/settings/stored.ts";
import { KEYS, SETTINGS } from "../../lib/model/settings/table.ts";
import { expandGrid } from "../../lib/sweep/grid.ts";
import { planRuns } from "../../lib/sweep/plan.ts";
import { CHILD } from "../../tasks/sweep_child.ts";
import { sweep } from "../../lib/sweep/sweep.ts";
import { columnsOf, readTable } from "../../lib/sweep/table.ts";
import { parseConfig, RUN_FORMAT_VERSION } from "../../lib/training/run/stored_config.ts";
import { emptyDirectory, root } from "../support/process.ts";
import { contentsOf, options } from "../support/small_run.ts";
import { readStored, storedBytes } from "../support/stored.ts";
import { untrained } from "../support/untrained.ts";

/** Settings under the names that they had. */
function asBefore<Value>(settings: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [formerName(name) ?? name, value]),
  );
}

const model = untrained(problems.bmul!, 1, { maps: 4 });

Deno.test("a name that a setting had is no other setting's", () => {
  const former = KEYS.flatMap((key) => SETTINGS[key].formerly ?? []);
  assert(former.length > 0);
  assertEquals(new Set([...former, ...KEYS]).size, former.length + KEYS.length);
});

Deno.test("a model file with the old names is the same model; one with both names is refused", async () => {
  const path = `${emptyDirectory()}/model.safetensors`;
  await Deno.writeFile(path, await encodeModel(model));
  const stored = await readStored(path);
  const write = async (configuration: object) => {
    stored.metadata.configuration = JSON.stringify(configuration);
    await Deno.writeFile(path, await storedBytes(stored));
  };
  const old = asBefore({ ...model.configuration });
  assertEquals(old.noise_at, 0.925);
  await write(old);
  assertEquals(await loadModel(path), model);
  await write({ ...model.configuration, noise_at: 0.5 });
  await assertRejects(
    () => loadModel(path),
    RunError,
    `Cannot read ${path}: its configuration is wrong: it has both noise_at and state_noise_target_accuracy`,
  );
  // The files of the shipped models are from before.
  const bytes = await Deno.readFile(`${root}/data/models/bmul.safetensors`);
  assert(new TextDecoder().decode(bytes.subarray(0, 20_000)).includes('\\"noise_at\\":'));
  const { configuration } = await decodeModel(bytes, "bmul");
  assert(configuration.state_noise_target_accuracy > 0);
});

Deno.test("a run whose files have the old names is resumed with the same bits, and repeated by --config", async () => {
  const directory = emptyDirectory();
  const settings = { ...options.configuration, state_noise_target_accuracy: 0.9 };
  const whole = { ...options, configuration: settings, attempts: 1, steps: 120 };
  await train({ ...whole, out: `${directory}/straight` });
  const out = `${directory}/old`;
  await train({ ...whole, steps: 60, out, note: { "state-noise-target-accuracy": "0.9" } });
  const path = `${out}/config.json`;
  const config = JSON.parse(await Deno.readTextFile(path));
  const old = {
    ...config,
    configuration: asBefore(config.configuration),
    arguments: { "noise-at": "0.9" },
  };
  assertNotEquals(old.configuration, config.configuration);
  await Deno.writeTextFile(path, JSON.stringify(old));
  const read = parseConfig(JSON.stringify(old), path);
  assertEquals([read.configuration, read.arguments], [config.configuration, config.arguments]);
  const flags = await flagsOfFile(path, {});
  assertEquals([flags["state-noise-target-accuracy"], flags["noise-at"]], ["0.9", undefined]);
  const { note } = flagsToResume(read, {}, out);
  assertEquals(note, { problem: "reverse", "state-noise-target-accuracy": "0.9" });
  await train({ ...whole, out, existing: "resume" });
  assertEquals(await contentsOf(out), await contentsOf(`${directory}/straight`));
  const both = { ...old, configuration: { ...config.configuration, pull: 1 } };
  assertThrows(
    () => parseConfig(JSON.stringify(both), path),
    RunError,
    `Cannot read ${path}: its configuration has both pull and relaxation_pull, expected one of them`,
  );
});

Deno.test("a run from before a setting was added goes on with what was done then", () => {
  const config = {
    format_version: RUN_FORMAT_VERSION,
    backend: "wasm",
    adapter: "x",
    run: {},
    versions: {},
    arguments: {},
  };
  const identity = { problem: "bmul", symbols: "01*", preset: "default", seed: "1" };
  const none = { data: null, validate: null, from: null };
  const { state_levels: _, ...configuration } = { ...model.configuration };
  const text = (settings: object) =>
    JSON.stringify({ ...config, identity: { ...identity, ...none }, configuration: settings });
  assertEquals(parseConfig(text(configuration), "x").configuration, model.configuration);
  const { maps: __, ...withoutMaps } = model.configuration;
  assertThrows(
    () => parseConfig(text(withoutMaps), "x"),
    RunError,
    "Cannot read x: its setting maps is undefined, expected a whole number from 1 to 4096",
  );
});

Deno.test("a file of settings and a grid may have the old names, but not both", async () => {
  const path = `${emptyDirectory()}/settings.json`;
  const given = async (settings: object) => {
    await Deno.writeTextFile(path, JSON.stringify(settings));
    return await flagsOfFile(path, {});
  };
  assertEquals(await given({ noise_at: 0.9, maps: 8 }), { "state-noise-target-accuracy": "0.9", maps: "8" });
  await assertRejects(
    () => given({ master_at: 0.9, mastery_accuracy: 0.8 }),
    UsageError,
    `Cannot use ${path}: it has both master_at and mastery_accuracy, expected one of them`,
  );
  assertEquals(expandGrid([{ final_steps: [10, 20] }], "grid.json"), [
    { steps_after_mastery: "10" },
    { steps_after_mastery: "20" },
  ]);
  assertThrows(
    () => expandGrid({ final_steps: [10], steps_after_mastery: [20] }, "grid.json"),
    UsageError,
    "Cannot use grid.json: it holds both final_steps and steps_after_mastery, expected one of them",
  );
});

Deno.test("a sweep whose table and runs have the old names goes on with them", async () => {
  const { columns } = await readTable(`${root}/data/ablation.csv`);
  assert(columns.includes("steps_after_mastery") && !columns.includes("final_steps"));

  const directory = emptyDirectory();
  const out = `${directory}/results.csv`;
  const plan = await planRuns({
    grid: [{ dropout_after_mastery: "0.1", maps: "8" }],
    fixed: { steps_after_mastery: "10" },
    seeds: [1],
  });
  const row: Record<string, string> = {
    ...Object.fromEntries(columnsOf(plan.columns, plan.suites).map((column) => [column, ""])),
    ...plan.runs[0]!.cells,
    ...{ seed: "1", status: "solved", steps: "100" },
  };
  const id = "badd-default-maps=8-final_dropout=0.1-final_steps=10-s1";
  const old = asBefore({ ...row, run: id });
  assert("final_dropout" in old && "final_steps" in old);
  await Deno.writeTextFile(out, `${Object.keys(old).join()}\n${Object.values(old).join()}\n`);
  const { rows } = await sweep(plan, {
    child: CHILD,
    ...{ directory, out, jobs: 1, retryFailed: false, signal: new AbortController().signal },
    onReport: (report) => assertEquals(report.kind, "start"), // no run is trained
  });
  const present = "badd-default-maps=8-dropout_after_mastery=0.1-steps_after_mastery=10-s1";
  assertEquals(rows, [{ ...row, run: present }]);
  assertEquals((await readTable(out)).rows, rows);
});

Deno.test("on the command line and in the library an old name is refused, and the new one told", async () => {
  const flags = settingFlags();
  for (const key of KEYS) {
    for (const former of SETTINGS[key].formerly ?? []) {
      assertEquals(presentName(former), key);
      for (const written of [`--${flagOf(former)}=1`, `--${former}`]) {
        assertThrows(
          () => parseArguments([written], flags),
          UsageError,
          `Cannot use ${written.split("=")[0]}: its name is now --${flagOf(key)}`,
        );
      }
      await assertRejects(
        () => train({ configuration: { [former]: 1 } }),
        UsageError,
        `Cannot train with option ${former}: its name is now ${key}`,
      );
    }
  }
});
