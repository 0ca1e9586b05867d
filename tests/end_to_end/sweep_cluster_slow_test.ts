/**
 * Sweeps as docs/sweep.md has them spread over jobs: under GNU parallel, and under a real Slurm of one node. Where those
 * are not installed the tests are skipped and say so, unless NEURAL_GPU_REQUIRE_CLUSTER=1: then it is a failure.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  emptyDirectory,
  filesIn,
  type Outcome,
  outcomeOf,
  permissionsOf,
  root,
  run,
} from "../support/process.ts";
import { parseRows } from "../support/sweep_rows.ts";

const manual = await Deno.readTextFile(`${root}/docs/sweep.md`);
const settings = [
  ...["--problem=copy", "--backend=wasm", "--max-size=2", "--maps=4", "--batch-size=4"],
  "--steps=2",
];
const deno = [Deno.execPath(), "run", "--quiet", "--config", `${root}/deno.json`, ...permissionsOf("sweep")];
const sweep = [...deno, `${root}/tasks/sweep.ts`].join(" ");

/** A test that needs programs of Debian packages. */
function testWith(programs: readonly string[], name: string, fn: () => Promise<void>): void {
  const path = `${Deno.env.get("PATH")}:/usr/sbin`.split(":");
  const missing = programs.filter((program) => !path.some((directory) => isFile(`${directory}/${program}`)));
  if (missing.length > 0 && Deno.env.get("NEURAL_GPU_REQUIRE_CLUSTER") === "1") {
    throw new Error(`NEURAL_GPU_REQUIRE_CLUSTER is 1, but this machine has no ${missing.join(", ")}`);
  }
  const ignore = missing.length > 0;
  Deno.test({ name: ignore ? `${name} (skipped: no ${missing.join(", ")})` : name, ignore, fn });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** The shell code of the documentation that has a word, for a sweep that is smaller. */
function documented(word: string): string {
  const blocks = [...manual.matchAll(/```sh\n([^]*?)```/g)].map(([, code]) => code!);
  const code = blocks.find((code) => code.includes(word)) ?? "";
  const command = "deno task sweep --grid grid.json --seeds 1..10";
  assertStringIncludes(code, command);
  return code.replace(command, `${sweep} --grid grid.json --seeds 1 ${settings.join(" ")}`);
}

async function shell(cwd: string, args: readonly string[]): Promise<Outcome> {
  const [command, ...rest] = args as [string, ...string[]];
  const env = { NO_COLOR: "1", PARALLEL_HOME: cwd };
  return await outcomeOf(
    new Deno.Command(command, { args: rest, cwd, env, stdout: "piped", stderr: "piped" }).spawn(),
  );
}

async function gridIn(cwd: string): Promise<void> {
  await Deno.writeTextFile(`${cwd}/grid.json`, '[{}, { "dropout": [0] }]');
}

let known: Promise<Record<string, string>[]> | undefined;

/** What the whole sweep gives, without clock times. */
function whole(): Promise<Record<string, string>[]> {
  return known ??= (async () => {
    const cwd = emptyDirectory();
    await gridIn(cwd);
    const args = ["--grid=grid.json", "--seeds=1", ...settings];
    const { code, stdout, stderr } = await run("sweep", args, { cwd });
    assertEquals(code, 0, stderr);
    return timeless(stdout);
  })();
}

function timeless(csv: string): Record<string, string>[] {
  return parseRows(csv)
    .map((row) => ({ ...row, seconds: "", seconds_to_fit: "" }))
    .sort((a, b) => String(Object.values(a)) < String(Object.values(b)) ? -1 : 1);
}

/** Asserts that the shards are there, and merged are the whole sweep. */
async function assertWhole(cwd: string, shards: readonly string[]): Promise<void> {
  const directory = "runs/sweep-grid";
  const tables = filesIn(`${cwd}/${directory}`).filter((name) => name.endsWith(".csv"));
  assertEquals(tables, shards.map((shard) => `results-${shard}.csv`));
  const { code, stdout, stderr } = await run("sweep", [
    "--merge",
    ...tables.map((name) => `${directory}/${name}`),
  ], { cwd });
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /\ndropout +runs +failed +solved .*\n +0 +1 +0 +0 /);
  assertEquals(timeless(stdout), await whole());
}

testWith(["parallel"], "shards under GNU parallel, as documented, are the whole sweep", async () => {
  const cwd = emptyDirectory();
  await gridIn(cwd);
  const code = documented("parallel").replace("{}/4 ::: 1 2 3 4", "{}/2 ::: 1 2");
  const { code: status, stderr } = await shell(cwd, ["sh", "-c", code]);
  assertEquals(status, 0, stderr);
  await assertWhole(cwd, ["1of2", "2of2"]);
});

const slurm = ["slurmctld", "slurmd", "sbatch", "munged"];

testWith(slurm, "shards as a job array of a real Slurm, as documented, are the whole sweep", async () => {
  const cwd = emptyDirectory();
  await gridIn(cwd);
  const script = documented("#SBATCH").replace("--array=1-10", "--array=1-2").replace("/10", "/2")
    .replace("--cpus-per-task=2", "--cpus-per-task=1");
  await Deno.writeTextFile(`${cwd}/sweep.sh`, script);
  const submit =
    'id=$(sbatch --parsable sweep.sh); while [ -n "$(squeue --noheader --job="$id")" ]; do sleep 0.2; done';
  const { code, stderr } = await shell(cwd, [
    "bash",
    `${root}/tests/end_to_end/cluster/slurm.sh`,
    "bash",
    "-c",
    submit,
  ]);
  const logs = filesIn(cwd).filter((name) => name.endsWith(".log"));
  assertEquals([code, logs], [0, ["sweep-1.log", "sweep-2.log"]], stderr);
  await assertWhole(cwd, ["1of2", "2of2"]);
});
