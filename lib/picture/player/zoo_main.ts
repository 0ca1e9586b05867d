/** The script before the player's in the pages of models of the zoo's problems: `deno task page` makes one text of it. */
import * as zoo from "../../problems/zoo/mod.ts";

Object.assign(globalThis, { zoo });
