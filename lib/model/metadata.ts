/** Reads and checks the metadata of model files and checkpoints. */
import { say, sentenceOf, shown, wrongFile } from "../errors.ts";
import { complaintAboutAlphabet, complaintAboutName, OPERATORS } from "../problems/problem.ts";
import type { Safetensors } from "../io/safetensors.ts";
import { checkConfiguration } from "./check_configuration.ts";
import type { Configuration } from "./configuration.ts";
import { isReportRow, isWhole, type Model, type Origin, type ReportRow } from "./model.ts";
import { withLaterSettings, withPresentNames } from "./settings/stored.ts";

/** Throws unless the metadata names that format and version. */
export function checkFormat(
  { metadata }: Pick<Safetensors, "metadata">,
  format: string,
  version: string,
  name: string,
): void {
  const said = (text: string | undefined) => text === undefined ? "not given" : shown(text);
  if (metadata.format !== format) {
    throw wrongFile(name, `its format is ${said(metadata.format)}`, format);
  }
  if (metadata.format_version !== version) {
    throw wrongFile(name, `its format version is ${said(metadata.format_version)}`, version);
  }
}

/** A JSON object or array of the metadata. */
export function field<T extends object>({ metadata }: Safetensors, key: string, name: string): T {
  try {
    const value: unknown = JSON.parse(metadata[key] ?? "");
    if (typeof value === "object" && value !== null) return value as T;
  } catch {
    // Invalid JSON is refused by the error below, too.
  }
  throw wrongFile(name, `its metadata has no valid ${key}`);
}

/** The metadata's problem, checked. */
export function problemOf(file: Safetensors, name: string): Model["problem"] {
  const problem = field<Model["problem"]>(file, "problem", name);
  if (typeof problem.name !== "string" || typeof problem.symbols !== "string") {
    throw wrongFile(name, "its problem has no name or no symbols");
  }
  const complaint = complaintAboutName(problem.name) ?? complaintAboutAlphabet(problem.symbols);
  if (complaint) throw wrongFile(name, `its problem cannot be one, ${complaint}`);
  const { arithmetic } = problem;
  if (
    arithmetic !== undefined &&
    !(OPERATORS.includes(arithmetic?.operator) && [2, 3, 4, 5, 6, 7, 8, 9, 10].includes(arithmetic.radix))
  ) {
    throw wrongFile(name, "its problem's arithmetic is not +, - or * in a radix from 2 to 10");
  }
  return problem;
}

/** The metadata's origin, checked. */
export function originOf(file: Safetensors, name: string): Origin {
  const origin = field<Origin>(file, "origin", name);
  const { preset, seed, steps, attempt } = origin;
  if (typeof preset === "string" && [seed, steps, attempt].every((value) => isWhole(value, 0))) return origin;
  throw wrongFile(
    name,
    `its origin is ${shown(origin)}`,
    "a preset, and a seed, steps and an attempt that are whole numbers",
  );
}

/** The metadata's results, checked. */
export function resultsOf(file: Safetensors, name: string): readonly ReportRow[] {
  const results = field<ReportRow[]>(file, "results", name);
  if (Array.isArray(results) && results.every(isReportRow)) return results;
  throw wrongFile(name, "its results are no list of rows of a report");
}

/** The metadata's configuration, checked. */
export function configurationOf(file: Safetensors, name: string): Configuration {
  try {
    const stored = field<Readonly<Record<string, unknown>>>(file, "configuration", name);
    const named = withPresentNames(stored, (both) => new Error(`it has ${both}, expected one of them`));
    return checkConfiguration(withLaterSettings(named));
  } catch (thrown) {
    throw wrongFile(name, say`its configuration is wrong: ${sentenceOf(thrown)}`);
  }
}
