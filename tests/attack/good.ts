/** The good files, of which every case damages a copy of one. */
import { makePartialReport } from "./partial_reports.ts";
import { makeRuns } from "./tiny.ts";

/** Makes the good files in a directory that is not there yet. */
export async function makeGoodFiles(good: string): Promise<void> {
  await Deno.mkdir(good);
  await makeRuns(good);
  await makePartialReport(good);
}
