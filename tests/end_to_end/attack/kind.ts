/** What the kinds of damaged files have in common. */
import type { Random } from "../../../lib/random.ts";

/** What a file may hold: in parts where the whole need not be in memory. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array>;

/** Damage that was done. */
export interface Damaged<Of extends Content = Content> {
  /** What was damaged, and how. */
  readonly what: string;
  /** What it came to. */
  readonly content: Of;
  /** Whether the file has a checksum that is right for the damage: nothing but its content itself can tell. */
  readonly forged?: boolean;
}

/** A good file, laid out in the current directory. */
export interface Case {
  /** The file. */
  readonly path: string;
  /** What it is used for. */
  readonly how: string;
  /** The directory with the good files that a refusal must leave as they are, where there are such. */
  readonly keeps?: string;
  /** Damages a copy of the file. */
  damage(): Damaged | Promise<Damaged>;
  /**
   * Uses the file as a command would; `exact` says that nothing but what it held before may come of it. Throws what the
   * toolkit throws, and a {@linkcode Harm} where it accepted the file and something wrong came of that.
   */
  use(exact: boolean): Promise<void>;
  /** Whether training went on from the file before it failed: its files have changed then, and need only be sound. */
  hasGoneOn?(): boolean;
}

/** One kind of file that is damaged. */
export interface Kind {
  /** Its name, for the table. */
  readonly name: string;
  /** Lays out a good file in the current directory; `good` is where all good ones are. */
  prepare(good: string, random: Random): Promise<Case>;
}

/** A damaged file was accepted, and what came of it is wrong. */
export class Harm extends Error {
  /** Names the error in a stack trace. */
  override readonly name = "Harm";
}
