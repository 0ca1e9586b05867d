import { assertEquals, assertRejects } from "@std/assert";
import { byTurns, type Contestant } from "../../lib/bench/turns.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A contestant that writes down its turns, each of which takes the clock on by that much for one repetition. */
function pretender(
  variant: string,
  [forward, step]: readonly [number, number],
  { log, clock }: { log: string[]; clock: FakeClock },
): Contestant {
  const take = (what: string, milliseconds: number) => (times: number) => {
    log.push(`${variant} ${what} ${times}`);
    clock.pass(milliseconds * times);
    return Promise.resolve();
  };
  return { variant, forward: take("forward", forward), step: take("step", step), dispose() {} };
}

Deno.test("byTurns() lets all take turns, with short work repeated within a turn", async () => {
  using clock = new FakeClock();
  const log: string[] = [];
  const contestants = [
    pretender("slow", [12, 30], { log, clock }),
    pretender("fast", [5, 4], { log, clock }),
  ];
  const [slow, fast] = await byTurns(contestants, { shortest: 10 });
  const counted = log.slice(8); // each was done twice before: to compile, and to learn how long it takes
  const round = ["slow forward 1", "slow step 1", "fast forward 2", "fast step 3"];
  assertEquals(counted, Array.from({ length: 5 }, () => round).flat());
  const five = (time: number) => Array(5).fill(time);
  assertEquals(slow, { forward: five(12), backward: five(18), step: five(30) });
  assertEquals(fast, { forward: five(5), backward: five(0), step: five(4) });
});

Deno.test("byTurns() takes fewer turns where they are slow, but 3 at least", async () => {
  using clock = new FakeClock();
  for (const [patience, turns] of [[100, 5], [45, 4], [0, 3]] as const) {
    const [times] = await byTurns([pretender("a", [5, 5], { log: [], clock })], { shortest: 1, patience });
    assertEquals(times!.forward.length, turns);
  }
  const log: string[] = [];
  await byTurns([pretender("a", [4000, 5000], { log, clock })]);
  assertEquals(log.length, 2 * (1 + 3));
});

Deno.test("byTurns() ends between turns once it is aborted", async () => {
  using clock = new FakeClock();
  const log: string[] = [];
  const stop = new AbortController();
  const contestant: Contestant = {
    ...pretender("a", [1, 1], { log, clock }),
    step: () => Promise.resolve(stop.abort(new Error("enough"))),
  };
  await assertRejects(() => byTurns([contestant], { shortest: 1, signal: stop.signal }), Error, "enough");
  assertEquals(log.every((line) => line === "a forward 1"), true);
});
