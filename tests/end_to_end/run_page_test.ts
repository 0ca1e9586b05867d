// The report.html of a run: when it is written, and what it tells.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { problems, train, type TrainReport } from "../../mod.ts";
import { takeAway } from "../support/take_away.ts";
import { emptyDirectory, filesIn } from "../support/process.ts";
import { tiny } from "../support/tiny_run.ts";

const pageIn = (out: string) => Deno.readTextFile(`${out}/report.html`);

Deno.test("report.html tells how a run went, and is made again where it is missing", async () => {
  const out = `${emptyDirectory()}/run`;
  const { reason, model } = await train({ ...tiny, out });
  const page = await pageIn(out);
  assertStringIncludes(page, `Not solved after 20 steps: ${reason}`);
  assertMatch(page, /<h1>copy, preset default, seed 1<\/h1>/);
  for (const { suite, size, examples, errors } of model.results) {
    assertStringIncludes(
      page,
      `<td>${size}</td><td>${suite}</td><td>${examples - errors} of ${examples}</td>`,
    );
  }
  const wrong = model.results.reduce((sum, { errors }) => sum + errors, 0);
  assertMatch(page, new RegExp(`${wrong} of the \\d+ answers of the report were wrong\\.`));
  assertEquals(page.match(/<svg xmlns/g)?.length, 2);
  assertStringIncludes(page, "validation: answers right");
  assertStringIncludes(page, "trained to 2");

  await train({ ...tiny, out, existing: "resume" });
  assertEquals(await pageIn(out), page);
  await Deno.remove(`${out}/report.html`);
  await train({ ...tiny, out, existing: "resume" });
  assertEquals(await pageIn(out), page);
  await train({ ...tiny, steps: 24, out, existing: "resume" });
  assertStringIncludes(await pageIn(out), "Not solved after 24 steps");
  await train({ ...tiny, steps: 4, out, existing: "overwrite" });
  assertStringIncludes(await pageIn(out), "Not solved after 4 steps");
});

Deno.test("report.html goes with the report: no run has one without the other", async () => {
  const out = `${emptyDirectory()}/run`;
  const stopped = new AbortController();
  const onReport = ({ kind }: { kind: string }) => kind === "row" ? stopped.abort() : undefined;
  await train({ ...tiny, out });
  await train({ ...tiny, steps: 24, out, existing: "resume", signal: stopped.signal, onReport }).catch(
    () => {},
  );
  const left = () => filesIn(out).filter((name) => name.startsWith("report"));
  assertEquals(left(), []);
  await train({ ...tiny, steps: 24, out, existing: "resume", report: false });
  assertEquals(left(), []);
  await train({ ...tiny, steps: 24, out, existing: "resume" });
  assertEquals(left(), ["report.csv", "report.html"]);
});

Deno.test("where report.html cannot be drawn, a run still gives its report, and says so", async () => {
  const out = `${emptyDirectory()}/run`;
  const { model } = await train({ ...tiny, out });
  await Deno.remove(`${out}/report.html`);
  await Deno.writeTextFile(`${out}/metrics.csv`, "damaged\n", { append: true });
  const notes: string[] = [];
  const onReport = (news: TrainReport) => news.kind === "note" && notes.push(news.text);
  const again = await train({ ...tiny, out, existing: "resume", onReport });
  assertEquals(again.model.results, model.results);
  assertMatch(notes.at(-1)!, /^report\.html is not written: Cannot read .*metrics\.csv: row 6 has 1 cells/);
  assertEquals(filesIn(out).includes("report.html"), false);
});

Deno.test("report.html holds an input with its answer of a problem of one's own, and a run too short for curves", async () => {
  const out = `${emptyDirectory()}/run`;
  await train({ ...tiny, problem: takeAway, steps: 1, out });
  const page = await pageIn(out);
  const data = JSON.parse(/id="data">(.*?)<\/script>/.exec(page)![1]!);
  assertEquals(data.target, takeAway.answer(data.input));
  assert(Object.hasOwn(problems, takeAway.name) === false);
});
