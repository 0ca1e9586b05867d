// Examples, and what of a dataset follows from its text alone.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { isValidationRow, sampleExample } from "../../lib/problems/dataset.ts";
import { Search } from "../../lib/evaluation/adversarial/search.ts";
import { RunError, UsageError } from "../../lib/errors.ts";
import { generateRows } from "../../lib/problems/generate.ts";
import { type Problem, problems } from "../../lib/problems/mod.ts";
import { Random } from "../../lib/random.ts";
import { badd } from "../support/dataset_files.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`dataset_test: TEST_SEED=${seed}`);

Deno.test("sampleExample() draws from the suite that is asked for", () => {
  const example = sampleExample(badd, "carry", 8, new Random(seed, "a"));
  assertEquals(example.size, 8);
  assertEquals(example.input, badd.suites.carry!(8, new Random(seed, "a")));
  assertEquals(example.target, badd.answer(example.input));
  for (const suite of ["hard", "toString", ""]) {
    assertThrows(
      () => sampleExample(badd, suite, 8, new Random(seed, "a")),
      UsageError,
      `Unknown suite ${JSON.stringify(suite)} of problem badd, expected random or carry`,
    );
  }
});

Deno.test("what a problem throws or returns at any size is one line that names problem, suite, size and input", () => {
  const reasons: [problem: Partial<Problem>, reason: string][] = [
    [{ answer: () => "01".repeat(3) + "2" }, 'its answer to "011110000" has "2", expected one of 01'],
    [{ answer: () => "" }, 'its answer to "011110000" is empty or not a string'],
    [{ answer: () => 1 as unknown as string }, 'its answer to "011110000" is empty or not a string'],
    [{ suites: { random: () => undefined as unknown as string } }, "its input is empty or not a string"],
    [{ suites: { random: () => "a\nb" } }, 'its input has "a", expected one of 01'],
    [{
      answer: () => {
        throw new RangeError("Too large\n    at here");
      },
    }, 'its answer to "011110000" failed, Too large'],
    [{
      answer: () => {
        throw { toString: () => badd.answer("") };
      },
    }, 'its answer to "011110000" failed, a value of type object'],
    [
      { answer: () => "01".repeat(3e6) },
      'its answer to "011110000" has 6,000,000 symbols, expected at most 19,000',
    ],
    [
      { suites: { random: () => "1".repeat(19_001) } },
      "its input has 19,001 symbols, expected at most 19,000",
    ],
  ];
  for (const [change, reason] of reasons) {
    const problem: Problem = { ...problems.copy!, suites: { random: () => "011110000" }, ...change };
    const { message } = assertThrows(
      () => sampleExample(problem, "random", 9, new Random(seed, "a")),
      RunError,
    );
    assertEquals(message, `Cannot draw an example of copy, suite random, size 9: ${reason}`);
    if (change.suites) assertThrows(() => new Search(problem, 9, seed), RunError, reason);
  }
});

Deno.test("one row in ten is for validation, by its text alone", () => {
  const rows = [
    ...generateRows({ problem: badd, suite: "random", sizes: [20], count: 20000, seed }),
  ];
  const count = rows.filter(isValidationRow).length;
  // Standard deviation 42.
  assert(Math.abs(count - 2000) < 250, `${count} of 20000 (TEST_SEED=${seed})`);
  // Pinned: a change would leak rows of recorded runs from validation into training.
  const few = [
    ...generateRows({ problem: badd, suite: "random", sizes: [20], count: 100, seed: 1 }),
  ];
  assertEquals(few.flatMap((row, i) => isValidationRow(row) ? [i] : []), [
    2,
    6,
    10,
    11,
    22,
    61,
    72,
    80,
    86,
    91,
    96,
  ]);
});
