// The train command, ended from outside in several ways, and resumed.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Random } from "../../mod.ts";
import { emptyDirectory, filesIn, run, start } from "../support/process.ts";
import { contentsOf, flags } from "../support/small_run.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`resume_command_test: TEST_SEED=${seed}`);

const straight = `${emptyDirectory()}/straight`;
const begun = await begin([`--out=${straight}`]);
const from = performance.now();
await new Response(begun.stdout).text();
assertEquals((await begun.status).code, 0);
/** Milliseconds that a run lasts from what it tells first. */
const lasting = performance.now() - from;
const expected = await contentsOf(straight);

/** A training that has told that it has begun. */
async function begin(more: string[]): Promise<Deno.ChildProcess> {
  const process = start("train", [...flags, ...more]);
  await process.stderr.getReader().read();
  return process;
}

Deno.test("a run that was killed at any moments ends like one that was not", async () => {
  const out = emptyDirectory();
  const random = new Random(seed, "killed");
  let kills = 0;
  for (let i = 0; i < 6; i++) {
    // One that was killed before it held a run begins anew.
    const resumes = filesIn(out).includes("config.json") ? ["--resume"] : [];
    const process = await begin(["--checkpoint-every=8", `--out=${out}`, ...resumes]);
    await new Promise((resolve) => setTimeout(resolve, random.uniform() * lasting / 6));
    try {
      process.kill("SIGKILL");
    } catch (thrown) {
      assert(thrown instanceof TypeError, `${thrown}`); // it has come to its end before
    }
    await process.stdout.cancel();
    if ((await process.status).signal === "SIGKILL") kills++;
  }
  assert(kills >= 3, `${kills} kills (TEST_SEED=${seed})`);
  assertEquals((await run("train", ["--resume", `--out=${out}`])).code, 0);
  assertEquals(await contentsOf(out), expected, `TEST_SEED=${seed}`);
});

const unix = { ignore: Deno.build.os === "windows" };

Deno.test("train saves a checkpoint when a signal ends it, and goes on from there", unix, async () => {
  const out = `${emptyDirectory()}/run`;
  for (const [signal, status, more] of [["SIGINT", 130, []], ["SIGTERM", 143, ["--resume"]]] as const) {
    const process = start("train", [...flags, "--checkpoint-every=1000", "--json", `--out=${out}`, ...more]);
    const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = ""; !part.includes('"event":"window"');) {
      const { value, done } = await reader.read();
      assert(!done, "the run ended before a window was over");
      part += value;
    }
    process.kill(signal);
    while (!(await reader.read()).done); // what it still writes
    const stderr = await new Response(process.stderr).text();
    assertEquals((await process.status).code, status);
    assert(!/error|at .*\.ts/.test(stderr), stderr);
    assertMatch(stderr, new RegExp(`\\nInterrupted; to go on: .* train --resume --out ${out}\\n$`));
    assert(filesIn(out).includes("checkpoint.safetensors"));
  }
  const { code, stderr } = await run("train", [`--out=${out}`, "--resume"]);
  assertEquals(code, 0);
  assertMatch(stderr, /, from step [1-9]/);
  assertEquals(await contentsOf(out), expected);
});

Deno.test("resuming a finished run prints its report and changes nothing", async () => {
  const out = `${emptyDirectory()}/run`;
  const first = await run(
    "train",
    [...flags, "--steps=24", `--out=${out}`].filter((flag) => flag !== "--steps=600"),
  );
  const contents = () => Promise.all(filesIn(out).map((name) => Deno.readTextFile(`${out}/${name}`)));
  const before = await contents();
  for (const more of [[], ["--checkpoint-every=3"], ["--steps=24"], ["--steps=20", "--attempts=5"]]) {
    const again = await run("train", ["--resume", `--out=${out}`, ...more]);
    assertEquals([again.code, again.stdout], [0, first.stdout], again.stderr);
    if (more.length === 0) assertEquals(await contents(), before);
    assertEquals((await contents()).slice(2), before.slice(2)); // all but the checkpoint and config.json
  }
});

Deno.test("train refuses to resume with other settings, and names the one", async () => {
  const directory = emptyDirectory();
  const rows = ["problem,size,input,target", "mine,1,a,b", "mine,1,b,a", "mine,2,ab,ba", "mine,2,ba,ab"];
  await Deno.writeTextFile(`${directory}/rows.csv`, rows.join("\n"));
  await Deno.writeTextFile(`${directory}/other.csv`, [...rows, "mine,2,aa,bb"].join("\n"));
  const small = ["--backend=wasm", "--steps=4", "--maps=4", "--batch-size=4"];
  const begin = async (...args: string[]) => {
    const out = await Deno.makeTempDir({ dir: directory });
    const { code, stderr } = await run("train", [...small, ...args, `--out=${out}`]);
    assertEquals(code, 0, stderr);
    return out;
  };
  const generated = await begin("--problem=copy", "--max-size=3");
  const data = await begin(`--data=${directory}/rows.csv`, `--validate=${directory}/rows.csv`);
  const refused: [out: string, flag: string, complaint: string][] = [
    [generated, "--maps=6", "maps was 4 and is now 6"],
    [generated, "--learning-rate=0.5", "learning_rate was "],
    [generated, "--seed=2", 'seed was "1" and is now "2"'],
    [generated, "--problem=reverse", 'problem was "copy" and is now "reverse"'],
    [generated, "--preset=paper", 'preset was "default" and is now "paper"'],
    [generated, `--from=${generated}/model.safetensors`, "from was null and is now "],
    [data, `--data=${directory}/other.csv`, 'data was "'],
    [data, `--validate=${directory}/other.csv`, 'validate was "'],
  ];
  for (const [out, flag, complaint] of refused) {
    const { code, stdout, stderr } = await run("train", ["--resume", `--out=${out}`, flag]);
    assertEquals([code, stdout], [2, ""], stderr);
    assert(stderr.startsWith(`error: Cannot resume ${out}: ${complaint}`), stderr);
  }
  const { code, stderr } = await run("train", [
    ...[
      "--resume",
      `--out=${generated}`,
      "--steps=6",
      "--attempts=1",
      "--checkpoint-every=1",
      "--backend=cpu",
    ],
  ]);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /The run began on wasm and goes on on cpu: not the same bits\n/);
});
