/** Streams that are worked through a slice at a time, in bounded memory. */
import { abortable } from "../deps.ts";
import { pause } from "./pause.ts";

/** Items of a slice at most, however small their shares. */
const MOST_TOGETHER = 2_000;

/**
 * What a source yields, in slices: each ends where the shares of its items come to 1. The source is not read further
 * until the next slice is asked for, and is ended where no more are. `read` gets the number of an item, from 1.
 */
export async function* slicesOf<Item>(
  source: Iterable<unknown> | AsyncIterable<unknown>,
  read: (given: unknown, number: number) => Item,
  shareOf: (item: Item) => number,
  signal: AbortSignal,
): AsyncGenerator<Item[]> {
  let slice: Item[] = [];
  let share = 0;
  let number = 0;
  for await (const given of endedBy(source, signal)) {
    await pause(signal);
    const item = read(given, ++number);
    slice.push(item);
    share += shareOf(item);
    if (share < 1 - 1e-6 && slice.length < MOST_TOGETHER) continue;
    yield slice;
    [slice, share] = [[], 0];
  }
  if (slice.length > 0) yield slice;
}

/** The items of a source, which is not waited for once the signal is aborted: that throws its reason. */
async function* endedBy(
  source: Iterable<unknown> | AsyncIterable<unknown>,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  const iterator = Symbol.asyncIterator in source
    ? source[Symbol.asyncIterator]()
    : source[Symbol.iterator]();
  let reading = true;
  try {
    while (true) {
      const next = await abortable(Promise.resolve(iterator.next()), signal);
      if (next.done) {
        reading = false;
        return;
      }
      yield next.value;
    }
  } finally {
    // Not awaited: what waits for its own source, such as a pipe, ends no sooner than that does.
    if (reading) Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
