/**
 * Tells somebody's function what happens during a long call. Whatever it throws, at once or by a promise, ends the call
 * and is thrown by it, once: an error that nobody waits for would end the process.
 */
export class Listener<News> {
  /** Aborted with the reason of the call's own signal, or with what the function threw where nobody waited for it. */
  readonly signal: AbortSignal;
  readonly #hear: ((news: News) => unknown) | undefined;
  readonly #failure = new AbortController();
  readonly #heard = new Set<Promise<void>>();

  /** Of a function, which may be absent, in a call that `signal` ends. */
  constructor(hear: ((news: News) => unknown) | undefined, signal: AbortSignal | undefined) {
    this.#hear = hear;
    this.signal = AbortSignal.any([this.#failure.signal, ...(signal === undefined ? [] : [signal])]);
  }

  /** Tells of something and waits for what the function makes of it. */
  async tell(news: News): Promise<void> {
    this.#failure.signal.throwIfAborted();
    await this.#hear?.(news);
  }

  /** Tells of something in passing, and waits for nothing. */
  mention(news: News): void {
    if (this.#hear === undefined || this.#failure.signal.aborted) return;
    const heard = this.tell(news).catch((thrown) => this.#failure.abort(thrown))
      .finally(() => this.#heard.delete(heard));
    this.#heard.add(heard);
  }

  /** Waits for what the function makes of all that was mentioned, and throws what it threw. */
  async settle(): Promise<void> {
    await Promise.all(this.#heard);
    this.#failure.signal.throwIfAborted();
  }
}
