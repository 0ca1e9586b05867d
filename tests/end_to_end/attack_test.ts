// A few damaged files of every kind; tests/end_to_end/attack/main.ts tries as many as one likes.
import { assert, assertEquals } from "@std/assert";
import { attack } from "./attack/attack.ts";
import { KINDS } from "./attack/judge.ts";

Deno.test("no damaged file breaks anything, spoils something good, takes long or tells more than a line", async () => {
  const numbers = Array.from({ length: 16 * KINDS.length }, (_, i) => i);
  const verdicts = await attack({ seed: 1, numbers });
  assertEquals(verdicts.filter(({ failures }) => failures.length > 0), []);
  for (const { name } of KINDS) {
    assert(verdicts.some(({ kind, refused }) => kind === name && refused), `none of the ${name} was refused`);
  }
});
