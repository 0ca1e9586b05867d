import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { RunError } from "../../lib/errors.ts";
import { AtomicFile, explainFileError, removeStaleTemporaries, writeFileAtomic } from "../../lib/io/files.ts";
import { cutLines, LineLog } from "../../lib/io/line_log.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map((entry) => entry.name).sort();
}

async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(attempt, RunError)).message;
}

Deno.test("AtomicFile shows nothing under the name until it is committed", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a.csv`;
    await writeFileAtomic(path, "old");
    const file = await AtomicFile.create(path);
    await file.write(bytes("new "));
    await file.write(bytes("text"));
    assertEquals(await Deno.readTextFile(path), "old");
    assertEquals(namesIn(directory).length, 2);
    await file.commit();
    assertEquals(await Deno.readTextFile(path), "new text");
    assertEquals(namesIn(directory), ["a.csv"]);
  }));

Deno.test("AtomicFile leaves no trace when it is aborted or not committed", () =>
  inDirectory(async (directory) => {
    const file = await AtomicFile.create(`${directory}/a`);
    await file.write(bytes("x"));
    await file.abort();
    await file.abort();
    {
      await using dropped = await AtomicFile.create(`${directory}/b`);
      await dropped.write(bytes("x"));
    }
    assertEquals(namesIn(directory), []);
  }));

Deno.test("AtomicFile removes the temporary file when the rename fails", () =>
  inDirectory(async (directory) => {
    const file = await AtomicFile.create(`${directory}/a`);
    await Deno.mkdir(`${directory}/a`);
    assertEquals(await refusal(() => file.commit()), `Cannot write ${directory}/a: it is a directory`);
    assertEquals(namesIn(directory), ["a"]);
  }));

Deno.test("AtomicFile keeps a link and replaces the file it points at", () =>
  inDirectory(async (directory) => {
    await Deno.mkdir(`${directory}/data`);
    await Deno.writeTextFile(`${directory}/data/real`, "old");
    await Deno.symlink("data/real", `${directory}/link`);
    await writeFileAtomic(`${directory}/link`, "new");
    assertEquals(await Deno.readTextFile(`${directory}/data/real`), "new");
    assertEquals((await Deno.lstat(`${directory}/link`)).isSymlink, true);
  }));

Deno.test("AtomicFile names the path and the reason when it cannot start", () =>
  inDirectory(async (directory) => {
    const messages: [string, string][] = [
      [directory, "it is a directory"],
      [`${directory}/none/a`, "its directory does not exist"],
      [`${directory}/${"x".repeat(300)}`, "the name is too long"],
    ];
    for (const [path, reason] of messages) {
      assertEquals(await refusal(() => AtomicFile.create(path)), `Cannot write ${path}: ${reason}`);
    }
    await Deno.writeTextFile(`${directory}/file`, "");
    assertEquals(
      await refusal(() => AtomicFile.create(`${directory}/file/a`)),
      `Cannot write ${directory}/file/a: a part of the path is not a directory`,
    );
  }));

/** Runs lines that use lib/io/files.ts under other permissions; the answer is what they print. */
async function runWith(permissions: string[], body: string): Promise<string> {
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  const library = new URL("../../lib/io/files.ts", import.meta.url);
  await Deno.writeTextFile(script, `import * as files from "${library}";\n${body}`);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", ...permissions, script],
  }).output();
  await Deno.remove(script);
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test({
  name: "AtomicFile explains a full disk and leaves a device a device",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const output = await runWith(
      ["-A"],
      `await files.writeFileAtomic("/dev/full", "x").catch((e) => console.log(e.name, e.message));
       await files.writeFileAtomic("/dev/null", "x");
       console.log((await Deno.stat("/dev/null")).isCharDevice);`,
    );
    assertEquals(output, "RunError Cannot write /dev/full: no space left on the device\ntrue\n");
  },
});

Deno.test("AtomicFile names the missing permission flag", () =>
  inDirectory(async (directory) => {
    const body = `await files.writeFileAtomic("${directory}/a", "x").catch((e) => console.log(e.message));`;
    for (const [given, missing] of [["--allow-read", "--allow-write"], ["--allow-write", "--allow-read"]]) {
      assertEquals(
        await runWith([given!], body),
        `Cannot write ${directory}/a: Deno was not given permission for it, run again with ${missing}\n`,
      );
    }
  }));

Deno.test("explainFileError() keeps an explanation and shows an unknown error in one line", () => {
  const explained = new RunError("Cannot read a: b", { code: "file_access" });
  assertEquals(explainFileError("write", "c", explained), explained);
  assertEquals(explainFileError("open", "c", new Error("odd\nmore")).message, "Cannot open c: odd");
});

Deno.test("removeStaleTemporaries() removes temporary files only", () =>
  inDirectory(async (directory) => {
    const stale = await AtomicFile.create(`${directory}/checkpoint.safetensors`);
    assertMatch(namesIn(directory)[0]!, /^\.checkpoint\.safetensors\.\d+-[0-9a-f]{8}\.tmp$/);
    for (const name of [".hidden", "notes.tmp", "checkpoint.safetensors", ".a.1-xyz.tmp"]) {
      await Deno.writeTextFile(`${directory}/${name}`, "");
    }
    await removeStaleTemporaries(directory);
    assertEquals(namesIn(directory), [".a.1-xyz.tmp", ".hidden", "checkpoint.safetensors", "notes.tmp"]);
    await stale.abort();
    assertMatch(
      await refusal(() => removeStaleTemporaries(`${directory}/none`)),
      /no such file or directory/,
    );
  }));

Deno.test("LineLog writes its header once and appends", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/metrics.csv`;
    for (const line of ["1,a\n", "2,b\n"]) {
      using log = await LineLog.open(path, "step,x\n");
      await log.write(line);
    }
    assertEquals(await Deno.readTextFile(path), "step,x\n1,a\n2,b\n");
  }));

Deno.test("LineLog says so in one line where its directory is gone, and can be closed then", () =>
  inDirectory(async (directory) => {
    await Deno.mkdir(`${directory}/run`);
    const path = `${directory}/run/metrics.csv`;
    using log = await LineLog.open(path, "step,x\n");
    await log.write("1,a\n");
    await Deno.remove(`${directory}/run`, { recursive: true });
    for (const attempt of [() => log.write("2,b\n"), () => log.restore()]) {
      assertEquals(await refusal(attempt), `Cannot write ${path}: its directory does not exist`);
    }
    await Deno.mkdir(`${directory}/run`);
    await log.write("2,b\n");
    assertEquals(await Deno.readTextFile(path), "step,x\n1,a\n2,b\n");
  }));

Deno.test("cutLines() keeps the header and what is wanted, and drops a torn line", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/metrics.csv`;
    const upTo2 = (line: string) => Number(line.split(",")[0]) <= 2;
    const cut = async (text: string) => {
      await Deno.writeTextFile(path, text);
      await cutLines(path, "step,x\n", upTo2);
      return await Deno.readTextFile(path);
    };
    assertEquals(await cut("step,x\n1,a\n2,b\n3,c\n"), "step,x\n1,a\n2,b\n");
    assertEquals(await cut("step,x\n1,a\n2,"), "step,x\n1,a\n");
    assertEquals(await cut("step"), "");
    assertEquals(await cut(""), "");
    assertEquals(await cut("step\n1\n3\n"), "step,x\n1,\n"); // begun when there was no column x
    assertEquals(await cut("step,y\n1,a\n"), "step,y\n1,a\n");
    await Deno.truncate(path, 3e9);
    assertEquals(
      await refusal(() => cutLines(path, "step,x\n", upTo2)),
      `Cannot read ${path}: it has 3,000,000,000 bytes, expected at most 64,000,000`,
    );
    assertEquals(
      await refusal(() => cutLines(`${directory}/none`, "step,x\n", upTo2)),
      `Cannot read ${directory}/none: no such file or directory`,
    );
  }));
