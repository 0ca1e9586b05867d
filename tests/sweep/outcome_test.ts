import { assertRejects } from "@std/assert";
import { RunError } from "../../mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/io/safetensors.ts";
import { readOutcome } from "../../lib/sweep/outcome.ts";
import { cwd, runsIn, sweep, tiny } from "../support/sweeps.ts";

Deno.test("readOutcome() refuses a damaged checkpoint in one line", async () => {
  await sweep("--seeds=1", "--dir=lone", ...tiny);
  const run = `lone/${runsIn("lone")[0]}`;
  const path = `${cwd}/${run}/checkpoint.safetensors`;
  const file = await decodeSafetensors(await Deno.readFile(path), path);
  const state = JSON.parse(file.metadata.state!);
  const refused: [state: unknown, reason: string][] = [
    [{ ...state, step: "x\x1b[2J" }, 'step is "x\\u001b[2J", expected a number of at least 0'],
    [{ ...state, masteredAt: -1 }, "masteredAt is -1, expected a number of at least 0"],
    [[], "step is undefined, expected a number of at least 0"],
  ];
  for (const [damaged, reason] of refused) {
    const metadata = { ...file.metadata, state: JSON.stringify(damaged) };
    await Deno.writeFile(path, await encodeSafetensors({ ...file, metadata }));
    await assertRejects(() => readOutcome(`${cwd}/${run}`), RunError, `Cannot read ${path}: ${reason}`);
  }
  await Deno.remove(path);
  await Deno.mkdir(path);
  await assertRejects(() => readOutcome(`${cwd}/${run}`), RunError, `${path}: it is a directory`);
});
