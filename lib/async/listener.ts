/**
 * Tells somebody's function what happens during a long call. Whatever it throws, at once or by a promise, ends the call
 * and is thrown by it, once: an error that nobody waits for would end the process.
 */
export class Listener<News> {
  readonly #hear: ((news: News) => unknown) | undefined;
  readonly #failure = new AbortController();
  readonly #heard = new Set<Promise<void>>();

  /** Of a function, which may be absent. */
  constructor(hear: ((news: News) => unknown) | undefined) {
    this.#hear = hear;
  }

  /** Aborted with what the function threw where nobody waited for it: the next `tell` or `settle` throws it, too. */
  get failure(): AbortSignal {
    return this.#failure.signal;
  }

  /** Tells of something and waits for what the function makes of it. */
  async tell(news: News): Promise<void> {
    this.failure.throwIfAborted();
    await this.#hear?.(news);
  }

  /** Tells of something in passing, and waits for nothing. */
  mention(news: News): void {
    if (this.#hear === undefined || this.failure.aborted) return;
    const heard = this.tell(news).catch((thrown) => this.#failure.abort(thrown))
      .finally(() => this.#heard.delete(heard));
    this.#heard.add(heard);
  }

  /** Waits for what the function makes of all that was mentioned, and throws what it threw. */
  async settle(): Promise<void> {
    await Promise.all(this.#heard);
    this.failure.throwIfAborted();
  }
}
