/** A problem of one's own: the first number less the second, which is not larger, in bits. */
import { defineProblem } from "../../mod.ts";
import type { Problem } from "../../lib/problems/problem.ts";

/** Subtraction, least significant bit first, in as many bits as the operands have. */
export const takeAway: Problem = defineProblem({
  name: "takeAway",
  title: "Binary subtraction",
  symbols: "01-",
  maxSize: 4,
  suites: {
    random: (size, random) => {
      const [x, y] = [random.integer(2 ** size), random.integer(2 ** size)];
      return `${bits(Math.max(x, y), size)}-${bits(Math.min(x, y), size)}`;
    },
  },
  answer(input) {
    const [x, y] = input.split("-").map((digits) => parseInt([...digits].reverse().join(""), 2)) as [
      number,
      number,
    ];
    if (!(x >= y)) throw new RangeError("the answer is negative");
    return bits(x - y, input.indexOf("-"));
  },
  arithmetic: { operator: "-", radix: 2 },
});

function bits(value: number, size: number): string {
  return [...value.toString(2).padStart(size, "0")].reverse().join("");
}

export default takeAway;
