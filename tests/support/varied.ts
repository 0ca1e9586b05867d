/** A problem of one's own whose inputs and answers have any lengths: the ones of up to so many bits, and a dot. */
import { defineProblem, type Problem } from "../../mod.ts";

/** Keeps the ones: 0101 becomes 11. and 00 only a dot. */
export const varied: Problem = defineProblem({
  name: "varied",
  title: "The ones of bits, then a dot",
  symbols: "01.",
  maxSize: 4,
  suites: {
    random: (size, random) =>
      Array.from({ length: random.between(1, size) }, () => random.integer(2)).join(""),
    carry: (size, random) => "1".repeat(random.between(1, size)),
  },
  answer(input) {
    if (!/^[01]+$/.test(input)) throw new RangeError(`${input} is no row of bits`);
    return input.replaceAll("0", "") + ".";
  },
});
