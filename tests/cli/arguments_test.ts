import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type Flag,
  numberList,
  oneOf,
  parseArguments,
  realNumber,
  seed,
  wholeNumber,
} from "../../lib/cli/arguments.ts";
import { lineOf } from "../../lib/cli/sentence.ts";
import { UsageError } from "../../lib/errors.ts";

const flags: readonly Flag[] = [
  { name: "size", value: "A[..B]", help: "Digits of a number", default: "20" },
  { name: "extra-steps", value: "N", help: "Steps after the last symbol" },
  { name: "json", help: "JSON instead of CSV" },
];

function refusal(attempt: () => unknown): string {
  return lineOf(assertThrows(attempt, UsageError));
}

Deno.test("parseArguments() reads flags in every form and keeps values as strings", () => {
  const args = parseArguments(["--size=0x10", "007", "--extra_steps=-3", "a b", "--json"], flags, 2);
  assertEquals(args.text("size"), "0x10");
  assertEquals(args.text("extra-steps"), "-3");
  assertEquals(args.has("json"), true);
  assertEquals(args.operands, ["007", "a b"]);

  const negative = parseArguments(["--size", "-1", "--extra_steps", "-.5", "-h"], [...flags, {
    name: "help",
    help: "",
  }]);
  assertEquals(["size", "extra-steps"].map((name) => negative.text(name)), ["-1", "-.5"]);
  assertEquals(negative.has("help"), true);

  const few = parseArguments(["--extra-steps=--x_y=1", "--", "--json", "--", "-5_0 + 3"], flags, 3);
  assertEquals(few.text("extra-steps"), "--x_y=1");
  assertEquals(few.operands, ["--json", "--", "-5_0 + 3"]);
  assertEquals(few.has("json"), false);

  const last = parseArguments(["--json", "true", "-", "--size", "line\nend"], flags, 2);
  assertEquals(last.has("json"), true);
  assertEquals(last.operands, ["true", "-"]);
  assertEquals(last.text("size"), "line\nend");
});

Deno.test("parseArguments() takes what starts like a negative number for an argument where there are any", () => {
  const args = parseArguments(["a", "-3+5", "--size", "-2", "- 1", "--json", "b"], flags, 4);
  assertEquals(args.operands, ["a", "-3+5", "- 1", "b"]);
  assertEquals([args.text("size"), args.has("json")], ["-2", true]);
  assertEquals(
    refusal(() => parseArguments(["-x"], flags, 4)),
    "Cannot use -x: no such flag, --help lists them all",
  );
});

Deno.test("parseArguments() tells a default from what was given", () => {
  const args = parseArguments([], flags);
  assertEquals([args.has("size"), args.text("size")], [false, "20"]);
  assertEquals([args.has("extra-steps"), args.text("extra-steps")], [false, undefined]);
});

const misuses: [args: string[], message: string][] = [
  [["--sise", "3"], "Cannot use --sise: no such flag, did you mean --size"],
  [["--extra_stepz=3"], "Cannot use --extra_stepz: no such flag, did you mean --extra-steps"],
  [["--wrong"], "Cannot use --wrong: no such flag, --help lists them all"],
  [["-j"], "Cannot use -j: no such flag, --help lists them all"],
  [["--__proto__=1"], "Cannot use --__proto__: no such flag, --help lists them all"],
  [["--size"], "Cannot use --size: expected a value, as in --size A[..B]"],
  [["--size="], "Cannot use --size: expected a value, as in --size A[..B]"],
  [["--size", "--json"], "Cannot use --size: expected a value, as in --size A[..B]"],
  [["--size", "", "--json"], "Cannot use --size: expected a value, as in --size A[..B]"],
  [["--size", "-x"], "Cannot use -x: no such flag, --help lists them all"],
  [["--json", "-3"], "Cannot use -3: no such flag, --help lists them all"],
  [["--size", "1", "--size", "1"], "Cannot use --size: expected it only once"],
  [["--no-size=3"], "Cannot use --no-size: no such flag, --help lists them all"],
  [["--no-json"], "Cannot use --no-json: no such flag, --help lists them all"],
  [["--size.x=3"], "Cannot use --size.x: no such flag, did you mean --size"],
  [["-size", "3"], "Cannot use -size: no such flag, did you mean --size"],
  [["--json=yes"], "Cannot use --json yes: expected no value"],
  [["--json", "false"], "Cannot use argument false: expected flags only"],
  [["--json", "--json"], "Cannot use --json: expected it only once"],
  [["--extra-steps=1", "--extra_steps", "2"], "Cannot use --extra-steps: expected it only once"],
  [["yes\n"], 'Cannot use argument "yes\\n": expected flags only'],
];
for (const [args, message] of misuses) {
  Deno.test(`parseArguments() refuses ${JSON.stringify(args.join(" "))}`, () => {
    assertEquals(refusal(() => parseArguments(args, flags)), message);
  });
}

Deno.test("parseArguments() counts the other arguments", () => {
  assertEquals(
    refusal(() => parseArguments(["a", "b"], flags, 1)),
    "Cannot use argument b: expected at most 1 besides flags",
  );
});

Deno.test("wholeNumber() takes whole decimal numbers within bounds", () => {
  assertEquals(wholeNumber("size", "007", 1, 10), 7);
  assert(Object.is(wholeNumber("size", "-0", -5, 10), 0));
  for (const text of ["0", "11", "1.5", "1e1", "0x5", "", " 5", "5 ", "five", "NaN", "-3", "1_0"]) {
    const shown = text === "" ? "" : / /.test(text) ? ` "${text}"` : ` ${text}`;
    assertEquals(
      refusal(() => wholeNumber("size", text, 1, 10)),
      `Cannot use --size${shown}: expected a whole number from 1 to 10`,
    );
  }
  assertEquals(
    refusal(() => wholeNumber("steps", "9007199254740992", 1, Infinity)),
    "Cannot use --steps 9007199254740992: expected a whole number of at least 1",
  );
  assertEquals(seed("seed", "9007199254740991"), 2 ** 53 - 1);
  assertEquals(
    refusal(() => seed("seed", "9007199254740993")),
    "Cannot use --seed 9007199254740993: expected a whole number from 0 to 9007199254740991",
  );
});

Deno.test("realNumber() takes decimal numbers within bounds", () => {
  for (
    const [text, value] of [["0.005", 0.005], ["5e-3", 0.005], [".5", 0.5], ["1.", 1], ["+1", 1]] as const
  ) {
    assertEquals(realNumber("rate", text, 0, 1), value);
  }
  for (const text of ["-0.1", "1.01", "0x1", "Infinity", "NaN", "1e999", ".", "1,5", "e5"]) {
    assertEquals(
      refusal(() => realNumber("rate", text, 0, 1)),
      `Cannot use --rate ${text}: expected a number from 0 to 1`,
    );
  }
});

Deno.test("oneOf() and numberList() say what they take", () => {
  assertEquals(oneOf("backend", "wasm", ["auto", "wasm"]), "wasm");
  assertEquals(
    refusal(() => oneOf("backend", "gpu", ["auto", "wasm"])),
    "Cannot use --backend gpu: expected one of auto, wasm",
  );
  assertEquals(numberList("size", "20,40,5", 1, 100), [20, 40, 5]);
  assertEquals(numberList("size", "7", 1, 100), [7]);
  assertEquals(numberList("size", "1..4", 1, 100), [1, 2, 3, 4]);
  assertEquals(numberList("size", "5..7,40,6,1..1", 1, 100), [5, 6, 7, 40, 1]);
  assertEquals(numberList("seeds", "9007199254740990..9007199254740991", 0, 2 ** 53 - 1).length, 2);
  for (
    const text of [
      "20,",
      ",",
      "",
      "20;40",
      "0,5",
      "20, 40",
      "20..1",
      "0..5",
      "1..101",
      "1..",
      "..5",
      "1...5",
      "1-5",
    ]
  ) {
    assertStringIncludes(
      refusal(() => numberList("size", text, 1, 100)),
      ": expected N, N,N or A..B with whole numbers from 1 to 100",
    );
  }
  assertEquals(numberList("seeds", "1..100000", 0, Infinity).length, 100_000);
  for (const text of ["1..100001", "1..50000,1..50001", "0..9007199254740991"]) {
    assertEquals(
      refusal(() => numberList("seeds", text, 0, Number.MAX_SAFE_INTEGER)),
      `Cannot use --seeds ${text}: expected at most 100000 numbers`,
    );
  }
});
