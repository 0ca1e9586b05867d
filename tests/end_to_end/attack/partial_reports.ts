/** Damaged partial reports of evaluations that are resumed, as by the `evaluate` command. */
import { equal } from "@std/assert";
import { evaluate, type EvaluateOptions, type EvaluationState, loadModel, type Model } from "../../../mod.ts";
import { ReportFile } from "../../../lib/evaluation/report_file.ts";
import { type ExpectedReport, expectedReport } from "../../../lib/evaluation/expected_report.ts";
import { damageBytes } from "./bytes.ts";
import { damageJson } from "./json.ts";
import { Harm, type Kind } from "./kind.ts";
import { checkReport } from "./sound.ts";
import { copyDirectory } from "./tiny.ts";

const optionsOf = (model: Model): EvaluateOptions => ({
  models: [{ model, name: "model" }],
  sizes: [2, 3],
  examples: 8,
  backend: "wasm",
  workers: 1,
});

const expectedFor = (options: EvaluateOptions): Promise<ExpectedReport> =>
  expectedReport(options, { json: false, failures: undefined });

/** Leaves an evaluation with three rows of four and a half, and beside it the whole one. */
export async function makePartialReport(good: string): Promise<void> {
  const options = optionsOf(await loadModel(`${good}/finished/model.safetensors`));
  for (const name of ["report", "report-whole"]) {
    await Deno.mkdir(`${good}/${name}`);
    const report = await ReportFile.open(`${good}/${name}/rows`, await expectedFor(options), false);
    let state: EvaluationState | undefined;
    const onReport: EvaluateOptions["onReport"] = (news) =>
      void (news.kind === "state" && (state = news.state));
    for await (const row of evaluate({ ...options, onReport })) {
      if (name === "report" && report.rows.length === 2) {
        await report.note({ ...state!, verdicts: state!.verdicts.slice(0, 5) });
        await report.leave();
        break;
      }
      await report.add(row, []);
    }
    if (name === "report-whole") await report.finish();
  }
}

/** The kind. */
export const partialReports: Kind = {
  name: "partial reports",
  async prepare(good, random) {
    await copyDirectory(`${good}/report`, "report");
    const path = "report/rows.partial.json";
    const options = optionsOf(await loadModel(`${good}/finished/model.safetensors`));
    return {
      path,
      how: "resumed",
      keeps: "report",
      damage: async () =>
        random.uniform() < 0.7
          ? damageJson(JSON.parse(await Deno.readTextFile(path)), random)
          : damageBytes(await Deno.readFile(path), random),
      async use() {
        const report = await ReportFile.open("report/rows", await expectedFor(options), true);
        for await (const row of evaluate({ ...options, from: report.state })) await report.add(row, []);
        await report.finish();
        const [found, expected] = await Promise.all(
          ["report/rows", `${good}/report-whole/rows`].map((rows) => Deno.readTextFile(rows)),
        );
        checkReport(found!);
        if (!equal(namesOf(found!), namesOf(expected!))) {
          throw new Harm("the report has rows of something else");
        }
      },
    };
  },
};

/** What the rows of a report are about. */
function namesOf(csv: string): string[] {
  return csv.split("\n").map((line) => line.split(",").slice(0, 5).join());
}
