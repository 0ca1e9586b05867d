/** Values that stand in no file of the toolkit's own. */

/** A text that stands in JSON as it is. */
export class Raw {
  /** Of the text. */
  constructor(readonly text: string) {}
}

const deep = 100_000;

/** The module that the case's directory holds and that no file may have imported. */
export const TRAP = "./trap.ts";

/** Texts that are none of a name, a number or a line. */
export const TEXTS: readonly string[] = [
  "",
  "x",
  " ",
  "\n",
  "fine\nerror: Everything is lost",
  "fine\r\nerror: Everything is lost\r\n",
  "\x1b[2J\x1b[1;31mred\x1b]0;title\x07",
  "\x9b31m",
  "\0",
  "\u202etxet desrever",
  "\u2028error: Everything is lost",
  "\ud800",
  "💥",
  "x".repeat(1_000_000),
  "9".repeat(400),
  "1e999",
  "NaN",
  "__proto__",
  "constructor",
  "toString",
  "../../../etc/passwd",
  "/dev/zero",
  TRAP,
];

/** Values of all types, of all sizes. */
export const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  2,
  1.5,
  -1e-9,
  1e-320,
  1e7,
  2 ** 31,
  2 ** 32 + 1,
  2 ** 53,
  1e21,
  1e308,
  Infinity,
  -Infinity,
  [],
  {},
  [[]],
  [null],
  [1, 2],
  ["x"],
  Array.from({ length: 10_000 }, () => 0),
  new Raw('{"__proto__":{"step":1}}'),
  new Raw('{"length":1e9}'),
  new Raw("[".repeat(deep) + "]".repeat(deep)),
  new Raw('{"a":'.repeat(deep) + "1" + "}".repeat(deep)),
  ...TEXTS,
];
