/** What the kinds of damaged files have in common. */
import type { Random } from "../../lib/random.ts";

/** A damaged file, ready to be used in the current directory. */
export interface Case {
  /** What was damaged, and how. */
  readonly what: string;
  /** The directory with the good files that a refusal must leave as they are, where there are such. */
  readonly keeps?: string;
  /** Whether training went on from the file before it failed: its files have changed then, and need only be sound. */
  hasGoneOn?(): boolean;
  /**
   * Uses the file as a command would. Throws what the toolkit throws, and a {@linkcode Harm} where it accepted the file
   * and something wrong came of that.
   */
  use(): Promise<void>;
}

/** Damage that was done. */
export interface Damaged<Content> {
  /** What was damaged, and how. */
  readonly what: string;
  /** What it came to. */
  readonly content: Content;
}

/** One kind of file that is damaged. */
export interface Kind {
  /** Its name, for the table. */
  readonly name: string;
  /** Damages a copy of a good file in the current directory; `good` is where all good ones are. */
  prepare(good: string, random: Random): Promise<Case>;
}

/** A damaged file was accepted, and what came of it is wrong. */
export class Harm extends Error {
  /** Names the error in a stack trace. */
  override readonly name = "Harm";
}
