import { assertEquals, assertRejects } from "@std/assert";
import { byTurns, type Contestant } from "../../lib/bench/turns.ts";

/** A contestant that writes down its turns, each of which takes the clock on by that much for one repetition. */
function pretender(variant: string, forward: number, step: number, log: string[]): Contestant {
  const take = (what: string, milliseconds: number) => (times: number) => {
    log.push(`${variant} ${what} ${times}`);
    clock += milliseconds * times;
    return Promise.resolve();
  };
  return { variant, forward: take("forward", forward), step: take("step", step), dispose() {} };
}

let clock = 0;

/** Runs a test by that clock, so that no turn takes longer because the machine is busy. */
const byTheClock = (test: () => Promise<void>) => async () => {
  const real = performance.now;
  clock = Math.ceil(performance.now());
  performance.now = () => clock;
  await test().finally(() => performance.now = real);
};

const short = byTheClock(async () => {
  const log: string[] = [];
  const contestants = [pretender("slow", 12, 30, log), pretender("fast", 5, 4, log)];
  const [slow, fast] = await byTurns(contestants, { shortest: 10 });
  const counted = log.slice(8); // each was done twice before: to compile, and to learn how long it takes
  const round = ["slow forward 1", "slow step 1", "fast forward 2", "fast step 3"];
  assertEquals(counted, Array.from({ length: 5 }, () => round).flat());
  const five = (time: number) => Array(5).fill(time);
  assertEquals(slow, { forward: five(12), backward: five(18), step: five(30) });
  assertEquals(fast, { forward: five(5), backward: five(0), step: five(4) });
});
Deno.test("byTurns() lets all take turns, with short work repeated within a turn", short);

const slow = byTheClock(async () => {
  for (const [patience, turns] of [[100, 5], [45, 4], [0, 3]] as const) {
    const [times] = await byTurns([pretender("a", 5, 5, [])], { shortest: 1, patience });
    assertEquals(times!.forward.length, turns);
  }
  const log: string[] = [];
  await byTurns([pretender("a", 4000, 5000, log)]);
  assertEquals(log.length, 2 * (1 + 3));
});
Deno.test("byTurns() takes fewer turns where they are slow, but 3 at least", slow);

Deno.test("byTurns() ends between turns once it is aborted", async () => {
  const log: string[] = [];
  const stop = new AbortController();
  const contestant: Contestant = {
    ...pretender("a", 1, 1, log),
    step: () => Promise.resolve(stop.abort(new Error("enough"))),
  };
  await assertRejects(() => byTurns([contestant], { shortest: 1, signal: stop.signal }), Error, "enough");
  assertEquals(log.every((line) => line === "a forward 1"), true);
});
