/** The table of all settings. A setting is one entry in the file of its group. */
import type { SettingName } from "../configuration.ts";
import { CURRICULUM } from "./curriculum.ts";
import { MODEL } from "./model.ts";
import { OPTIMIZATION } from "./optimization.ts";
import { REGULARIZATION } from "./regularization.ts";
import { RELAXATION } from "./relaxation.ts";
import type { Setting } from "./setting.ts";
import { VALIDATION } from "./validation.ts";

/** The settings under the titles that `--help` shows, in its order. */
const GROUPS = {
  "Model": MODEL,
  "Curriculum": CURRICULUM,
  "Optimization": OPTIMIZATION,
  "Regularization": REGULARIZATION,
  "Relaxation": RELAXATION,
  "Validation and end": VALIDATION,
} as const;

/** All settings, in the order in which they are shown. */
export const SETTINGS: Readonly<Record<SettingName, Setting<SettingName>>> = {
  ...MODEL,
  ...CURRICULUM,
  ...OPTIMIZATION,
  ...REGULARIZATION,
  ...RELAXATION,
  ...VALIDATION,
};

/** The names of all settings. */
export const KEYS: readonly SettingName[] = Object.keys(SETTINGS) as SettingName[];

/** The title under which a setting is shown. */
export function groupOf(key: SettingName): string {
  return Object.entries(GROUPS).find(([, settings]) => Object.hasOwn(settings, key))![0];
}
