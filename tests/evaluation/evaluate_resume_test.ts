// Evaluations that are interrupted and resumed.
import { startEngine } from "../../lib/engine/engine.ts";
import { networkOf } from "../../lib/model/network.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { evaluate as evaluateModels, type EvaluationState, problems, saveModel } from "../../mod.ts";
import { sampleExample } from "../../lib/problems/dataset.ts";
import { memory } from "../../lib/engine/wasm/memory.ts";
import { Examiner } from "../../lib/evaluation/examiner.ts";
import { Random } from "../../lib/random.ts";
import {
  assertRefused,
  emptyDirectory,
  filesIn,
  type Outcome,
  outcomeOf,
  run,
  start,
} from "../support/process.ts";
import { untrained } from "../support/untrained.ts";

const cwd = emptyDirectory();
await saveModel(`${cwd}/model`, untrained(problems.badd!, 1, { maps: 16 }));
await saveModel(`${cwd}/other`, untrained(problems.badd!, 2, { maps: 16 }));
await saveModel(`${cwd}/tiny`, untrained(problems.badd!, 1, { maps: 4 }));

const common = ["--backend=wasm", "--model=model", "--size=3,60", "--suite=random,adversarial"];
const args = [...common, "--examples=1000", "--budget=400"];
const evaluate = (...more: string[]): Promise<Outcome> => run("evaluate", more, { cwd });
const read = (name: string): Promise<string> => Deno.readTextFile(`${cwd}/${name}`);
const withoutSeconds = (csv: string) => csv.replace(/,[\d.]+(,[\d.]+)$/gm, "$1");

/** Kills an evaluation once what it leaves says that so many rows and a part of the next one are known. */
async function killAfter(rows: number): Promise<void> {
  const process = start("evaluate", [...args, "--out=rows", "--resume", "--failures=failures"], { cwd });
  let running = true;
  const ended = outcomeOf(process).finally(() => running = false);
  while (running) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const left = JSON.parse(await read("rows.partial.json").catch(() => "{}"));
    if (left.rows?.length !== rows || !(left.state?.verdicts.length > 0)) continue;
    process.kill("SIGKILL");
    break;
  }
  const { code, stderr } = await ended;
  assertEquals(code, 137, stderr);
}

Deno.test("an evaluation that is killed goes on where it was, to the numbers of one that was not", async () => {
  await killAfter(2);
  assertEquals((await read("rows")).split("\n").length, 4);
  const left = await read("rows.partial.json");
  assert(JSON.parse(left).state.verdicts.length < 1000);

  // What is not the same evaluation is refused, and spoils nothing.
  const resume = ["--out=rows", "--resume"];
  const refused: [args: string[], message: string | RegExp][] = [
    [[...args, "--seed=2"], 'Cannot resume rows: it was begun with seed "1", expected "2"'],
    [
      [...args, "--size=3,60,4"].filter((arg) => arg !== "--size=3,60"),
      /it was begun with sizes "3,60", expected "3,60,4"$/,
    ],
    [
      [...common, "--examples=1000"],
      /begun with examples "1000 of random,400 of adversarial", expected "1000 of /,
    ],
    [
      args.map((arg) => arg.replace(",adversarial", "")).slice(0, -1),
      /begun with suites "random,adversarial", /,
    ],
    [
      args.map((arg) => arg.replace("=model", "=other")),
      /begun with models "model \(\w{8}\)", expected "other \(/,
    ],
    [
      ["--backend=wasm", "--model=model", "--data=failures"],
      /begun with suites "random,adversarial", expected "data"$/,
    ],
  ];
  for (const [changed, message] of refused) assertRefused(await evaluate(...changed, ...resume), 2, message);
  await Deno.rename(`${cwd}/model`, `${cwd}/kept`);
  await Deno.copyFile(`${cwd}/other`, `${cwd}/model`);
  assertRefused(
    await evaluate(...args, ...resume),
    2,
    /begun with models "model \(\w+\)", expected "model \(\w+\)"$/,
  );
  await Deno.rename(`${cwd}/kept`, `${cwd}/model`);
  assertRefused(
    await evaluate(...args, "--out=rows"),
    2,
    "Cannot write rows: it holds an unfinished evaluation; go on with --resume, or remove rows.partial.json",
  );
  assertEquals((await read("rows")).split("\n").length, 4);
  assertEquals(await read("rows.partial.json"), left);

  // The failures so far are known without the file, and what else stands there is none of them.
  await Deno.writeTextFile(`${cwd}/failures`, "problem,size,input,target\ncopy,3,101,101\n");
  await killAfter(3);
  await Deno.remove(`${cwd}/failures`);
  const { code, stdout, stderr } = await evaluate(...args, ...resume, "--failures=failures", "--workers=1");
  assertEquals([code, stdout], [0, ""], stderr);
  assertMatch(stderr, /^Going on with rows: 3 rows are there already\n/);
  const whole = await evaluate(...args, "--failures=whole");
  assertEquals(withoutSeconds(await read("rows")), withoutSeconds(whole.stdout));
  assertEquals(await read("failures"), await read("whole"));
  assert(!filesIn(cwd).includes("rows.partial.json"));

  // A finished report is not resumed: its rows do not tell whether they are of this evaluation.
  const finished = await read("rows");
  for (const other of [[], ["--seed=2"]]) {
    assertRefused(
      await evaluate(...args, ...other, ...resume),
      2,
      "Cannot resume rows: it is finished; remove it, or leave out --resume to make it anew",
    );
  }
  assertEquals(await read("rows"), finished);
});

Deno.test("a row that is resumed keeps its verdicts and seconds, and tries only the rest", async () => {
  const rowsFrom = async (from?: EvaluationState) => {
    const states: EvaluationState[] = [];
    const rows = await Array.fromAsync(evaluateModels({
      models: [{ model: untrained(problems.badd!, 1, { maps: 4 }), name: "tiny" }],
      suites: ["random"],
      sizes: [3, 4],
      examples: 100,
      backend: "wasm",
      workers: 1,
      from,
      onReport: (report) => void (report.kind === "state" && states.push(report.state)),
    }));
    return { rows, last: states.at(-1)! };
  };
  const whole = await rowsFrom();
  // No model is as sure: what is tried again does not come out like that.
  const verdicts = whole.last.verdicts.slice(0, 60).map((verdict) => ({ ...verdict, margin: 1000 }));
  const { rows, last } = await rowsFrom({ rows: 1, verdicts, seconds: 1000 });
  assertEquals(last, {
    rows: 1,
    verdicts: [...verdicts, ...whole.last.verdicts.slice(60)],
    seconds: last.seconds,
  });
  assertEquals(rows, [{ ...whole.rows[1]!, seconds: rows[0]!.seconds }]);
  assert(last.seconds > 1000 && rows[0]!.seconds > 1000);
});

Deno.test("Ctrl-C leaves the rows that are known and what is needed to go on", async () => {
  const long = ["--backend=wasm", "--model=tiny", "--size=2,1000", "--suite=random", "--json", "--out=json"];
  const process = start("evaluate", long, { cwd });
  const ended = outcomeOf(process);
  while (!filesIn(cwd).includes("json")) await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill("SIGINT");
  const { code, stderr } = await ended;
  assertEquals(code, 130);
  assertMatch(stderr, /\nInterrupted: the same command with --resume goes on\n$/);
  assertEquals(JSON.parse(await read("json")).length, 1);
  assertEquals(JSON.parse(await read("json.partial.json")).rows.length, 1);
});

Deno.test("evaluate --resume begins where there is nothing yet, and refuses what it cannot resume", async () => {
  const short = ["--backend=wasm", "--model=tiny", "--size=2", "--examples=3"];
  assertEquals((await evaluate(...short, "--out=new", "--resume")).code, 0);
  assertEquals((await read("new")).split("\n").length, 4);
  assertRefused(
    await evaluate(...short, "--resume"),
    2,
    "Cannot use --resume without --out FILE: expected both",
  );
  const row = { model: "tiny", problem: "badd", suite: "random", size: 2, examples: 3 };
  const broken = [
    "{",
    "null",
    '{"setup":null,"rows":[]}',
    '{"setup":{},"rows":[null]}',
    `{"setup":{},"rows":[${JSON.stringify(row)}]}`,
    '{"setup":{},"rows":[],"failures":[null]}',
    '{"setup":{},"rows":[],"state":{"rows":1,"verdicts":[],"seconds":0}}',
    '{"setup":{},"rows":[],"state":{"rows":0,"verdicts":[null],"seconds":0}}',
  ];
  for (const text of broken) {
    await Deno.writeTextFile(`${cwd}/new.partial.json`, text);
    assertRefused(
      await evaluate(...short, "--resume", "--out=new"),
      1,
      "Cannot resume new: new.partial.json is not what evaluate left there",
    );
  }
  // What fails before anything is known leaves nothing.
  const before = filesIn(cwd);
  assertEquals(
    (await evaluate(...short.slice(0, 3), "--out=fails", "--failures=none/f", "--suite=adversarial")).code,
    1,
  );
  assertEquals(filesIn(cwd), before);
});

Deno.test("examples of 4,001 positions take the memory of one batch, however many there are", async () => {
  const engine = await startEngine({ backend: "wasm", workers: 1 });
  const model = untrained(problems.badd!, 1, { maps: 12 });
  const network = networkOf(model.configuration, model.problem.symbols);
  const { parameters } = model;
  const examples = Array.from(
    { length: 12 },
    (_, i) => sampleExample(problems.badd!, "random", 2000, new Random(1, "long", i)),
  );
  const shares: number[] = [];
  const enough = { reason: "enough" };
  const controller = new AbortController();
  const examiner = new Examiner([{ network, parameters }], examples.length, {
    engine,
    extraSteps: 0,
    signal: controller.signal,
    onProgress: (share) => {
      shares.push(share);
      if (share > 0.1) controller.abort(enough);
    },
  });
  assertEquals(await examiner.try(examples).then(() => undefined, (thrown) => thrown), enough);
  // An example takes 1 MB: its state, the next one, and what is between them.
  const { byteLength } = memory.buffer;
  assert(byteLength > 2 ** 20 && byteLength < 4e6, `${byteLength} bytes`);
  assert(shares.length > 5 && shares.every((share, i) => i === 0 || share > shares[i - 1]!));
});
