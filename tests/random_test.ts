import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { deriveSeed, extend, type Key, keyOf, Random, wordAt } from "../lib/random.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`random_test: TEST_SEED=${seed}`);

/** Pearson's statistic of how evenly `draw` fills 256 bins. */
function chiSquare(draws: number, draw: (i: number) => number): number {
  const bins = Array<number>(256).fill(0);
  for (let i = 0; i < draws; i++) bins[draw(i)]!++;
  const expected = draws / 256;
  return bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** 255 degrees of freedom: mean 255, standard deviation 23; outside of these limits fewer than one seed in 10^6 falls. */
function assertUniform(what: string, statistic: number): void {
  assert(statistic > 155 && statistic < 390, `${what}: chi-square ${statistic} (TEST_SEED=${seed})`);
}

Deno.test("words fill their high and low bytes evenly", () => {
  for (const stream of ["a", "weights", "generate"]) {
    const key = extend(keyOf(seed, stream), 7);
    for (const shift of [0, 8, 16, 24]) {
      assertUniform(`${stream} >> ${shift}`, chiSquare(65536, (i) => (wordAt(key, i) >>> shift) & 255));
    }
  }
});

Deno.test("the first words of neighbouring streams are as even as one stream", () => {
  const streams: Record<string, (i: number) => Key> = {
    seeds: (i) => keyOf(seed + i, "a"),
    names: (i) => keyOf(seed, `a${i}`),
    indices: (i) => extend(keyOf(seed, "a"), i),
    "first indices": (i) => extend(keyOf(seed, "a"), i, 0),
  };
  for (const [name, keyAt] of Object.entries(streams)) {
    for (const shift of [0, 24]) {
      assertUniform(
        `${name} >> ${shift}`,
        chiSquare(65536, (i) => (wordAt(keyAt(i), 0) >>> shift) & 255),
      );
    }
  }
});

Deno.test("neighbouring streams and neighbouring words are independent", () => {
  const base = keyOf(seed, "a");
  const indexed = extend(base, 3);
  const others: Record<string, [key: Key, delay: number]> = {
    "next word": [base, 1],
    "next seed": [keyOf(seed + 1, "a"), 0],
    "next name": [keyOf(seed, "b"), 0],
    "seed 2^32 further": [keyOf(seed + 2 ** 32, "a"), 0],
    "sub-sequence": [indexed, 0],
  };
  for (const [name, [other, delay]] of Object.entries(others)) {
    for (const shift of [0, 28]) {
      const nibble = (key: Key, i: number) => (wordAt(key, i) >>> shift) & 15;
      assertUniform(
        `${name} >> ${shift}`,
        chiSquare(65536, (i) => 16 * nibble(base, i) + nibble(other, i + delay)),
      );
    }
  }
  assertUniform(
    "neighbouring indices",
    chiSquare(65536, (i) => 16 * (wordAt(indexed, i) >>> 28) + (wordAt(extend(base, 4), i) >>> 28)),
  );
});

Deno.test("one changed bit of the seed changes half of the bits", () => {
  for (let bit = 0; bit < 52; bit++) {
    // Not XOR, which is of 32 bits.
    const flipped = Math.floor(seed / 2 ** bit) % 2 === 0 ? seed + 2 ** bit : seed - 2 ** bit;
    const [a, b] = [keyOf(seed, "x"), keyOf(flipped, "x")];
    let changed = 0;
    for (let i = 0; i < 256; i++) {
      for (let word = wordAt(a, i) ^ wordAt(b, i); word; word &= word - 1) changed++;
    }
    // 8192 bits: mean 4096, standard deviation 45.
    assert(Math.abs(changed - 4096) < 280, `bit ${bit}: ${changed} of 8192 changed (TEST_SEED=${seed})`);
  }
});

Deno.test("keys differ by the high bits of the seed, by name, by index and by the order of indices", () => {
  const keys = [
    keyOf(1, "a"),
    keyOf(1 + 2 ** 32, "a"),
    keyOf(1 + 2 ** 52, "a"),
    keyOf(1, "b"),
    keyOf(1, "aa"),
    extend(keyOf(1, "a"), 0),
    extend(keyOf(1, "a"), 1, 2),
    extend(keyOf(1, "a"), 2, 1),
  ];
  assertEquals(new Set(keys.map(String)).size, keys.length);
  for (const key of keys) for (const word of key) assert(word >= 0 && word < 2 ** 32 && word === word >>> 0);
});

Deno.test("integers stay within their bounds and reach them, evenly", () => {
  const random = new Random(seed, "integers");
  for (const bound of [1, 2, 3, 10, 256, 2 ** 32]) {
    for (let i = 0; i < 2000; i++) {
      const value = random.integer(bound);
      assert(Number.isInteger(value) && value >= 0 && value < bound, `${value} of ${bound}`);
    }
  }
  assertUniform("integer(256)", chiSquare(65536, () => random.integer(256)));
  const seen = new Set(Array.from({ length: 500 }, () => random.between(-2, 2)));
  assertEquals([...seen].sort((a, b) => a - b), [-2, -1, 0, 1, 2]);
  const large = Array.from({ length: 2000 }, () => random.integer(2 ** 32));
  assert(large.some((value) => value >= 2 ** 31), "the upper half of 2^32 is never reached");
});

Deno.test("uniform numbers use all of their 53 bits and fill [0, 1) evenly", () => {
  const random = new Random(seed, "uniform");
  assertUniform("high bits", chiSquare(65536, () => Math.floor(random.uniform() * 256)));
  assertUniform("low bits", chiSquare(65536, () => (random.uniform() * 2 ** 53) % 256));
});

Deno.test("pick gives every item about equally often", () => {
  const random = new Random(seed, "pick");
  const counts = { a: 0, b: 0, c: 0 };
  for (let i = 0; i < 30000; i++) counts[random.pick(["a", "b", "c"] as const)]++;
  // Mean 10000, standard deviation 82.
  for (const count of Object.values(counts)) assert(Math.abs(count - 10000) < 450, JSON.stringify(counts));
});

Deno.test("normal numbers have mean 0, variance 1, skew 0 and kurtosis 3", () => {
  const random = new Random(seed, "normal");
  const draws = 200000;
  const moments = [0, 0, 0, 0];
  for (let i = 0; i < draws; i++) {
    const value = random.normal();
    for (let k = 0; k < 4; k++) moments[k]! += value ** (k + 1) / draws;
  }
  // Standard errors: 0.0022, 0.0032, 0.0087, 0.022; the limits are over five of them.
  const expected: [number, number][] = [[0, 0.012], [1, 0.017], [0, 0.046], [3, 0.12]];
  expected.forEach(([value, limit], k) =>
    assert(Math.abs(moments[k]! - value) < limit, `moment ${k + 1} is ${moments[k]} (TEST_SEED=${seed})`)
  );
});

Deno.test("the same arguments give the same sequence, another index another one", () => {
  const draw = (...indices: number[]) => {
    const random = new Random(seed, "same", ...indices);
    return Array.from({ length: 5 }, () => random.word());
  };
  assertEquals(draw(1, 2), draw(1, 2));
  assertNotEquals(draw(1, 2), draw(1, 3));
});

Deno.test("derived seeds are valid, distinct and use their high bits", () => {
  const seeds = Array.from({ length: 1000 }, (_, i) => deriveSeed(seed, "attempt", i));
  for (const derived of seeds) assert(Number.isSafeInteger(derived) && derived >= 0);
  assertEquals(new Set(seeds).size, seeds.length);
  assert(seeds.some((derived) => derived >= 2 ** 52));
});

// Datasets, weights and masks follow from these values: a change breaks every recorded result.
Deno.test("golden values", () => {
  assertEquals(keyOf(0, ""), [0, 0]);
  assertEquals(keyOf(1, "generate"), [525938457, 2981524908]);
  assertEquals(extend(keyOf(1, "generate"), 20, 3), [435613220, 1770217313]);
  assertEquals([0, 1, 2].map((i) => wordAt(keyOf(1, "generate"), i)), [1303117831, 2864908952, 1703360386]);
  assertEquals(wordAt(keyOf(1, "generate"), 2 ** 32 - 1), 4178218525);
  assertEquals(deriveSeed(1, "attempt", 1), 3839180182330841);
  const random = new Random(2 ** 53 - 1, "generate", 20, 3);
  assertEquals(random.word(), 1233658730);
  assertEquals(random.uniform(), 0.10868055122477938);
  assertEquals([random.integer(10), random.between(3, 9), random.pick(["a", "b", "c"])], [3, 8, "b"]);
  assertAlmostEquals(random.normal(), 1.2921631523920043, 1e-12);
});
