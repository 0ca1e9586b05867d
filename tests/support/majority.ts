import { defineProblem } from "../../mod.ts";

/** Which bit most of the bits so far are: symbol k of the target tells it of the first k + 1; 0 where it is a tie. */
export default defineProblem({
  name: "majority",
  title: "The majority of the bits so far: 1101 → 1101",
  symbols: "01",
  maxSize: 40,
  suites: {
    random: (size, random) => Array.from({ length: size }, () => random.integer(2)).join(""),
    carry: (size, random) => {
      const [first, rest] = random.integer(2) === 0 ? "01" : "10"; // as many as can be before the turn
      const turn = random.between(0, size);
      return first!.repeat(turn) + rest!.repeat(size - turn);
    },
  },
  answer(input) {
    let lead = 0;
    return [...input].map((bit) => (lead += bit === "1" ? 1 : -1) > 0 ? 1 : 0).join("");
  },
});
