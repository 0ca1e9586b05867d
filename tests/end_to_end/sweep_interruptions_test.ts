// Sweeps that are killed, or ended by a signal.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { filesIn, start } from "../support/process.ts";
import { parseRows } from "../support/sweep_rows.ts";
import { cwd, quick, read, runsIn, sweep } from "../support/sweeps.ts";
import { within } from "../support/within.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const until = async (condition: () => boolean) => {
  while (!condition()) await pause(20);
};

Deno.test("a sweep that was killed goes on where it stopped, with the run that it was at", async () => {
  await Deno.writeTextFile(`${cwd}/steps.json`, '{ "steps": [2, 300] }');
  const args = ["--grid=steps.json", "--dir=killed", ...quick, "--learning-rate=0.001"];
  const process = start("sweep", [...args, "--checkpoint-every=8"], { cwd });
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let seen = ""; seen.split("\n").length < 3;) seen += (await reader.read()).value; // the header and a row
  const second = () => runsIn("killed").find((name) => name.includes("steps=300"));
  await until(() => second() !== undefined);
  const directory = `${cwd}/killed/${second()}`;
  await until(() => filesIn(directory).includes("checkpoint.safetensors"));
  process.kill("SIGKILL");
  await Promise.all([process.status, process.stderr.cancel(), reader.cancel()]);
  // The child sees that its sweep is no more.
  const size = () => Deno.statSync(`${directory}/metrics.csv`).size;
  for (let before = -1; before !== size();) {
    before = size();
    await pause(500);
  }
  assert(!filesIn(directory).includes("report.csv"));
  const whole = await read("killed/results.csv");
  await Deno.writeTextFile(`${cwd}/killed/results.csv`, whole + 'copy-default,"copy'); // a row that was torn off

  const { code, stdout, stderr } = await sweep(...args);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "killed/results.csv: 2 runs, 1 of them done before\n");
  assert(stdout.startsWith(whole));
  assertEquals(stdout, await read("killed/results.csv"));
  assertEquals(parseRows(stdout).map(({ max_steps, steps }) => [max_steps, steps]), [["2", "2"], [
    "300",
    "300",
  ]]);
  assertMatch(await Deno.readTextFile(`${directory}/log.txt`), /, from step [1-9]/);
  assertEquals(filesIn(`${cwd}/killed`).filter((name) => !name.startsWith("copy")), [
    "results.csv",
    "summary.csv",
  ]);
});

const unix = { ignore: Deno.build.os === "windows" };

Deno.test("a signal ends the children with a checkpoint, another one ends all at once", unix, async () => {
  const begin = async (dir: string, args: string[]) => {
    const process = start("sweep", [...args, `--dir=${dir}`], { cwd });
    const output = process.output();
    const runs = () => runsIn(dir);
    await until(() => filesIn(cwd).includes(dir) && runs().length > 0);
    await until(() => runs().every((name) => filesIn(`${cwd}/${dir}/${name}`).includes("metrics.csv")));
    await pause(500); // now it is at its steps
    return { process, output, runs };
  };
  const slow = [...quick, "--learning-rate=0.001"];
  for (const [signal, status] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
    const { process, output, runs } = await begin("interrupted", ["--seeds=1..2", ...slow]);
    process.kill(signal);
    const { code, stdout } = await output;
    assertEquals([code, parseRows(new TextDecoder().decode(stdout))], [status, []]);
    assertEquals(runs().length, 1);
    assert(filesIn(`${cwd}/interrupted/${runs()[0]}`).includes("checkpoint.safetensors"));
  }
  const long = ["--problem=copy", "--backend=wasm", "--start-size=40", "--maps=128", "--batch-size=64"];
  await within(1, async (attempt) => {
    const directory = `ended-${attempt}`;
    const { process, output, runs } = await begin(directory, ["--seeds=1", "--workers=1", ...long]);
    process.kill("SIGINT"); // a step takes seconds
    await pause(700);
    const second = performance.now();
    process.kill("SIGINT");
    assertEquals((await output).code, 130);
    const seconds = (performance.now() - second) / 1000;
    assert(!filesIn(`${cwd}/${directory}/${runs()[0]}`).includes("checkpoint.safetensors"));
    return seconds;
  });
});
