/** When steps follow each other, and when the page is drawn. */

/** What happens in a frame. */
export interface Frame {
  /** Computes a bit; false where nothing is left to compute. */
  work(): boolean;
  /** Moves on by so many steps; false at the end. */
  move(steps: number): boolean;
  /** Draws. */
  draw(): void;
}

/** Calls for frames only while something goes on. */
export class Clock {
  readonly #frame: Frame;
  readonly #onPlaying: (playing: boolean) => void;
  #last: number | undefined;
  #due = 0;
  #asked = false;
  #playing = false;
  /** Steps a second. */
  speed = 10;

  constructor(frame: Frame, onPlaying: (playing: boolean) => void) {
    this.#frame = frame;
    this.#onPlaying = onPlaying;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Starts or stops the steps. */
  play(playing: boolean): void {
    if (playing === this.#playing) return;
    this.#playing = playing;
    this.#last = undefined;
    this.#due = 0;
    this.#onPlaying(playing);
    this.redraw();
  }

  /** Draws in the next frame. */
  redraw(): void {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame((now) => this.#run(now));
  }

  #run(now: number): void {
    this.#asked = false;
    const busy = this.#frame.work();
    if (this.#playing) {
      // After a pause of the browser it goes on from where it was.
      this.#due += Math.min(0.1, (now - (this.#last ?? now)) / 1000) * this.speed;
      this.#last = now;
      const steps = Math.floor(this.#due);
      this.#due -= steps;
      if (!this.#frame.move(steps)) this.play(false);
    }
    this.#frame.draw();
    if (busy || this.#playing) this.redraw();
  }
}
