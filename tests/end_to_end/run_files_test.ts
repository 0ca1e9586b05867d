// The files of a run: what is written when, and what is never written.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadModel, type ReportRow, RunError, saveModel, train, type TrainReport } from "../../mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/io/safetensors.ts";
import { assertRefused, emptyDirectory, filesIn, run, start } from "../support/process.ts";
import { flags } from "../support/small_run.ts";
import { contentsOf, rowsOf, tiny } from "../support/tiny_run.ts";

Deno.test("validation.csv has a row for each size and suite that a validation looked at, and the last step's", async () => {
  const out = `${emptyDirectory()}/run`;
  const notes: TrainReport[] = [];
  const learns = { ...tiny.configuration, maps: 6, batch_size: 16, start_size: 1, steps_after_mastery: 400 };
  await train({ ...tiny, configuration: learns, steps: 101, out, onReport: (report) => notes.push(report) });
  const [header, ...rows] = rowsOf(`${out}/validation.csv`);
  assertEquals(header!.join(), "step,attempt,size,suite,examples,sequence_accuracy,confirmation");
  const steps = [...new Set(rows.map(([step]) => Number(step)))];
  assertEquals(steps.at(-1), 101, "the last step was not validated");
  assert(steps.slice(0, -1).every((step) => step % 8 === 0) && steps.length > 2, String(steps));
  const last = rows.filter(([step]) => step === "101").map((row) => row.slice(1, 5).join());
  const [all, first] = [["1,2,random,128", "1,2,carry,128", "1,4,random,32", "1,4,carry,32"], 2];
  assertEquals(last, last.length === first ? all.slice(0, first) : all);
  assert(rows.every((row) => Number(row[5]) >= 0 && Number(row[5]) <= 1 && row[6] === "0"));
  const closing = notes.filter((report) => report.kind === "validation" && report.closing);
  assertEquals(closing.length, 1);
});

Deno.test("the report of a run on files has all sizes that were held out", async () => {
  const rows = [1, 2, 3].flatMap((size) =>
    Array.from({ length: 2 ** size }, (_, i) => {
      const input = i.toString(2).padStart(size, "0");
      return { problem: "mine", size, input, target: input };
    })
  );
  const data = { problem: { name: "mine", symbols: "01", maxSize: 3 }, rows, validation: rows };
  const { problem: _, ...options } = tiny;
  const configuration = { ...tiny.configuration, max_size: 3 };
  const { model } = await train({ ...options, configuration, steps: 4, data });
  assertEquals(model.results.map(({ suite, size, examples }) => [suite, size, examples]), [
    ["data", 1, 2],
    ["data", 2, 4],
    ["data", 3, 8],
  ]);
});

Deno.test("a file of a run that somebody removes while it goes on is written again, whole", async () => {
  const directory = emptyDirectory();
  await train({ ...tiny, out: `${directory}/straight` });
  const out = `${directory}/run`;
  const onReport = ({ kind }: TrainReport) => {
    if (kind !== "window") return;
    for (const name of ["metrics.csv", "validation.csv", "config.json"]) {
      if (filesIn(out).includes(name)) Deno.removeSync(`${out}/${name}`);
    }
  };
  await train({ ...tiny, out, onReport });
  assertEquals(filesIn(out), filesIn(`${directory}/straight`));
  const steps = (path: string) => rowsOf(path).map(([step]) => step);
  for (const name of ["metrics.csv", "validation.csv"]) {
    assertEquals(steps(`${out}/${name}`), steps(`${directory}/straight/${name}`));
  }
  assertEquals(JSON.parse(Deno.readTextFileSync(`${out}/config.json`)).identity.problem, "copy");
});

Deno.test("a resumed run leaves every file as it was until a step has succeeded", async () => {
  const out = `${emptyDirectory()}/run`;
  await train({ ...tiny, out });
  // Parameters as large as can be make the first step's loss infinite.
  const path = `${out}/checkpoint.safetensors`;
  const file = await decodeSafetensors(await Deno.readFile(path), path);
  const { checksum: _, ...metadata } = file.metadata;
  file.tensors.get("parameters")!.data.fill(3e38);
  await Deno.writeFile(path, await encodeSafetensors({ ...file, metadata }));
  const before = contentsOf(out);
  await assertRejects(
    () => train({ ...tiny, steps: 40, out, existing: "resume" }),
    RunError,
    "a loss, gradient or parameter is not finite",
  );
  assertEquals(contentsOf(out), before);
});

Deno.test("a finished run whose model has another report, or none, is reported anew and never called solved for it", async () => {
  const out = `${emptyDirectory()}/run`;
  const first = await train({ ...tiny, out });
  const path = `${out}/model.safetensors`;
  const foreign = first.model.results.map((row) => ({
    ...row,
    size: row.size + 1,
    errors: 0,
    sequence_accuracy: 1,
    answer_accuracy: 1,
  }));
  for (const results of [[], foreign, undefined]) {
    if (results === undefined) await Deno.remove(path);
    else await saveModel(path, { ...first.model, results });
    const again = await train({ ...tiny, out, existing: "resume" });
    const plain = (rows: readonly ReportRow[]) => rows.map((row) => ({ ...row, seconds: 0 }));
    assertEquals(plain(again.model.results), plain(first.model.results));
    assertEquals([again.solved, again.reason], [first.solved, first.reason]);
    assertEquals((await loadModel(path)).results.length, first.model.results.length);
  }
});

Deno.test("a configuration that names a module, data or a server makes a resumed run load none of them", async () => {
  const directory = emptyDirectory();
  const out = `${directory}/run`;
  await train({ ...tiny, out, note: { problem: "copy" } });
  const path = `${out}/config.json`;
  const config = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(`${directory}/evil.ts`, `await Deno.writeTextFile("${directory}/ran", "");`);
  const evil = { problem: `${directory}/evil.ts` };
  const named = /its problem is the module ".*evil\.ts", expected --problem on the command line$/;
  const attacks: [object, 1 | 2, RegExp][] = [
    [{ arguments: evil }, 2, named],
    [
      { arguments: evil, identity: { ...config.identity, data: "x" } },
      2,
      /it learned from a file, expected --data/,
    ],
    [
      { arguments: { ...evil, data: "/etc/passwd" } },
      1,
      /its argument data is "\/etc\/passwd", expected none$/,
    ],
    [
      { arguments: { from: "http://127.0.0.1:1/m" } },
      2,
      /from the model at "http:.*", expected --from on the comm/,
    ],
  ];
  for (const [change, status, message] of attacks) {
    await Deno.writeTextFile(path, JSON.stringify({ ...config, ...change }));
    assertRefused(await run("train", ["--resume", `--out=${out}`]), status, message);
    if (message === named) assertRefused(await run("train", [`--config=${path}`]), status, message);
  }
  assertEquals(filesIn(directory), ["evil.ts", "run"]);
});

Deno.test("a reader of train's events that goes away ends the run with a checkpoint", async () => {
  const out = `${emptyDirectory()}/run`;
  const process = start("train", [...flags, "--checkpoint-every=1000", "--json", `--out=${out}`]);
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let seen = ""; !seen.includes('"event":"window"');) seen += (await reader.read()).value;
  await reader.cancel();
  await process.stderr.cancel();
  assertEquals((await process.status).code, 141);
  assert(filesIn(out).includes("checkpoint.safetensors"));
});

Deno.test("a checkpoint that is larger than its run's, or has other tensors, is refused before its data is read", async () => {
  const out = `${emptyDirectory()}/run`;
  await train({ ...tiny, steps: 4, out });
  const path = `${out}/checkpoint.safetensors`;
  const good = await Deno.readFile(path);
  const refusal = async () => {
    const resumed = train({ ...tiny, steps: 8, out, existing: "resume" });
    return (await assertRejects(() => resumed, RunError)).message;
  };
  const { metadata, tensors } = await decodeSafetensors(good, path);
  const few = [...tensors].filter(([name]) => name !== "best");
  const surplus = { shape: [2], data: new Float32Array(2) };
  const others: [reason: string, tensors: typeof few][] = [
    ["tensor best is missing", few],
    [
      'tensor "more" is not part of a checkpoint',
      [...tensors, ["more", surplus]],
    ],
  ];
  for (const [reason, tensors] of others) {
    const bytes = await encodeSafetensors({ metadata, tensors: new Map(tensors) });
    bytes[bytes.length - 1]! ^= 1; // the checksum is wrong, but nobody gets as far as that
    await Deno.writeFile(path, bytes);
    assertEquals(await refusal(), `Cannot read ${path}: ${reason}`);
  }
  await Deno.writeFile(path, good);
  await Deno.truncate(path, 880_000_000);
  const most = 4_000_008 + 4 * 4 * tensors.get("best")!.data.length;
  const figures = [880_000_000, most].map((bytes) => bytes.toLocaleString("en-US"));
  assertEquals(
    await refusal(),
    `Cannot read ${path}: it has ${figures[0]} bytes, expected at most ${figures[1]}`,
  );
});
