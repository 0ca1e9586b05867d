import { printable } from "../errors.ts";
import { type Terminal, writeStderr } from "./output.ts";

const redrawMilliseconds = 100;

/** How news are shown. */
export interface ProgressOptions {
  /** Where they go; standard error by default. */
  readonly stream?: Terminal;
  /** Where that is no terminal: seconds from the start to the first update, and between two of them. */
  readonly plainSeconds?: number;
  /** Whether nothing is shown but what the exit status tells. */
  readonly quiet?: boolean;
}

/**
 * News of a long run on standard error: some lines rewritten in place on a terminal, a plain line now and then
 * elsewhere, where short work has none.
 */
export class Progress {
  /** Whether a person is watching: a terminal, and not `quiet`. */
  readonly watched: boolean;
  readonly #stream: Terminal;
  readonly #quiet: boolean;
  readonly #pause: number;
  #lines = 0;
  #last: number;

  /** Shows nothing yet. */
  constructor({ stream = Deno.stderr, plainSeconds = 10, quiet = false }: ProgressOptions = {}) {
    this.#stream = stream;
    this.#quiet = quiet;
    this.watched = !quiet && stream.isTerminal();
    this.#pause = this.watched ? redrawMilliseconds : plainSeconds * 1000;
    this.#last = this.watched ? -Infinity : performance.now();
  }

  /**
   * Shows where the run stands, unless something was shown a moment ago. On a terminal `more` lines stand below, which
   * are left out elsewhere.
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

  /** Takes the live lines away. */
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
