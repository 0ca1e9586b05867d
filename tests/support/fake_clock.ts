/** A clock that stands still until it is told to go on, so that nothing takes longer because the machine is busy. */
export class FakeClock {
  readonly #real = performance.now;
  #now = Math.ceil(performance.now());

  /** Takes the place of `performance.now` until it is disposed of. */
  constructor() {
    performance.now = () => this.#now;
  }

  /** Lets time pass. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Brings back the real clock. */
  [Symbol.dispose](): void {
    performance.now = this.#real;
  }
}
