import { assert, assertEquals } from "@std/assert";
import { type Automaton, runAutomaton } from "../../lib/automaton/automaton.ts";
import { minimised } from "../../lib/extraction/minimise.ts";
import { BORDER, RuleTable } from "../../lib/automaton/rule_table.ts";
import { Random } from "../../mod.ts";
import { fill } from "../automaton/rules.ts";

/** An automaton of so many states and any rules, of all neighbourhoods of one cell to each side. */
function anyAutomaton(states: number, random: Random): Automaton {
  const rules = new RuleTable(1);
  for (let left = BORDER; left <= states; left++) {
    for (let own = 1; own <= states; own++) {
      for (let right = BORDER; right <= states; right++) {
        rules.add([left, own, right], random.between(1, states));
      }
    }
  }
  return {
    ...fill(),
    initial: [1, 2, 3],
    output: Array.from({ length: states + 1 }, (_, state) => state === BORDER ? 0 : random.integer(3)),
    rules,
  };
}

/** An automaton that does the same with two or three states in the place of each. */
function split({ initial, output, rules, ...rest }: Automaton, random: Random): Automaton {
  const copies: number[][] = [];
  let states = 0;
  for (const state of output.keys()) {
    copies.push(Array.from({ length: state === BORDER ? 1 : random.between(2, 3) }, () => states++));
  }
  const one = (state: number) => copies[state]![random.integer(copies[state]!.length)]!;
  const table = new RuleTable(1);
  for (const [[left, own, right], next] of rules.rules()) {
    for (const newLeft of copies[left!]!) {
      for (const newOwn of copies[own!]!) {
        for (const newRight of copies[right!]!) table.add([newLeft, newOwn, newRight], one(next));
      }
    }
  }
  return {
    ...rest,
    initial: initial.map(one),
    output: copies.flatMap((own, state) => own.map(() => output[state]!)),
    rules: table,
  };
}

const always = () => Promise.resolve(true);

Deno.test("minimised() unites the states that were split, and answers as before", async () => {
  for (let trial = 0; trial < 20; trial++) {
    const random = new Random(1, "split states", trial);
    const smallest = await minimised(anyAutomaton(random.between(3, 6), random), always);
    const large = split(smallest, random);
    const small = await minimised(large, always);
    const where = `seed 1, trial ${trial}`;
    assertEquals(small.output.length, smallest.output.length, where);
    assertEquals(small.rules.size, smallest.rules.size, where);
    for (let length = 1; length <= 8; length++) {
      for (let number = 0; number < 2 ** length; number++) {
        const input = Array.from({ length }, (_, i) => 1 + (number >> i & 1));
        assertEquals(runAutomaton(small, input), runAutomaton(large, input), where);
      }
    }
  }
});

Deno.test("minimised() keeps states apart that differ only in what they lead to later", async () => {
  // State 1 is read out as the padding three steps on, state 2 as `0`: only the last of each chain shows it.
  const rules = new RuleTable(0);
  for (const [state, next] of [[1, 3], [2, 4], [3, 5], [4, 6], [5, 5], [6, 6], [7, 5]]) {
    rules.add([state!], next!);
  }
  const chains = { ...fill(), initial: [1, 2, 7], output: [0, 1, 1, 1, 1, 0, 1, 1], rules };
  const small = await minimised(chains, always);
  // 3 and 7 do the same. So do 2, 4 and 6, which are read out as `0` for ever.
  assertEquals(small.output.length, 1 + 4);
  assertEquals(new Set(small.initial).size, 3);
});

Deno.test("minimised() leaves an automaton alone whose rules are not closed", async () => {
  const random = new Random(1, "split states");
  const open = { ...split(fill(), random), closed: false };
  assert((await minimised({ ...open, closed: true }, always)).output.length < open.output.length);
  assertEquals(await minimised(open, always), open);
});

Deno.test("minimised() unites no states where that is not wanted", async () => {
  const large = split(fill(), new Random(1, "split states"));
  assert((await minimised(large, always)).output.length < large.output.length);
  assertEquals(await minimised(large, () => Promise.resolve(false)), large);
});
