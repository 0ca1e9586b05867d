import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { expectedReport } from "../../lib/evaluation/expected_report.ts";
import { ReportFile } from "../../lib/evaluation/report_file.ts";
import { certificate } from "../../lib/cli/training_output.ts";
import {
  certifiedSize,
  evaluate as evaluateModels,
  loadModel,
  problems,
  type ReportRow,
  UsageError,
} from "../../mod.ts";
import { assertRefused } from "../support/process.ts";
import { cwd, evaluate as command, trainAdder } from "../support/models.ts";
import { untrained } from "../support/untrained.ts";

/** Rows of which only sizes and errors count. */
const rowsOf = (...errors: [size: number, errors: number][]): ReportRow[] =>
  errors.map(([size, errors]) => ({
    ...{ model: "m", problem: "copy", suite: "random", size, examples: 10, errors, seconds: 0 },
    ...{ sequence_accuracy: 1 - errors / 10, symbol_accuracy: 1 },
  }));

Deno.test("certifiedSize() is the largest size at which and below which nothing was wrong", () => {
  assertEquals(certifiedSize(rowsOf([1, 0], [2, 0], [4, 0])), 4);
  assertEquals(certifiedSize(rowsOf([4, 0], [1, 0], [8, 1], [2, 0], [16, 0], [4, 0])), 4);
  assertEquals(certifiedSize(rowsOf([1, 0], [2, 0], [2, 1], [4, 0])), 1);
  assertEquals(certifiedSize(rowsOf([1, 3], [2, 0])), 0);
  assertEquals(certifiedSize([]), 0);
});

Deno.test("a certificate says what was tried and where it ends", () => {
  assertEquals(
    certificate(rowsOf([1, 0], [2, 0], [4, 3])),
    "Certified size: 2 (no error in 10 of each suite at 1, 2); at 4, 3 of 10 of random were wrong",
  );
  assertEquals(certificate(rowsOf([8, 2])), "Certified size: 0; at 8, 2 of 10 of random were wrong");
  assertMatch(certificate(rowsOf([1, 0])), /^Certified size: 1 .*; no larger size was tried$/);
});

Deno.test("evaluate({ certify }) climbs the sizes until the first row with an error", async () => {
  const models = [{ model: untrained(problems.copy!, 1, { maps: 4 }), name: "untrained" }];
  const wrong = await Array.fromAsync(
    evaluateModels({ models, certify: true, backend: "wasm", sizes: [9, 4] }),
  );
  assertEquals(wrong.map(({ suite, size }) => [suite, size]), [["random", 4]]);
  assertEquals(certifiedSize(wrong), 0);
  const copies = [{ model: await loadModel("copy"), name: "copy" }];
  const options = { models: copies, certify: true, examples: 2, backend: "wasm" } as const;
  const right = await Array.fromAsync(evaluateModels({ ...options, sizes: [4, 1, 2] }));
  assertEquals(right.map(({ size }) => size), [1, 1, 2, 2, 4, 4]);
  // Without sizes it tries powers of two, as far as one asks.
  const sizes: number[] = [];
  for await (const { size } of evaluateModels(options)) if (sizes.push(size) === 8) break;
  assertEquals(sizes, [1, 1, 2, 2, 4, 4, 8, 8]);
  await assertRejects(
    () => evaluateModels({ ...options, models: [...copies, ...copies] }).next(),
    UsageError,
  );
  await assertRejects(() => evaluateModels({ ...options, rows: [] }).next(), UsageError);
});

Deno.test("evaluate --certify prints the certified size last, and a resume does not go beyond it", async () => {
  const adder = await trainAdder();
  const args = [`--model=${adder}`, "--certify", "--size=1,7,30", "--examples=16", "--out=certified.csv"];
  const { code, stderr } = await command(...args);
  assertEquals(code, 0, stderr);
  assertMatch(
    stderr,
    /\nCertified size: 1 \(no error in 16 of each suite at 1\); at 7, \d+ of 16 of \w+ were wrong\n$/,
  );
  const rows = await Deno.readTextFile(`${cwd}/certified.csv`);
  assertStringIncludes(rows, ",7,16,");
  assertEquals(rows.includes(",30,16,"), false);

  // One that was killed between its last row and its end.
  const models = [{ model: [await loadModel(`${cwd}/${adder}`)], name: adder }];
  const options = { models, certify: true, sizes: [1, 7, 30], examples: 16, backend: "wasm" } as const;
  const expected = await expectedReport(options, { json: false, failures: undefined });
  const killed = await ReportFile.open(`${cwd}/killed.csv`, expected, false);
  for await (const row of evaluateModels(options)) await killed.add(row, []);
  const resumed = await command(...args.slice(0, 4), "--out=killed.csv", "--resume");
  assertEquals([resumed.code, withoutSeconds(await Deno.readTextFile(`${cwd}/killed.csv`))], [
    0,
    withoutSeconds(rows),
  ]);
  assertMatch(resumed.stderr, /\nCertified size: 1 /);

  for (
    const [more, message] of [
      [
        ["--data=x.csv"],
        "Cannot use --certify with --data: expected one of them, as the file says what to try",
      ],
      [["--model=a"], "Cannot use --model 2 times with --certify: expected one model"],
    ] as const
  ) assertRefused(await command(`--model=${adder}`, "--certify", ...more), 2, message);
});

const withoutSeconds = (csv: string) => csv.replace(/,[\d.]+(,[\d.]+)$/gm, "$1");
