// The solve command as a process of its own.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { loadModel, problems, saveModel } from "../../mod.ts";
import { assertRefused, type Outcome, run } from "../support/process.ts";
import { cwd, trainAdder } from "../support/models.ts";
import { takeAway } from "../support/take_away.ts";
import { untrained } from "../support/untrained.ts";

const solve = (...args: string[]): Promise<Outcome> => run("solve", ["--backend=wasm", ...args], { cwd });
const adder = await trainAdder();

Deno.test("solve prints the model's answer, the true one, and whether they agree", async () => {
  const ask = async (...args: string[]) => {
    const { code, stdout, stderr } = await solve(`--model=${adder}`, ...args);
    assertEquals(code, 0, stderr);
    return stdout;
  };
  assertEquals(await ask("1+1"), "model: 2\ntrue:  2\nThe model is right\n");
  assertEquals(await ask(" 0001 + 00 "), "model: 1\ntrue:  1\nThe model is right\n");
  assertEquals(JSON.parse(await ask("1 + 0", "--json")), {
    expression: "1 + 0",
    answer: "1",
    truth: "1",
    right: true,
  });
  const long = JSON.parse(await ask("5 + 123456789012345678901234567890", "--json"));
  assertEquals([long.truth, long.right], ["123456789012345678901234567895", false]);
  assertMatch(await ask("5 + 100"), /^model: .*\ntrue: {2}105\nThe model is wrong\n$/);
});

Deno.test("solve averages several models", async () => {
  const { code, stdout, stderr } = await solve(`--model=${adder},${adder}`, "1 + 1", "--json");
  assertEquals([code, JSON.parse(stdout).right], [0, true], stderr);
  assertRefused(
    await solve(`--model=${adder},late`, "1 + 1"),
    2,
    "Cannot average model 1 with model 2: their alphabets or extra steps differ",
  );
});

Deno.test("solve takes an input of the model's own problem, where that is not one of two numbers", async () => {
  const ask = async (...args: string[]) => {
    const { code, stdout, stderr } = await solve(...args);
    assertEquals(code, 0, stderr);
    return stdout;
  };
  assertEquals(await ask("--model=reverse", "0111"), "model: 1110\ntrue:  1110\nThe model is right\n");
  assertEquals(JSON.parse(await ask("--model=reverse", "011", "--json")), {
    expression: "011",
    answer: "110",
    truth: "110",
    right: true,
  });
  assertMatch(await ask("--model=a", "0111"), /^model: .*\ntrue: {2}1110\nThe model is wrong\n$/);
  // A problem that nobody knows, whose inputs look like sums.
  const { problem, ...rest } = untrained(problems.badd, 1, { maps: 4 });
  const model = { ...rest, problem: { name: "mine", symbols: problem.symbols } };
  await saveModel(`${cwd}/mine`, model);
  assertMatch(await ask("--model=mine", "1+1"), /^model: .*\nThe right answer is not known\n$/);
  const { truth, right } = JSON.parse(await ask("--model=mine", "1+1", "--json"));
  assertEquals([truth, right], [null, null]);
});

Deno.test("solve computes an expression with the shipped models, one operation at a time", async () => {
  const asked = "12 + 3 * (4 + 1)";
  const { code, stdout, stderr } = await solve(asked);
  assertEquals([code, stdout], [
    0,
    "4 + 1 = 5 (badd)\n3 * 5 = 15 (bmul)\n12 + 15 = 27 (badd)\nmodel: 27\ntrue:  27\nThe models are right\n",
  ], stderr);
  assertEquals(JSON.parse((await solve("1+2+3", "--json")).stdout), {
    ...{ expression: "1+2+3", answer: "6", truth: "6", right: true },
    steps: [
      { expression: "1 + 2", answer: "3", truth: "3", right: true, model: "badd" },
      { expression: "3 + 3", answer: "6", truth: "6", right: true, model: "badd" },
    ],
  });
});

Deno.test("solve takes an expression for a model of its problem", async () => {
  await saveModel(`${cwd}/signs`, untrained(problems.bexprs!, 1, { maps: 4 }));
  const { code, stdout, stderr } = await solve("--model=signs", "12 - 3+4", "--json");
  const { truth, steps } = JSON.parse(stdout);
  assertEquals([code, truth, steps], [0, "13", undefined], stderr);
});

Deno.test("solve takes a difference, with a model and a problem of one's own", async () => {
  await saveModel(`${cwd}/takeAway`, untrained(takeAway, 1, { maps: 4 }));
  const module = new URL("../support/take_away.ts", import.meta.url).pathname;
  for (const more of [[`--problem=${module}`], []]) {
    const { code, stdout, stderr } = await solve("--model=takeAway", ...more, "12 - 5");
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^model: .*\ntrue: {2}7\nThe model is wrong\n$/);
  }
});

Deno.test("solve refuses what it cannot solve in one line", async () => {
  const refused: [args: string[], status: 1 | 2, message: string | RegExp][] = [
    [[`--model=${adder}`], 2, /^Missing expression/],
    [[`--model=${adder}`, "1", "+", "1"], 2, "Cannot use argument +: expected at most 1 besides flags"],
    [
      ["-3+5"],
      2,
      'Cannot read "-3+5": negative numbers are not supported, expected whole decimal numbers with + - * / between them, such as 12 + 34',
    ],
    [
      ["5 - 3"],
      2,
      "Cannot solve 5 - 3: no shipped model computes A - B, expected --model with one that does",
    ],
    [
      ["--model=takeAway", "3 - 5"],
      2,
      "Cannot solve 3 - 5: the answer is negative, expected one that is not",
    ],
    [
      ["1 + 2 - 3"],
      2,
      "Cannot solve 1 + 2 - 3: no shipped model computes A - B, expected --model with one that does",
    ],
    [
      ["--problem=badd", "1 + 2 + 3"],
      2,
      /^Cannot use --problem with "1 \+ 2 \+ 3": expected one operation, or --model/,
    ],
    [
      ["--model=signs", "2 * 3"],
      2,
      "Cannot solve 2 * 3 with a model of bexprs: expected numbers with + - between them",
    ],
    [
      ["0x1 + 1"],
      2,
      'Cannot read "0x1 + 1": expected whole decimal numbers with + - * / between them, such as 12 + 34',
    ],
    [[`--model=${adder}`, "2 * 3"], 2, "Cannot solve 2 * 3 with a model of badd: expected A + B"],
    [
      ["--model=a", "1 + 1"],
      2,
      /^Cannot solve 1 \+ 1 with a model of reverse: expected a model of numbers$/,
    ],
    [
      ["--model=a", "0121"],
      2,
      'Cannot solve "0121" with a model of reverse: it has "2" at position 3, which is no symbol of reverse, expected one of 01',
    ],
    [
      ["--model=a", ""],
      2,
      'Cannot solve "" with a model of reverse: it has no symbols, expected at least one of 01',
    ],
    [[`--model=${adder}`, "101"], 2, "Cannot solve 101 with a model of badd: expected A + B"],
    [["--model=./none", "1 + 1"], 1, "Cannot read ./none: no such file or directory"],
  ];
  for (const [args, status, message] of refused) assertRefused(await solve(...args), status, message);
  assert((await loadModel(`${cwd}/${adder}`)).problem.arithmetic !== undefined);
});
