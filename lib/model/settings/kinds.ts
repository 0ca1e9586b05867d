/** The kinds of settings: which values each may have, and how they are read and written as text. */
import { parseDecimal } from "../../checks/decimal.ts";
import { isObject, parseObject } from "../../checks/is_object.ts";
import { CELL_KINDS, complaintAboutCell } from "../../cells/table.ts";
import type { Setting } from "./setting.ts";

/** Whether a value is one that the setting may have, whatever the others are. */
export function isAllowed(setting: Setting, value: unknown): boolean {
  switch (setting.kind) {
    case "whole":
      return Number.isInteger(value) && isWithin(setting.range, value);
    case "real":
      return isWithin(setting.range, value);
    case "choice":
      return setting.choices.some((choice) => choice === value);
    case "cell":
      return CELL_KINDS.some((kind) => kind === value) || complaintAboutCell(value) === undefined;
    case "switch":
      return typeof value === "boolean";
    case "lengths":
      return Array.isArray(value) &&
        value.every((item) => Number.isInteger(item) && isWithin(setting.range, item));
  }
}

function isWithin([least, most]: readonly [number, number], value: unknown): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

/** The values that a setting may have, in words; of a `value` that is none of them it may say what is wrong with it. */
export function expectation(setting: Setting, value?: unknown): string {
  switch (setting.kind) {
    case "whole":
      return `a whole number ${bounds(setting.range)}`;
    case "real":
      return `a number ${bounds(setting.range)}`;
    case "choice":
      return setting.choices.join(" or ");
    case "cell": {
      const complaint = isObject(value) ? `, but ${complaintAboutCell(value)}` : "";
      return `${CELL_KINDS.join(", ")} or a cell of one's own${complaint}`;
    }
    case "switch":
      return "true or false";
    case "lengths":
      return `whole numbers ${bounds(setting.range)}, separated by commas, or none`;
  }
}

function bounds([least, most]: readonly [number, number]): string {
  return `from ${least} to ${most}`;
}

/** What a setting is for, and the values to choose from. */
export function explanationOf(setting: Setting): string {
  if (setting.kind === "choice") return `${setting.help}: ${expectation(setting)}`;
  return setting.kind === "cell"
    ? `${setting.help}: ${CELL_KINDS.join(", ")} or a module such as ./mine.ts`
    : setting.help;
}

/** What stands for a setting's value in help texts. */
export function valueName({ kind }: Setting): string {
  return { whole: "N", real: "N", choice: "NAME", cell: "CELL", switch: "true|false", lengths: "N,N" }[kind];
}

/** The value that a text stands for, which may be one that the setting cannot have. */
export function fromText({ kind }: Setting, text: string): unknown {
  switch (kind) {
    case "whole":
    case "real":
      return parseDecimal(text);
    case "choice":
      return text;
    case "cell":
      return parseObject(text) ?? text;
    case "switch":
      return text === "true" ? true : text === "false" ? false : text;
    case "lengths":
      return text === "none" ? [] : text.split(",").map(parseDecimal);
  }
}

/** A setting's value as the text that its flag would have. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(",") || "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
