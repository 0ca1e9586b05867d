/** Rules about settings that depend on each other. */
import { option, say, type Sentence } from "../../errors.ts";
import type { Configuration, SettingName } from "../configuration.ts";

/** Returns what a setting is expected to be, or undefined where its value fits the others. */
type Rule = (configuration: Configuration) => Sentence | undefined;

/** The rules in the order in which they are checked, each with the setting that is named where it is broken. */
export const RULES: readonly (readonly [key: SettingName, rule: Rule])[] = [
  ["kernel_width", ({ kernel_width }) => kernel_width % 2 === 0 ? "an odd number" : undefined],
  ["kernel_length", ({ kernel_length }) => kernel_length % 2 === 0 ? "an odd number" : undefined],
  ["kernel_width", ({ kernel_width, width }) => {
    const most = 2 * width - 1;
    return kernel_width > most ? `at most ${most} for width ${width}` : undefined;
  }],
  [
    "state_levels",
    ({ state_levels: levels }) =>
      levels !== 0 && (levels < 3 || levels % 2 === 0) ? "0, or an odd number from 3" : undefined,
  ],
  [
    "start_size",
    ({ start_size, max_size }) =>
      start_size > max_size ? `at most max_size, which is ${max_size}` : undefined,
  ],
  ["state_noise_after_mastery", ({ state_noise_after_mastery, state_noise_target_accuracy }) => {
    if (state_noise_target_accuracy === 0 || state_noise_after_mastery > 0) return undefined;
    const target = say`${option("state_noise_target_accuracy")} ${state_noise_target_accuracy}`;
    return say`more than 0 with ${target}, as the noise grows from there`;
  }],
  ["width", ({ cell, width }) => cell === "diagonal" && width !== 1 ? "1 for the diagonal cell" : undefined],
  [
    "width",
    ({ cell, width }) =>
      typeof cell !== "string" && cell.frame === "diagonal" && width !== 1
        ? "1 for a cell with the frame of the diagonal one"
        : undefined,
  ],
];
