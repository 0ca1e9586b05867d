import type { CurriculumSettings } from "./settings/curriculum.ts";
import type { ModelSettings } from "./settings/model.ts";
import type { OptimizationSettings } from "./settings/optimization.ts";
import type { RegularizationSettings } from "./settings/regularization.ts";
import type { RelaxationSettings } from "./settings/relaxation.ts";
import type { ValidationSettings } from "./settings/validation.ts";

/**
 * Every setting of a training run, of model and training alike: a property each, such as `maps` or `dropout`. An editor
 * shows at a property what it is for; docs/presets.md and `train --help` list them all. The names are those of
 * config.json, of a model file's metadata and, with hyphens, of the command line's flags.
 */
export interface Configuration
  extends
    ModelSettings,
    CurriculumSettings,
    OptimizationSettings,
    RegularizationSettings,
    RelaxationSettings,
    ValidationSettings {}

/** The name of a setting. */
export type SettingName = keyof Configuration;

/** The flag that sets `key`, without the leading hyphens. */
export function flagOf(key: string): string {
  return key.replaceAll("_", "-");
}
