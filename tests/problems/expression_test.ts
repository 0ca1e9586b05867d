import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../mod.ts";
import {
  parseExpression,
  readExpression,
  readNumber,
  writeExpression,
} from "../../lib/problems/expression.ts";

Deno.test("parseExpression() says what is not supported", () => {
  const reasons: [reason: string, expressions: string[]][] = [
    ["negative numbers are not supported, ", ["-3+5", "3 + -5", " - 3 * 5", "−3 + 5", "5 - -3", "-3"]],
    ["division is not supported, ", ["6/3", "6 ÷ 3", "6 : 3", "-6/3"]],
    ["more than two numbers are not supported, ", [
      "1 + 2 + 3",
      "1*2+3",
      "1 × 2 × 3",
      "5 - 3 + 2",
      "5 − 3 − 2",
    ]],
    ["decimal points are not supported, ", ["1.5 + 2", ".5+1", "1.+1"]],
    ["", ["1 +", "one + two", "one - two", "0x1 + 1", "", "1 1", "+", "1 ++ 2", "1 + + 2", "."]],
  ];
  for (const [reason, expressions] of reasons) {
    for (const expression of expressions) {
      assertEquals(
        assertThrows(() => parseExpression(expression), UsageError).message,
        `Cannot read ${
          JSON.stringify(expression)
        }: ${reason}expected A + B, A - B or A * B with whole decimal numbers`,
      );
    }
  }
});

Deno.test("parseExpression() reads every operation, however its sign is written", () => {
  for (const [text, operator] of [["12-5", "-"], ["12 − 5", "-"], ["12 × 5", "*"], ["12+5", "+"]] as const) {
    assertEquals(parseExpression(text), { left: 12n, operator, right: 5n });
  }
});

Deno.test("writeExpression() pads both numbers alike, and readExpression() reads what it wrote", () => {
  const { size, input } = writeExpression(parseExpression("5 + 14"), 2);
  assertEquals([size, input], [4, "1010+0111"]);
  const sums = { operator: "+", radix: 2 };
  assertEquals(readExpression(input, sums), { left: 5n, operator: "+", right: 14n });
  assertEquals(readNumber("11001", 2), 19n);
  assertEquals(writeExpression(parseExpression("12 × 3"), 10).input, "21*30");
  for (const none of ["1010", "+", "1+", "1+1+1", "1+2", "1*1"]) {
    assertEquals(readExpression(none, sums), undefined, none);
  }
});
