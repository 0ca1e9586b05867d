import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../mod.ts";
import { parseExpression } from "../../lib/evaluation/solve.ts";

Deno.test("parseExpression() says what is not supported", () => {
  const reasons: [reason: string, expressions: string[]][] = [
    ["negative numbers are not supported, ", ["-3+5", "3 + -5", " - 3 * 5", "−3 + 5", "5 - -3", "-3"]],
    ["subtraction is not supported, ", ["1 - 1", "5-3", "5−3", "5 - 3 + 2"]],
    ["division is not supported, ", ["6/3", "6 ÷ 3", "6 : 3", "-6/3"]],
    ["more than two numbers are not supported, ", ["1 + 2 + 3", "1*2+3", "1 × 2 × 3"]],
    ["decimal points are not supported, ", ["1.5 + 2", ".5+1", "1.+1"]],
    ["", ["1 +", "one + two", "one - two", "0x1 + 1", "", "1 1", "+", "1 ++ 2", "1 + + 2", "."]],
  ];
  for (const [reason, expressions] of reasons) {
    for (const expression of expressions) {
      assertEquals(
        assertThrows(() => parseExpression(expression), UsageError).message,
        `Cannot read ${
          JSON.stringify(expression)
        }: ${reason}expected A + B or A * B with whole decimal numbers`,
      );
    }
  }
});
