import { defineProblem } from "../../mod.ts";

/** Running parity: symbol k of the target says whether the first k + 1 bits hold an odd number of ones. */
export default defineProblem({
  name: "parity",
  title: "Running parity of bits: 1101 → 1001",
  symbols: "01",
  maxSize: 40,
  suites: {
    random: (size, random) => Array.from({ length: size }, () => random.integer(2)).join(""),
    carry: (size, random) => {
      const rare = random.uniform() / 4; // long stretches over which the parity must be carried
      return Array.from({ length: size }, () => random.uniform() < rare ? 1 : 0).join("");
    },
  },
  answer(input) {
    let odd = 0;
    return [...input].map((bit) => odd ^= Number(bit)).join("");
  },
});
