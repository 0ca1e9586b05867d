/** What the runs of a sweep may be told: `train`'s settings, by their names in config.json, as texts. */
import { BACKENDS } from "../backend.ts";
import { oneOf, wholeNumber, workerCount } from "../cli/arguments.ts";
import { type Key, KEYS, parseSetting } from "../model/configuration.ts";
import { findPreset } from "../model/presets.ts";

/** Settings of a run, texts by name. */
export type Setting = Readonly<Record<string, string>>;

/** How settings beside the configuration are read; what is returned is written as text again. */
const OTHERS: Readonly<Record<string, (text: string) => string | number>> = {
  problem: (text) => text,
  preset: (text) => (findPreset(text), text),
  steps: (text) => wholeNumber("steps", text, 1, Number.MAX_SAFE_INTEGER),
  attempts: (text) => wholeNumber("attempts", text, 1, 1e6),
  backend: (text) => oneOf("backend", text, BACKENDS),
  workers: (text) => workerCount(text),
  checkpoint_every: (text) => wholeNumber("checkpoint-every", text, 1, Number.MAX_SAFE_INTEGER),
};

/** Settings that change how a run computes, but not what it comes to. */
export const IMMATERIAL: readonly string[] = ["workers", "checkpoint_every"];

/** The names of all settings, in the order of the columns. */
export const NAMES: readonly string[] = [
  "problem",
  "preset",
  ...KEYS,
  ...Object.keys(OTHERS).filter((name) => name !== "problem" && name !== "preset"),
];

/** The column of a setting. That of a limit on steps is not to be taken for the steps that a run took. */
export function columnOf(name: string): string {
  return name === "steps" ? "max_steps" : name;
}

/** A setting's text in one form only: 0.10 and 1e-1 become 0.1. Throws a `UsageError` where the value is not allowed. */
export function canonical(name: string, text: string): string {
  return Object.hasOwn(OTHERS, name) ? String(OTHERS[name]!(text)) : textOf(parseSetting(name as Key, text));
}

/** A value of a grid file or of a configuration as a flag would have it. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(",") || "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
