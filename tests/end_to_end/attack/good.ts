/** The good files, of which every case damages a copy of one. */
import { train } from "../../../mod.ts";
import { readStored, storedBytes } from "../../support/stored.ts";
import { OWN } from "./cells.ts";
import { makePartialReport } from "./partial_reports.ts";
import { LIMITS, makeRuns, TINY } from "./tiny.ts";

/** Makes the good files in a directory that is not there yet: the same bytes each time, so that a case can be repeated. */
export async function makeGoodFiles(good: string): Promise<void> {
  await Deno.mkdir(good);
  await makeRuns(good);
  await train({ ...TINY, configuration: { ...TINY.configuration!, cell: OWN }, out: `${good}/own` });
  for (const run of [...Object.keys(LIMITS), "own"]) {
    for (const name of ["checkpoint", "model"]) {
      const path = `${good}/${run}/${name}.safetensors`;
      const { metadata, tensors } = await readStored(path);
      const same = Object.entries(metadata).map(([key, text]) => [key, withoutChance(text)]);
      await Deno.writeFile(path, await storedBytes({ metadata: Object.fromEntries(same), tensors }));
    }
  }
  await makePartialReport(good);
  const partial = `${good}/report/rows.partial.json`;
  await Deno.writeTextFile(partial, withoutChance(await Deno.readTextFile(partial)));
}

/** JSON with other clock times and paths than chance gave it. */
function withoutChance(json: string): string {
  return json.replace(/"seconds":[^,}]+/g, '"seconds":0.25')
    .replace(/"model":"[^"]+\/model\.safetensors"/g, '"model":"run/model.safetensors"');
}
