/** The problems of the field, by family: all but the eight that have files of their own. */
import type { Problem } from "../problem.ts";
import { cells } from "./cells.ts";
import { chomskyNumbers } from "./chomsky_numbers.ts";
import { chomskyStrings } from "./chomsky_strings.ts";
import { expressions } from "./expressions.ts";
import { modular } from "./modular.ts";
import { operands } from "./operands.ts";
import { operations } from "./operations.ts";
import { sequences } from "./sequences.ts";
import { spaced } from "./spaced.ts";
import { tensor2tensor } from "./tensor2tensor.ts";

export { variantNamed } from "./sequences.ts";

/** All problems of the families. */
export const zoo: readonly Problem[] = [
  ...sequences,
  ...operations,
  ...modular,
  ...operands,
  ...expressions,
  ...spaced,
  ...cells,
  ...chomskyStrings,
  ...chomskyNumbers,
  ...tensor2tensor,
];
