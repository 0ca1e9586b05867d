import { type Terminal, writeStderr } from "./output.ts";

const redrawMilliseconds = 100;

/** News of a long run on standard error: one line rewritten in place on a terminal, a plain line now and then elsewhere. */
export class Progress {
  readonly #stream: Terminal;
  readonly #live: boolean;
  readonly #pause: number;
  #shown = false;
  #last = -Infinity;

  /** To `stream`; where that is no terminal, an update is shown every `plainSeconds` at most. */
  constructor(stream: Terminal = Deno.stderr, plainSeconds = 10) {
    this.#stream = stream;
    this.#live = stream.isTerminal();
    this.#pause = this.#live ? redrawMilliseconds : plainSeconds * 1000;
  }

  /** Shows where the run stands, unless something was shown a moment ago. */
  update(text: string): void {
    const now = performance.now();
    if (now - this.#last < this.#pause) return;
    this.#last = now;
    if (this.#live) {
      this.#write(`\r${text.slice(0, terminalWidth() - 1)}\x1b[K`);
      this.#shown = true;
    } else {
      this.#write(text + "\n");
    }
  }

  /** Prints a line that stays. */
  note(text: string): void {
    this.end();
    this.#write(text + "\n");
  }

  /** Takes the live line away. */
  end(): void {
    if (!this.#shown) return;
    this.#write("\r\x1b[K");
    this.#shown = false;
    this.#last = -Infinity;
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
