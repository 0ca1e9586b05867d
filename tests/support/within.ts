/** Claims about time, on a machine that does other things too. */
import { AssertionError } from "@std/assert";

/** How often something may take too long because of what else the machine does. */
const ATTEMPTS = 3;

/** Asserts that something can be done within so many seconds; `attempt` does it, and yields how many it took. */
export async function within(seconds: number, attempt: (number: number) => Promise<number>): Promise<void> {
  const taken: number[] = [];
  while (taken.length < ATTEMPTS) {
    taken.push(await attempt(taken.length));
    if (taken.at(-1)! <= seconds) return;
  }
  throw new AssertionError(`it took ${taken.join(", ")} s, expected at most ${seconds} s`);
}
