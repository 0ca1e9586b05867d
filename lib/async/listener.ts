/**
 * Calls a function of the user with what happens during a long call. What the function throws, at once or by a promise,
 * ends the call, which throws it once. A rejected promise that nobody waits for would end the process.
 */
export class Listener<News> {
  readonly #hear: ((news: News) => unknown) | undefined;
  readonly #failure = new AbortController();
  readonly #heard = new Set<Promise<void>>();

  /** Makes a listener for a function, which may be absent. */
  constructor(hear: ((news: News) => unknown) | undefined) {
    this.#hear = hear;
  }

  /** Aborted with what the function threw where nothing waited for it. The next `tell` or `settle` throws it, too. */
  get failure(): AbortSignal {
    return this.#failure.signal;
  }

  /** Calls the function and waits for its promise. */
  async tell(news: News): Promise<void> {
    this.failure.throwIfAborted();
    await this.#hear?.(news);
  }

  /** Calls the function without waiting for its promise. */
  mention(news: News): void {
    if (this.#hear === undefined || this.failure.aborted) return;
    const heard = this.tell(news).catch((thrown) => this.#failure.abort(thrown))
      .finally(() => this.#heard.delete(heard));
    this.#heard.add(heard);
  }

  /** Waits for the promises of all calls by `mention`, and throws what one of them threw. */
  async settle(): Promise<void> {
    await Promise.all(this.#heard);
    this.failure.throwIfAborted();
  }
}
