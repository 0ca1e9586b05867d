/** The report.html of a run. */
import { readCsv } from "../../io/csv.ts";
import { exists, writeFileAtomic } from "../../io/files.ts";
import type { Model } from "../../model/model.ts";
import { reportPage } from "../../picture/report_page.ts";
import { readRows, type RowsOf } from "../../picture/rows.ts";
import type { Example } from "../../problems/dataset.ts";
import type { RunDirectory } from "./run_directory.ts";

/** Writes report.html where it is missing, from the model with its report and from what the run has logged. */
export async function addPage(
  directory: RunDirectory,
  model: Model,
  verdict: string,
  { input, target }: Example,
): Promise<void> {
  if (await exists(directory.file("report.html"))) return;
  const text = await reportPage(model, {
    verdict,
    metrics: await logged(directory, "metrics"),
    validations: await logged(directory, "validation"),
    beginning: { name: directory.path, input, target },
  });
  await writeFileAtomic(await directory.writable("report.html"), text);
}

async function logged<Name extends "metrics" | "validation">(
  directory: RunDirectory,
  name: Name,
): Promise<RowsOf<Name>> {
  const path = directory.file(`${name}.csv`);
  return await exists(path) ? readRows(name, await readCsv(path), path) : [] as unknown as RowsOf<Name>;
}
