/**
 * Takes the place of lib/problems/zoo/mod.ts in the page's script: only the pages of models of its problems hold them, in
 * a script before this one.
 */
import type { Problem } from "../../problems/problem.ts";
import type * as Zoo from "../../problems/zoo/mod.ts";

const given = (globalThis as { zoo?: typeof Zoo }).zoo;

/** The problems of the zoo, where the page has them. */
export const zoo: readonly Problem[] = given?.zoo ?? [];

/** What a name means besides. */
export const variantNamed: typeof Zoo.variantNamed = given?.variantNamed ?? (() => undefined);
