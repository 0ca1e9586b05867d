// The directory of a run: what else may stand in it, and where a run is refused.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { problems, RunError, train, type TrainReport } from "../../mod.ts";
import { emptyDirectory, filesIn } from "../support/process.ts";
import { contentsOf, rowsOf, tiny } from "../support/tiny_run.ts";

Deno.test("runs that are started together take directories beside each other", async () => {
  const out = `${emptyDirectory()}/run`;
  const results = await Promise.all(
    [1, 2, 3].map(() => train({ ...tiny, steps: 4, out, existing: "beside" })),
  );
  assertEquals(results.map(({ out }) => out).sort(), [out, `${out}-2`, `${out}-3`]);
  for (const { out } of results) assert(filesIn(out!).includes("report.csv"));
});

Deno.test({
  name: "no file of a run is written through a symbolic link that leads out of its directory",
  ignore: Deno.build.os === "windows",
  async fn() {
    const directory = emptyDirectory();
    const out = `${directory}/run`;
    await train({ ...tiny, out });
    for (const name of ["config.json", "metrics.csv", "checkpoint.safetensors", "run.lock"]) {
      const outside = `${directory}/outside-${name}`;
      if (name === "run.lock") await Deno.writeTextFile(outside, "precious");
      else await Deno.rename(`${out}/${name}`, outside);
      await Deno.symlink(outside, `${out}/${name}`);
      const before = await Deno.readFile(outside);
      for (const existing of ["resume", "overwrite"] as const) {
        const refusal = await assertRejects(() => train({ ...tiny, steps: 24, out, existing }), RunError);
        assertStringIncludes(
          refusal.message,
          `Cannot write ${out}/${name}: it is a symbolic link that leads out`,
        );
      }
      assertEquals(await Deno.readFile(outside), before);
      await Deno.remove(`${out}/${name}`);
      if (name !== "run.lock") await Deno.rename(outside, `${out}/${name}`);
    }
    // A directory that is a link itself is its owner's business, and so is a link within it.
    await Deno.symlink(out, `${directory}/link`);
    await train({ ...tiny, steps: 24, out: `${directory}/link`, existing: "resume" });
  },
});

Deno.test("a run that takes the place of another one leaves it alone until a step has succeeded", async () => {
  const out = `${emptyDirectory()}/run`;
  const { model } = await train({ ...tiny, out });
  const before = contentsOf(out);
  const from = { ...model, parameters: model.parameters.map(() => 3e38) };
  await assertRejects(() => train({ ...tiny, out, from, existing: "overwrite" }), RunError, "not finite");
  assertEquals(contentsOf(out), before);
  const broken = { ...problems.copy!, answer: (input: string) => input.length > 1 ? fail() : input };
  const fail = () => {
    throw new Error("broken at larger sizes");
  };
  await assertRejects(() => train({ ...tiny, out, problem: broken, existing: "overwrite" }), RunError);
  assertEquals(contentsOf(out), before);
  await train({ ...tiny, steps: 4, out, existing: "overwrite" });
  assertEquals(rowsOf(`${out}/metrics.csv`).length, 2);
});

Deno.test({
  name:
    "a run whose directory holds something else under the name of one of its files is refused in one line",
  ignore: Deno.build.os === "windows",
  async fn() {
    const directory = emptyDirectory();
    const out = `${directory}/run`;
    await train({ ...tiny, steps: 4, out });
    for (const name of ["run.lock", "metrics.csv", "validation.csv", "model.safetensors", "report.csv"]) {
      const there = await Deno.stat(`${out}/${name}`).catch(() => undefined);
      if (there !== undefined) await Deno.rename(`${out}/${name}`, `${directory}/kept`);
      const pretenders: [reason: string, make: () => Promise<unknown>][] = [
        [
          "it is no regular file, expected one",
          () => new Deno.Command("mkfifo", { args: [`${out}/${name}`] }).output(),
        ],
        ["it is a directory", () => Deno.mkdir(`${out}/${name}`)],
      ];
      for (const [reason, make] of pretenders) {
        await make();
        const before = filesIn(out);
        for (const existing of ["resume", "overwrite", undefined] as const) {
          const { message } = await assertRejects(() => train({ ...tiny, out, existing }), RunError);
          assertEquals(message, `Cannot write ${out}/${name}: ${reason}`);
        }
        assertEquals(filesIn(out), before);
        await Deno.remove(`${out}/${name}`);
      }
      if (there !== undefined) await Deno.rename(`${directory}/kept`, `${out}/${name}`);
    }
    await train({ ...tiny, steps: 8, out, existing: "resume" });
  },
});

Deno.test("a run whose whole directory is removed while it goes on ends with one line", async () => {
  const out = `${emptyDirectory()}/run`;
  let removed = false;
  const onReport = ({ kind }: TrainReport) => {
    if (kind !== "window" || removed) return;
    removed = true;
    Deno.removeSync(out, { recursive: true });
  };
  const thrown = await assertRejects(() => train({ ...tiny, out, onReport }), RunError);
  assertEquals(thrown.message, `Cannot write ${out}/metrics.csv: its directory does not exist`);
});
