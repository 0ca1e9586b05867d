// Only one process at a time has a lock, and only one sweep trains a run.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FileLock } from "../../lib/io/lock.ts";
import { assertRefused, emptyDirectory, filesIn, run } from "../support/process.ts";
import { parseRows } from "../support/sweep_rows.ts";

const cwd = emptyDirectory();

Deno.test("a lock is one process's until it lets go, and leaves no file", async () => {
  const path = `${cwd}/alone`;
  {
    await using lock = await FileLock.acquire(path);
    assert(lock !== undefined);
    assertEquals(await FileLock.acquire(path), undefined);
  }
  assertEquals(filesIn(cwd), []);
  await using lock = await FileLock.acquire(path);
  assert(lock !== undefined);
});

Deno.test("a lock is had by one, though its file is removed by the one before just after it was opened", async () => {
  const path = `${cwd}/raced`;
  const { open } = Deno;
  let opened = 0;
  Deno.open = async (...args) => {
    const file = await open(...args);
    if (opened++ === 0) await Deno.remove(`${path}.lock`);
    return file;
  };
  try {
    await using lock = await FileLock.acquire(path);
    assert(lock !== undefined);
    assertEquals(await FileLock.acquire(path), undefined);
  } finally {
    Deno.open = open;
  }
});

Deno.test("a run that another sweep is training is left out without a row, for a later call", async () => {
  const args = [
    ...["--problem=copy", "--backend=wasm", "--max-size=2", "--maps=4", "--batch-size=4", "--steps=2"],
    ...["--seeds=1..2", "--dir=shared"],
  ];
  const names = async (...more: string[]) => {
    const { code, stdout, stderr } = await run("sweep", [...args, ...more], { cwd });
    return { code, stderr, runs: parseRows(stdout).map((row) => row.run!) };
  };
  const { code, stderr, runs } = await names("--out=whole.csv");
  assertEquals([code, runs.length], [0, 2], stderr);
  const [first, second] = runs;
  const path = `${cwd}/shared/${first}`;
  await Deno.remove(path, { recursive: true });
  {
    await using lock = await FileLock.acquire(path);
    assert(lock !== undefined);
    const beside = await names();
    assertEquals([beside.code, beside.runs], [1, [second!]], beside.stderr);
    assertStringIncludes(beside.stderr, `\n${first}: left out, another sweep is training it\n`);
    assertStringIncludes(beside.stderr, "\nSome runs have no row yet: the same command goes on with them\n");
    assert(!filesIn(`${cwd}/shared`).includes(first!));
  }
  const later = await names();
  assertEquals([later.code, later.runs], [0, [second!, first!]], later.stderr);
  assertEquals(filesIn(`${cwd}/shared`), [first!, second!, "results.csv", "summary.csv"].sort());
});

Deno.test("a run that another process is training is refused, be it resumed, overwritten or begun", async () => {
  const args = [
    "--problem=copy",
    "--backend=wasm",
    "--max-size=2",
    "--maps=4",
    "--batch-size=4",
    "--out=run",
  ];
  assertEquals((await run("train", [...args, "--steps=2"], { cwd })).code, 0);
  const files = filesIn(`${cwd}/run`);
  {
    await using lock = await FileLock.acquire(`${cwd}/run/run`);
    assert(lock !== undefined);
    for (const more of [["--resume"], ["--overwrite"], []]) {
      const message = "Cannot use --out run: another process is training the run that it holds";
      assertRefused(await run("train", [...args, ...more], { cwd }), 1, message);
    }
  }
  assertEquals(filesIn(`${cwd}/run`), files);
  assertEquals((await run("train", ["--resume", "--steps=4", "--out=run"], { cwd })).code, 0);
});
