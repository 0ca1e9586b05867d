// What stands beside an unfinished report is believed only where it fits the evaluation that goes on.
import { assertEquals, assertRejects } from "@std/assert";
import { RunError, UsageError } from "../../lib/errors.ts";
import type { ReportRow } from "../../lib/model/model.ts";
import { ReportFile } from "../../lib/evaluation/report_file.ts";
import { emptyDirectory } from "../support/process.ts";

const path = `${emptyDirectory()}/report.csv`;
const expected = {
  setup: { models: "m (1)", seed: "1" },
  rows: ["random", "carry"].map((suite) => ({
    ...{ model: "m", problem: "badd", suite, size: 2, count: 3 },
    lengths: () => [5],
  })),
  json: false,
};
const row: ReportRow = {
  ...{ model: "m", problem: "badd", suite: "random", size: 2, examples: 3 },
  ...{ sequence_accuracy: 1, symbol_accuracy: 1, errors: 0, seconds: 0.5, answer_accuracy: 1 },
};
const verdict = { right: 5, answer: 3, margin: -0.25 };
const state = { rows: 1, verdicts: [verdict, verdict], seconds: 0.25 };
const failure = { problem: "badd", size: 2, input: "01+11", target: "001" };
const whole = { setup: expected.setup, rows: [row], failures: [failure], state };

async function resume(partial: object): Promise<ReportFile> {
  await Deno.writeTextFile(`${path}.partial.json`, JSON.stringify(partial));
  return await ReportFile.open(path, expected, true);
}

Deno.test("a report goes on from what an evaluation left", async () => {
  const report = await resume(whole);
  assertEquals([report.rows, report.failures, report.state], [[row], [failure], state]);
  const all = [row, { ...row, suite: "carry" }];
  assertEquals((await resume({ setup: expected.setup, rows: all })).rows, all); // it was cut off before its end
});

Deno.test("a report does not go on from anything else", async () => {
  const withRow = (change: object) => ({ ...whole, rows: [{ ...row, ...change }] });
  const withState = (change: object) => ({ ...whole, state: { ...state, ...change } });
  const wrong = [
    withRow({ errors: -1 }),
    withRow({ errors: 4 }),
    withRow({ errors: 1 }),
    withRow({ examples: 0 }),
    withRow({ examples: 4 }),
    withRow({ examples: 1.5 }),
    withRow({ size: 3 }),
    withRow({ suite: "carry" }),
    withRow({ sequence_accuracy: 1.5 }),
    withRow({ symbol_accuracy: null }),
    withRow({ answer_accuracy: 0.5 }),
    withRow({ seconds: -1 }),
    withRow({ model: 1 }),
    withRow({ model: "another" }),
    withRow({ problem: "bmul" }),
    withState({ rows: 0 }),
    withState({ verdicts: [verdict, verdict, verdict, verdict] }),
    withState({ verdicts: [{ ...verdict, right: -1 }] }),
    withState({ verdicts: [{ ...verdict, right: 0.5 }] }),
    withState({ verdicts: [{ ...verdict, right: 6 }] }),
    withState({ verdicts: [{ ...verdict, answer: 6 }] }),
    withState({ verdicts: [{ right: 5, margin: -0.25 }] }),
    withState({ verdicts: [{ ...verdict, margin: null }] }),
    withState({ seconds: null }),
    withState({ seconds: -1 }),
    { ...whole, failures: [{ ...failure, size: 0 }] },
    { ...whole, failures: [{ ...failure, input: "0\n1" }] },
    { ...whole, failures: [{ ...failure, problem: "../up" }] },
    { ...whole, setup: [1] },
    { ...whole, rows: [row, { ...row, suite: "carry" }, row], state: undefined },
    { ...whole, rows: [row, { ...row, suite: "carry" }], state: { ...state, rows: 2 } },
  ];
  for (const partial of wrong) {
    const { message } = await assertRejects(() => resume(partial), RunError);
    assertEquals(message, `Cannot resume ${path}: ${path}.partial.json is not what evaluate left there`);
  }
});

Deno.test("what another evaluation was begun with is told in one escaped line", async () => {
  const forged = { seed: "2\nerror: \x1b[2J", models: "m (1)", "x\n": "y" };
  for (
    const [setup, said] of [
      [forged, `seed "2\\nerror: \\u001b[2J", expected "1"`],
      [{ ...forged, seed: "1" }, `"x\\n" "y", expected not given`],
      [{ models: "m (1)" }, `seed not given, expected "1"`],
    ] as const
  ) {
    const { message } = await assertRejects(() => resume({ ...whole, setup }), UsageError);
    assertEquals(message, `Cannot resume ${path}: it was begun with ${said}`);
  }
});

Deno.test("a partial report of more than 256 MB is refused", async () => {
  await Deno.truncate(`${path}.partial.json`, 300e6);
  const { message } = await assertRejects(() => ReportFile.open(path, expected, true), RunError);
  assertEquals(
    message,
    `Cannot read ${path}.partial.json: it has 300,000,000 bytes, expected at most 256,000,000`,
  );
});
