/** A long call as a stream of what happens in it. */

/** Where a long call tells what happens. */
export interface Teller<News> {
  /** Tells it. The promise resolves once the reader has done with it and asks for more, or has left. It never rejects. */
  tell(news: News): Promise<void>;
  /** Tells it in passing, without waiting; nobody gets it where the reader has not come to earlier news yet. */
  mention(news: News): void;
}

/**
 * Makes a call, and yields what it tells. The call waits while the reader has what it told, unless that was in passing.
 * Where the reader leaves, `left` is aborted, and the call's end is waited for; it may throw the signal's reason.
 */
export async function* newsOf<News, Result>(
  call: (teller: Teller<News>, left: AbortSignal) => Promise<Result>,
): AsyncGenerator<News, Result> {
  const leaving = new AbortController();
  const left = leaving.signal;
  const told: { readonly news: News; readonly heard: () => void }[] = [];
  let arrival = Promise.withResolvers<void>();
  const add = (news: News, heard: () => void) => {
    told.push({ news, heard });
    arrival.resolve();
  };
  const teller: Teller<News> = {
    tell: (news) => new Promise((heard) => left.aborted ? heard() : add(news, heard)),
    mention: (news) => void (told.length === 0 && !left.aborted && add(news, () => {})),
  };
  let over = false;
  const result = call(teller, left).finally(() => {
    over = true;
    arrival.resolve();
  });
  result.catch(() => {}); // it is thrown below
  try {
    while (true) {
      const next = told.shift();
      if (next !== undefined) {
        try {
          yield next.news;
        } finally {
          next.heard();
        }
      } else if (over) {
        return await result;
      } else {
        await arrival.promise;
        arrival = Promise.withResolvers();
      }
    }
  } finally {
    if (!over) {
      leaving.abort();
      for (const { heard } of told) heard();
      await result.catch((thrown) => {
        if (thrown !== left.reason) throw thrown;
      });
    }
  }
}
