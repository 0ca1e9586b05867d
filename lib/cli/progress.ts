import { printable } from "../errors.ts";
import { type Terminal, writeStderr } from "./output.ts";

const redrawMilliseconds = 100;

/** Options of {@linkcode Progress}. */
export interface ProgressOptions {
  /** Where news are written; standard error by default. */
  readonly stream?: Terminal;
  /** Seconds from the start to the first update and between two of them, where news are not written to a terminal. */
  readonly plainSeconds?: number;
  /** Whether nothing is shown but the reason of the exit status. */
  readonly quiet?: boolean;
}

/**
 * Shows news of a long run on standard error: on a terminal some lines that are rewritten in place, elsewhere a plain
 * line from time to time, and none for short work.
 */
export class Progress {
  /** Whether a person is watching: news are written to a terminal, and not `quiet`. */
  readonly watched: boolean;
  readonly #stream: Terminal;
  readonly #quiet: boolean;
  readonly #pause: number;
  #lines = 0;
  #last: number;

  /** Makes a progress that shows nothing yet. */
  constructor({ stream = Deno.stderr, plainSeconds = 10, quiet = false }: ProgressOptions = {}) {
    this.#stream = stream;
    this.#quiet = quiet;
    this.watched = !quiet && stream.isTerminal();
    this.#pause = this.watched ? redrawMilliseconds : plainSeconds * 1000;
    this.#last = this.watched ? -Infinity : performance.now();
  }

  /**
   * Shows how far the run is, unless something was shown a moment ago. On a terminal the lines `more` follow; elsewhere
   * they are left out.
   */
  update(line: string, more: readonly string[] = []): void {
    const now = performance.now();
    if (this.#quiet || now - this.#last < this.#pause) return;
    this.#last = now;
    if (!this.watched) return this.#write(printable(line) + "\n");
    const lines = [line, ...more].map((text) => printable(text).slice(0, terminalWidth() - 1));
    this.#write(this.#clear() + lines.join("\n"));
    this.#lines = lines.length;
  }

  /** Prints a line that stays. */
  note(line: string): void {
    this.print(printable(line) + "\n");
  }

  /** Prints lines that stay. */
  print(text: string): void {
    this.end();
    if (!this.#quiet) this.#write(text.split("\n").map((line) => printable(line)).join("\n"));
  }

  /** Prints the line that is the reason of the exit status, whether other news are shown or not. */
  verdict(line: string): void {
    this.end();
    this.#write(printable(line) + "\n");
  }

  /** Removes the live lines. */
  end(): void {
    if (this.#lines === 0) return;
    this.#write(this.#clear());
    this.#lines = 0;
    this.#last = -Infinity;
  }

  /** Moves to the start of the live lines and clears the screen from there. */
  #clear(): string {
    return (this.#lines > 1 ? `\x1b[${this.#lines - 1}A` : "") + "\r\x1b[J";
  }

  #write(text: string): void {
    writeStderr(text, this.#stream);
  }
}

/** A duration for people: `12 s`, `3 min 05 s`, `1 h 02 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(whole % 3600 / 60)} min`;
}

/** A bar of `width` characters, filled from the left. */
export function bar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return "█".repeat(filled) + "░".repeat(width - filled);
}

function terminalWidth(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80; // standard input, output and error are all redirected
  }
}
