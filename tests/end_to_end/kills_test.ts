// A few trainings that are ended from outside; tests/end_to_end/kills/main.ts ends as many as one likes.
import { assertEquals } from "@std/assert";
import { kill } from "./kills/kills.ts";
import { makeReference } from "./kills/run.ts";
import { interrupt, MOST_SECONDS, STATUSES } from "./kills/signals.ts";
import { emptyDirectory } from "../support/process.ts";
import { within } from "../support/within.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`kills_test: TEST_SEED=${seed}`);
const directory = emptyDirectory();
const reference = await makeReference(`${directory}/reference`);

Deno.test("a run that is killed at any moment, of a resume and of its report too, comes to the same bits", async () => {
  for (let number = 0; number < 3; number++) {
    const { failure } = await kill(`${directory}/kill-${number}`, reference, { seed, number });
    assertEquals(failure, undefined, `run ${number}`);
  }
});

const unix = { ignore: Deno.build.os === "windows" };

for (const signal of Object.keys(STATUSES) as (keyof typeof STATUSES)[]) {
  Deno.test(
    `${signal} ends a run within a second at any moment, and it goes on to the same bits`,
    unix,
    async () => {
      for (let number = 0; number < 2; number++) {
        await within(MOST_SECONDS, async (attempt) => {
          const out = `${directory}/${signal}-${number}-${attempt}`;
          const options = { seed, number, signal, resume: number === 0 };
          const { seconds, failure } = await interrupt(out, reference, options);
          if (seconds <= MOST_SECONDS) assertEquals(failure, undefined, `run ${number}`);
          return seconds;
        });
      }
    },
  );
}
