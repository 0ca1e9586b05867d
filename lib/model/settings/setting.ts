/** The description of a setting. The tables of the settings are beside this file, one for each group. */
import type { Cell } from "../../cells/cell.ts";
import type { CellKind } from "../../cells/table.ts";

/**
 * The name of a preset. `default`: what was measured to work best with this toolkit. `diagonal`: the training of
 * Freivalds & Liepins 2017, as in their code. `paper`: that of Kaiser & Sutskever 2015, and of their code where the
 * paper is silent.
 */
export type PresetName = "default" | "diagonal" | "paper";

/**
 * Where a preset's value comes from. `paper`: arXiv 1511.08228. `paper's code`: github.com/tensorflow/models,
 * neural_gpu/, as of 14 March 2016, the day before the paper's last version. `DNGPU code`: arXiv 1702.08727 as in
 * github.com/LUMII-Syslab/DNGPU. `chosen here`: it follows from what the preset is, or changes only how often a run is
 * looked at. `unused`: it does nothing, as another setting turns its technique off.
 */
export type Source =
  | "measured here"
  | "chosen here"
  | "unused"
  | "paper's code"
  | `paper, section ${string}`
  | `DNGPU code${string}`;

/** The description of one setting. `Name` is the type of the names of all settings. */
export type Setting<Name extends string = string> =
  | { readonly kind: "whole" | "real"; readonly range: Range } & About<number, Name>
  | { readonly kind: "choice"; readonly choices: readonly string[] } & About<string, Name>
  /** The name of a cell that comes with the toolkit, or the data of another; a flag may name a module. */
  | { readonly kind: "cell" } & About<CellKind | Cell, Name>
  | { readonly kind: "switch" } & About<boolean, Name>
  /** A list of whole numbers, which a flag has as numbers between commas or as `none`. */
  | { readonly kind: "lengths"; readonly range: Range } & About<readonly number[], Name>;

/** The smallest and the largest number that a setting may be. */
type Range = readonly [least: number, most: number];

/** The properties that settings of every kind have. */
interface About<Value, Name extends string> {
  /** One line for `--help` and docs/presets.md. */
  readonly help: string;
  /** Its value in each preset, and where that comes from. Absent where every problem has its own. */
  readonly presets?: { readonly [Preset in PresetName]: readonly [value: Value, source: Source] };
  /**
   * The value in files that were written before this setting was added: this one, or that of another setting. Absent for
   * the first settings, which every file has.
   */
  readonly before?: Value | { readonly as: Name };
  /** The setting that it follows: where that one is given and this one is not, it takes its value. */
  readonly follows?: Name;
  /** Former names, which are still read from files. */
  readonly formerly?: readonly string[];
}

/** The type of a setting's value. */
export type ValueOf<Entry> = Entry extends { readonly choices: readonly (infer Choice)[] } ? Choice
  : Entry extends { readonly kind: "whole" | "real" } ? number
  : Entry extends { readonly kind: "cell" } ? CellKind | Cell
  : Entry extends { readonly kind: "switch" } ? boolean
  : number[];

/**
 * The values of the settings of a table. Each property has the doc comment of its entry.
 * @internal
 */
export type ValuesOf<Table> = { -readonly [Name in keyof Table]: ValueOf<Table[Name]> };
