import { assertEquals, assertThrows } from "@std/assert";
import { problems, UsageError } from "../../mod.ts";
import { readNumber } from "../../lib/problems/digits.ts";
import { parseExpression, showExpression } from "../../lib/problems/expression.ts";
import { valueOf } from "../../lib/problems/fold.ts";
import { readRow, rowNotation } from "../../lib/problems/notation.ts";

const write = (name: string, text: string) => problems[name]!.notation!.write(parseExpression(text));

Deno.test("parseExpression() says what is not supported", () => {
  const reasons: [reason: string, expressions: string[]][] = [
    ["negative numbers are not supported, ", [
      "-3+5",
      "3 + -5",
      " - 3 * 5",
      "−3 + 5",
      "5 - -3",
      "-3",
      "2*(-3)",
    ]],
    ["decimal points are not supported, ", ["1.5 + 2", ".5+1", "1.+1"]],
    ["a number is missing, ", ["1 +", "+", "1 ++ 2", "1 + + 2", "1 + ()", "(", " "]],
    ["a sign is missing, ", ["1 1", "2(3)", "(1)(2)"]],
    ["a bracket is missing, ", ["(1", "1)", "((1+2)", "1+2)*(3"]],
    ["", ["one + two", "one - two", "0x1 + 1", "", "."]],
  ];
  for (const [reason, expressions] of reasons) {
    for (const expression of expressions) {
      assertEquals(
        assertThrows(() => parseExpression(expression), UsageError).message,
        `Cannot read ${
          JSON.stringify(expression)
        }: ${reason}expected whole decimal numbers with + - * / between them, such as 12 + 34`,
      );
    }
  }
});

Deno.test("parseExpression() reads every sign, however it is written, and any space", () => {
  for (
    const [text, shown] of [
      ["12-5", "12 - 5"],
      ["12 − 5", "12 - 5"],
      ["12 × 5", "12 * 5"],
      ["12 ÷ 5", "12 / 5"],
      [" 012\t+(3\n* ( 4:2))", "12 + (3 * (4 / 2))"],
    ] as const
  ) assertEquals(showExpression(parseExpression(text)), shown);
});

Deno.test("an expression has the usual precedence, and brackets may be nested very deep", () => {
  assertEquals(valueOf(parseExpression("2 + 3 * 4 - 10 / 3 / 2 - 1")), 12n);
  assertEquals(valueOf(parseExpression("(2 + 3) * (4 - (10 - 7))")), 5n);
  const depth = 50_000;
  assertEquals(valueOf(parseExpression(`${"(".repeat(depth)}7${")".repeat(depth)} + 1`)), 8n);
});

Deno.test("numbers in a row are padded alike, and readRow() reads what was written", () => {
  const sums = { operator: "+", radix: 2 };
  const { write } = rowNotation(sums, 2);
  assertEquals(write(parseExpression("5 + 14")), "1010+0111");
  assertEquals(readRow("1010+0111", sums), [5n, "+", 14n]);
  assertEquals(readNumber("11001", 2), 19n);
  assertEquals(rowNotation({ operator: "*", radix: 10 }, 2).write(parseExpression("12 × 3")), "21*30");
  for (const none of ["1", "1 * 2", "1 + 2 + 3", "(1 + 2)"]) {
    assertEquals(write(parseExpression(none)), undefined, none);
  }
  for (const none of ["1010", "+", "1+", "1+1+1", "1+2", "1*1"]) {
    assertEquals(readRow(none, sums), undefined, none);
  }
});

Deno.test("problems of expressions and of several numbers write expressions as their suites do", () => {
  const written: [problem: string, text: string, input: string | undefined][] = [
    ["bexpr", "12 + 3 * 4", "001*11+0011"],
    ["exprs", "12 - 3 + 50", "05+3-21"],
    ["expra-brackets", "120 / (4 - 1)", "(1-4)/021"],
    ["bexprp", "5", "101"],
    ["bexpr", "12 - 3", undefined],
    ["exprs", "12 - (3 + 50)", undefined],
    ["badd3", "1 + 2 + 12", "1000+0100+0011"],
    ["badd3", "1 + 2", undefined],
    ["mul3", "1 * 20 * 3", "10*02*30"],
    ["addk", "1 + 2 + 3 + 10", "10+20+30+01"],
    ["addk", "7", "7"],
    ["addk", "7 + (2 + 1)", undefined],
  ];
  for (const [name, text, input] of written) assertEquals(write(name, text), input, `${name} of ${text}`);
});

Deno.test("what a problem writes for an expression has the expression's value for it", () => {
  const texts = [
    "3",
    "1 + 2 + 3",
    "2 * 3 * 5",
    "12 - 3 + 4",
    "9 - 7 / 2 * 2",
    "7 / 2 + 1",
    "2 * (9 - 3) / (4 - 1)",
  ];
  for (const { name, answer, notation } of Object.values(problems)) {
    if (notation === undefined) continue;
    const known = texts.filter((text) => {
      const input = notation.write(parseExpression(text));
      if (input !== undefined) {
        assertEquals(
          readNumber(answer(input), notation.radix),
          valueOf(parseExpression(text)),
          `${name}: ${text}`,
        );
      }
      return input !== undefined;
    });
    assertEquals(known.length > 0, true, name);
  }
});
