// What a training tells people and pipelines.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { presets, problems, train, type TrainResult } from "../../mod.ts";
import { commandLine, nextCommands, resumeCommand } from "../../lib/cli/next_commands.ts";
import { Progress } from "../../lib/cli/progress.ts";
import { sparkline } from "../../lib/cli/sparkline.ts";
import { printResult, reportTraining } from "../../lib/cli/training_output.ts";
import { resolve } from "../../lib/model/presets.ts";
import { phaseOf } from "../../lib/training/phase.ts";
import { generatedSource } from "../../lib/training/examples/source.ts";
import { initialState } from "../../lib/training/state.ts";
import { TimeLeft } from "../../lib/training/time_left.ts";
import { assertRefused, emptyDirectory, filesIn, type Outcome, run } from "../support/process.ts";

const cwd = emptyDirectory();
const command = (...args: string[]): Promise<Outcome> => run("train", args, { cwd });
const tiny = [
  "--backend=wasm",
  "--problem=copy",
  "--max-size=2",
  "--maps=4",
  "--batch-size=4",
  "--validate-max-multiple=2",
];

Deno.test("train tells its phase, size, loss, an answer and the time left, and what can be done next", async () => {
  const stream = {
    text: "",
    isTerminal: () => true,
    writeSync(data: Uint8Array) {
      this.text += new TextDecoder().decode(data);
      return data.length;
    },
  };
  const progress = new Progress({ stream });
  const tell = reportTraining(progress);
  const kinds = new Set<string>();
  const configuration = {
    max_size: 4,
    maps: 6,
    batch_size: 16,
    steps_after_mastery: 40,
    validate_every: 16,
    validate_max_multiple: 2,
  };
  const result = await train({
    problem: problems.copy!,
    backend: "wasm",
    attempts: 1,
    configuration: { ...configuration, mastery_accuracy: 0.5, dropout: 0 },
    samples: true,
    async onReport(report) {
      kinds.add(report.kind);
      // Now and then as slow as a larger network: of steps that follow at once no lines are shown.
      const isSlow = report.kind === "step" && report.state.step % 10 === 9;
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, 110));
      tell(report);
    },
  });
  progress.end();
  const report = new Progress({ stream }); // one of its own, as news that follow at once are not shown
  const of = { suite: "carry", size: 40, count: 64 };
  reportTraining(report)({ kind: "evaluating", of, share: 0.25, secondsLeft: 3 });
  report.end();
  tell({ kind: "validating", of: { size: 8, confirmation: 2, share: 0.5 }, secondsLeft: 64.2 });
  printResult(progress, { ...result, out: "runs/x" }, ["deno task evaluate --model runs/x"]);
  // Where a validation or the report is known at once, nothing is told on the way.
  for (const kind of ["validating", "evaluating"]) kinds.delete(kind);
  assertEquals(kinds, new Set<string>(["start", "step", "window", "sample", "validation", "row"]));
  assertMatch(
    stream.text,
    /learning sizes 3 to 4 · size [34] of 4 · step \d+\nright [\d.]+% · loss [\d.e-]+ [▁▂▃▄▅▆▇█]+ · [\d.]+ steps\/s/,
  );
  assertMatch(
    stream.text,
    /hardening against noise · [^\n]* · up to \d+ s left\nright [^\n]* · loss [^\n]* · noise 0\.15 · /,
  );
  assertMatch(stream.text, /\ne\.g\. [01]+ → [01]+, (right|expected [01]+)/);
  assertMatch(stream.text, /confirming \(2 of 2\) size 8 █{6}░{6} 50.0% · up to 1 min 05 s left\n/);
  assertMatch(stream.text, /final report: carry at size 40 █{3}░{9} 25.0% · up to 3 s left/);
  assertMatch(
    stream.text,
    /\n(Not s|S)olved after \d+ steps in \d+ s: the report has [^\n]+\nNext:\n {2}deno task evaluate/,
  );
});

Deno.test("phaseOf() names what a training is doing", () => {
  const badd = problems.badd!;
  const of = (preset: keyof typeof presets, changed: object) => {
    const configuration = resolve(presets[preset], badd);
    const { sizes } = generatedSource(badd, configuration);
    return phaseOf(configuration, sizes, { ...initialState(configuration, sizes), ...changed });
  };
  assertEquals(of("default", {}), "learning sizes 3 to 20");
  assertEquals(of("default", { size: 20 }), "mastering size 20");
  assertEquals(of("default", { size: 20, masteredAt: 5 }), "hardening against noise");
  assertEquals(of("diagonal", {}), "learning all sizes to 20");
  assertEquals(of("diagonal", { masteredAt: 5 }), "refining");
  assertEquals(of("paper", { size: 20 }), "pulling 6 parameter sets together");
});

Deno.test("TimeLeft counts steps, validations, a confirmation and the report, at the speeds that were seen", () => {
  const badd = problems.badd!;
  const configuration = resolve(presets.default, badd, { validate_every: 100 });
  const source = generatedSource(badd, configuration);
  const state = initialState(configuration, source.sizes);
  const units = (size: number) => (2 * size + 1) ** 2;
  const timeLeft = new TimeLeft(configuration, source, [{ suite: "random", size: 20, count: 10 }]);
  assertEquals([timeLeft.left(100, state), timeLeft.report], [undefined, undefined]);
  timeLeft.sawSteps(10, 20);
  timeLeft.sawValidation(
    [{ size: 20, suite: "random", examples: 5, right: 5, confirmation: 0 }],
    5 * units(20),
  );
  timeLeft.sawSteps(10, 20); // what was measured stays
  assertEquals(timeLeft.report, 10 * units(20));
  const validation = 2 * (128 * units(20) + 32 * (units(40) + units(100) + units(200)));
  const confirmation = 2 * (128 * units(100) + 256 * units(200) + 64 * units(400));
  const expected = 25 / 10 + 2 * validation + confirmation + 10 * units(20);
  assertEquals(Math.round(timeLeft.left(25, { ...state, attemptStep: 80 })!), Math.round(expected));
  assertEquals(timeLeft.left(undefined, state), undefined);
});

Deno.test("sparkline() draws numbers on a logarithmic scale", () => {
  assertEquals(sparkline([1, 0.1, 0.01]), "█▅▁");
  assertEquals(sparkline([2, 2]), "▁▁");
  assertEquals(sparkline([1, 0]).length, 2);
});

Deno.test("what can be done next is to open the page, and commands for where the toolkit is, with all that they need", () => {
  const here = {
    main: "file:///a%20b/tasks/train.ts",
    directory: "/a b",
    executable: "/bin/deno",
    version: "2.9.6",
  };
  const line = (changed: object, writes?: string) => commandLine({ ...here, ...changed }, "train", writes);
  assertEquals(line({}, "runs/x"), "deno task train");
  assertEquals(
    line({ executable: "/root/.npm/_npx/1/node_modules/deno/deno" }),
    "npx -y deno@2.9.6 task train",
  );
  assertEquals(
    line({ main: "file:///a/mod.ts" }, "r"),
    "deno run --allow-read --allow-write=r /a/mod.ts train",
  );
  const url = "https://example.com/x";
  assertEquals(line({ main: `${url}/tasks/train.ts` }), `deno run --allow-read ${url}/mod.ts train`);

  const learned = { problem: undefined, data: undefined };
  const model = {
    problem: { arithmetic: { operator: "*" } },
    configuration: { max_size: 20, validate_max_multiple: 5 },
  };
  const result = { model, solved: true, ended: "confirmed", steps: 9, attempts: 2, out: "my runs/x" };
  const next = (changed: object, from = {}) =>
    nextCommands({ ...result, ...changed } as unknown as TrainResult, here, { ...learned, ...from });
  assertEquals(next({}), [
    "open 'my runs/x/report.html' in a browser",
    "deno task solve --model 'my runs/x' '123456789 * 987654321'",
    "deno task evaluate --model 'my runs/x' --size 200,500",
  ]);
  const unsolved = { solved: false, out: "r", model: { ...model, problem: {} } };
  assertEquals(next({ ...unsolved, ended: "steps" }, { problem: "./mine.ts" }), [
    "open r/report.html in a browser",
    "deno task evaluate --model r --problem ./mine.ts",
    "deno task train --resume --out r --problem ./mine.ts --steps 18",
  ]);
  assertEquals(next({ ...unsolved, ended: "attempts" }, { data: "a b.csv" }), [
    "open r/report.html in a browser",
    "deno task evaluate --model r --data 'a b.csv'",
    "deno task train --resume --out r --attempts 4",
  ]);
  assertEquals(next({ ...unsolved, ended: "attempts" }, { data: "-" }), ["open r/report.html in a browser"]);
  assertEquals(
    resumeCommand({ ...here, main: "file:///a/mod.ts" }, "r", { ...learned, problem: "./mine.ts" }),
    "deno run --allow-read --allow-write=r /a/mod.ts train --resume --out r --problem ./mine.ts",
  );
});

Deno.test("train --json writes what happens as it happens, a JSON object a line, and --quiet nothing for people", async () => {
  const { code, stdout, stderr } = await command(...tiny, "--steps=20", "--json", "--quiet", "--out=events");
  assertEquals([code, stderr], [0, ""]);
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const kinds = events.map(({ event }) => event);
  assertEquals(kinds, ["start", "window", "window", "validation", ...Array(8).fill("row"), "end"]);
  assertEquals([events[0].parameters, events[0].out, events[0].backend], [187, "events", "wasm"]);
  assertEquals([events[1].step, events[1].size], [8, 2]);
  assert(Number.isFinite(events[1].loss) && Number.isFinite(events[1].steps_per_second));
  assertEquals([events[3].step, events[3].closing, events[3].rows[0].suite], [20, true, "random"]);
  assertEquals([events.at(-1).steps, events.at(-1).out], [20, "events"]);
  assertStringIncludes(events.at(-1).reason, "the report has");
});

Deno.test("train --config repeats a run, or takes settings from a file, and flags win over it", async () => {
  assertEquals((await command(...tiny, "--steps=9", "--seed=5", "--out=first")).code, 0);
  assertEquals((await command("--config=first/config.json", "--backend=wasm", "--out=again")).code, 0);
  const bytes = (out: string) =>
    Deno.readTextFileSync(`${cwd}/${out}/metrics.csv`).replace(/^(\d+,)[^,]*,|[^,]*(,[^,]*)$/gm, "$1$2");
  assertEquals(bytes("again"), bytes("first"));
  const settings = {
    problem: "reverse",
    seed: 3,
    max_size: 2,
    maps: 5,
    batch_size: 4,
    bins: [5, 6],
    steps: 2,
  };
  Deno.writeTextFileSync(`${cwd}/settings.json`, JSON.stringify(settings));
  assertEquals(
    (await command("--config=settings.json", "--maps=4", "--backend=wasm", "--out=mixed")).code,
    0,
  );
  const { identity, configuration } = JSON.parse(Deno.readTextFileSync(`${cwd}/mixed/config.json`));
  assertEquals([identity.problem, identity.seed, configuration.maps, configuration.bins], [
    "reverse",
    "3",
    4,
    [5, 6],
  ]);
  assertRefused(
    await command("--config=first/config.json", "--preset=paper"),
    2,
    "Cannot use --preset with first/config.json: it has every setting of a run, expected one of them",
  );
  assertEquals((await command(...tiny, "--steps=2", "--from=first", "--out=from")).code, 0);
  assertRefused(
    await command("--config=from/config.json"),
    2,
    "Cannot use from/config.json: its run was given --from, expected --from on the command line",
  );
  const refusals: [object | string, string][] = [
    [{ map: 4 }, 'Cannot use bad.json: there is no setting "map", did you mean maps'],
    [{ maps: -1 }, "Cannot use bad.json: maps is -1, expected a whole number from 1 to 4096"],
    ["[", 'Cannot use bad.json: it is no JSON object, expected settings such as { "maps": 24 }'],
    [
      { problem: "./evil.ts" },
      'Cannot use bad.json: its problem is the module "./evil.ts", expected --problem on the command line',
    ],
  ];
  for (const [content, message] of refusals) {
    Deno.writeTextFileSync(
      `${cwd}/bad.json`,
      typeof content === "string" ? content : JSON.stringify(content),
    );
    assertRefused(await command("--config=bad.json"), 2, message);
  }
});

Deno.test("trainings that are started together without --out take directories beside each other", async () => {
  const both = await Promise.all([1, 2].map(() => command(...tiny, "--steps=2", "--seed=9")));
  assertEquals(both.map(({ code }) => code), [0, 0], both.map(({ stderr }) => stderr).join());
  assertEquals(filesIn(`${cwd}/runs`), ["copy-default-s9", "copy-default-s9-2"]);
});

Deno.test("train --fail-under says in a line what fell short", async () => {
  const { code, stderr } = await command(...tiny, "--steps=2", "--fail-under=0", "--out=short");
  assertEquals(code, 1);
  assertMatch(stderr, /\nNot solved after 2 steps in \d+ s: the report has errors up to size 4: [^\n]+\n/);
  assertMatch(
    stderr,
    /\nBelow --fail-under 0: the run is not solved, the report has errors up to size 4: [^\n]+\n$/,
  );
});
