import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { RunError } from "../../lib/errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  requireChecksum,
  type Safetensors,
} from "../../lib/io/safetensors.ts";

const sample: Safetensors = {
  metadata: { a: "b" },
  tensors: new Map([["w", { shape: [2], data: new Float32Array([1, -2]) }]]),
};

const sampleData = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]; // 1 and -2 as little-endian float32

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const sampleChecksum = sha256(`[[["a","b"]],[["w",[2],"${sha256(new Uint8Array(sampleData))}"]]]`);

const sampleHeader = `{"__metadata__":{"a":"b","checksum":"${sampleChecksum}"},` +
  '"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';

/** A file put together by hand: header length, header, data. */
function fileOf(header: string | Uint8Array, dataBytes = 0, headerLength?: bigint): Uint8Array {
  const json = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const tensor = (shape: unknown, offsets: unknown, dtype: unknown = "F32") =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

Deno.test("encodeSafetensors() writes the format's bytes", async () => {
  const padded = sampleHeader.padEnd(160, " ");
  assertEquals(padded.length, 160);
  const expected = [
    ...[160, 0, 0, 0, 0, 0, 0, 0],
    ...new TextEncoder().encode(padded),
    ...sampleData,
  ];
  assertEquals([...await encodeSafetensors(sample)], expected);
});

Deno.test("encodeSafetensors() keeps the order given and refuses what does not fit", async () => {
  const one = { shape: [], data: new Float32Array([1]) };
  const file = { metadata: {}, tensors: new Map([["b", one], ["0", one], ["a", one]]) };
  const names = [...(await decodeSafetensors(await encodeSafetensors(file), "x")).tensors.keys()];
  assertEquals(names, ["b", "0", "a"]);
  assertStringIncludes(new TextDecoder().decode(await encodeSafetensors(file)), '"b":{"dtype"');
  const encode = (name: string, shape: number[], metadata = {}) =>
    encodeSafetensors({ metadata, tensors: new Map([[name, { shape, data: one.data }]]) });
  const refused: [attempt: () => Promise<unknown>, message: string][] = [
    [() => encode("w", [2]), "Cannot store tensor w: 1 numbers for shape [2]"],
    [() => encode("__metadata__", [1]), "Cannot store a tensor as __metadata__"],
    [() => encode("__proto__", [1]), "Cannot store a tensor as __proto__"],
    // What could not be read again is not written.
    [
      () => encode("w", [1], { a: "x".repeat(4e6) }),
      "Cannot store a header of 4000160 bytes, at most 4000000 are read",
    ],
  ];
  for (const [attempt, message] of refused) await assertRejects(attempt, RangeError, message);
});

Deno.test("decodeSafetensors() returns what was encoded, at any alignment", async () => {
  const whole = new Float32Array([9, 1.5, NaN, -Infinity, -0, 1e-45, 3.4e38, 9]);
  const file: Safetensors = {
    metadata: { config: '{"maps":24,"text":"\\"\n\\u0000é😀"}', empty: "" },
    tensors: new Map([
      ["a view", { shape: [2, 3], data: whole.subarray(1, 7) }],
      ["empty", { shape: [0, 7], data: new Float32Array() }],
      ["scalar", { shape: [], data: new Float32Array([0.1]) }],
    ]),
  };
  const bytes = await encodeSafetensors(file);
  for (let offset = 0; offset < 4; offset++) {
    const moved = new Uint8Array(offset + bytes.length);
    moved.set(bytes, offset);
    const { metadata: { checksum, ...metadata }, tensors } = await decodeSafetensors(
      moved.subarray(offset),
      "x",
    );
    assertEquals({ metadata, tensors }, file);
    assert(/^[0-9a-f]{64}$/.test(checksum!));
  }
  assertEquals(await decodeSafetensors(fileOf("{}"), "x"), { metadata: {}, tensors: new Map() });
});

Deno.test("decodeSafetensors() takes tensors in any order of the header", async () => {
  const file = await decodeSafetensors(
    fileOf(`{"b":${tensor([1], [4, 8])},"a":${tensor([], [0, 4])}}`, 8),
    "x",
  );
  assertEquals([...file.tensors.keys()], ["a", "b"]);
});

Deno.test("the checksum goes with the content, not with its layout", async () => {
  const w = tensor([1], [0, 4]);
  const v = tensor([0, 2], [4, 4]);
  const digest = (bytes: number) => sha256(new Uint8Array(bytes));
  const right = sha256(`[[["a","é"],["b",""]],[["v",[0,2],"${digest(0)}"],["w",[1],"${digest(4)}"]]]`);
  const headerOf = (checksum: string) => [
    `{"__metadata__":{"a":"é","b":"","checksum":"${checksum}"},"w":${w},"v":${v}}`,
    `{ "v" :${v}, "w":${w},"__metadata__":{"checksum":"${checksum}","b":"","a":"\\u00e9"}}  `,
  ];
  for (const header of headerOf(right)) requireChecksum(await decodeSafetensors(fileOf(header, 4), "x"), "x");
  for (const wrong of [right.toUpperCase(), "", digest(0)]) {
    for (const header of headerOf(wrong)) {
      const { message } = await assertRejects(() => decodeSafetensors(fileOf(header, 4), "x"), RunError);
      assertEquals(message, "Cannot read x: it is damaged, its content does not match its checksum");
    }
  }
  const without = await decodeSafetensors(fileOf(`{"w":${w}}`, 4), "x");
  const { message } = await assertRejects(async () => await requireChecksum(without, "x"), RunError);
  assertEquals(message, "Cannot read x: its metadata has no checksum");
});

const notUtf8 = new Uint8Array([0x7b, 0xff, 0x7d]);
const hostile: [what: string, bytes: Uint8Array, reason: string][] = [
  ["an empty file", new Uint8Array(), "it is too short for a safetensors file"],
  ["seven bytes", new Uint8Array(7), "it is too short for a safetensors file"],
  [
    "some text",
    new TextEncoder().encode("problem,size,input,target\n"),
    "it is not a safetensors file: its header would have 3201326426312634992 bytes, at most 4000000 are allowed",
  ],
  [
    "a header length of 2^64 - 1",
    fileOf("{}", 0, 2n ** 64n - 1n),
    "it is not a safetensors file: its header would have 18446744073709551615 bytes, at most 4000000 are allowed",
  ],
  [
    "a header cut short",
    fileOf("{}", 0, 3n),
    "it is cut short: its header should have 3 bytes, but 2 are left",
  ],
  [
    "an endless header",
    fileOf("{}".padEnd(4_000_001)),
    "it is not a safetensors file: its header would have 4000001 bytes, at most 4000000 are allowed",
  ],
  ["no header", fileOf(""), "its header is not JSON"],
  ["bytes that are not UTF-8", fileOf(notUtf8), "its header is not UTF-8"],
  ["a byte order mark", fileOf("\ufeff{}"), "its header is not JSON"],
  ["a half object", fileOf('{"w":'), "its header is not JSON"],
  ["an array", fileOf("[]"), "its header is not a JSON object"],
  ["null", fileOf("null"), "its header is not a JSON object"],
  [
    "a tensor named twice",
    fileOf(`{"w":${tensor([1], [0, 4])}, "\\u0077" :${tensor([1], [0, 4])}}`, 4),
    'its header names "w" twice',
  ],
  [
    "a field named twice",
    fileOf('{"w":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4),
    'its header names "dtype" twice',
  ],
  ["__proto__", fileOf(`{"__proto__":${tensor([], [0, 4])}}`, 4), "its header uses the name __proto__"],
  [
    "__proto__ in the metadata",
    fileOf('{"__metadata__":{"__pr\\u006fto__":"x"}}'),
    "its header uses the name __proto__",
  ],
  ["deep nesting", fileOf(`{"w":${"[".repeat(1e6)}${"]".repeat(1e6)}}`), "its header is nested too deeply"],
  ["metadata as a list", fileOf('{"__metadata__":["x"]}'), "its __metadata__ is not an object of strings"],
  [
    "a number as metadata",
    fileOf('{"__metadata__":{"x":1}}'),
    "its __metadata__ is not an object of strings",
  ],
  ["a number as a tensor", fileOf('{"w":1}'), 'tensor "w" is described by 1, expected an object'],
  [
    "half floats",
    fileOf(`{"w":${tensor([2], [0, 4], "F16")}}`, 4),
    'tensor "w" has dtype "F16", expected F32',
  ],
  [
    "no dtype",
    fileOf('{"w":{"shape":[],"data_offsets":[0,4]}}', 4),
    'tensor "w" has dtype undefined, expected F32',
  ],
  [
    "a negative dimension",
    fileOf(`{"w":${tensor([-1, -1], [0, 4])}}`, 4),
    'tensor "w" has shape [-1,-1], expected a list of whole numbers',
  ],
  [
    "a fractional dimension",
    fileOf(`{"w":${tensor([0.5, 2], [0, 4])}}`, 4),
    'tensor "w" has shape [0.5,2], expected a list of whole numbers',
  ],
  [
    "text as a shape",
    fileOf(`{"w":${tensor("1", [0, 4])}}`, 4),
    'tensor "w" has shape "1", expected a list of whole numbers',
  ],
  [
    "a product beyond 2^53",
    fileOf(`{"w":${tensor([2 ** 40, 2 ** 40], [0, 4])}}`, 4),
    'tensor "w" has shape [1099511627776,1099511627776], expected one that fits a file',
  ],
  [
    "a product that overflows before a 0",
    fileOf(`{"w":${tensor([2 ** 40, 2 ** 40, 0], [0, 0])}}`),
    'tensor "w" has shape [1099511627776,1099511627776,0], expected one that fits a file',
  ],
  [
    "one offset",
    fileOf(`{"w":${tensor([1], [4])}}`, 4),
    'tensor "w" has data_offsets [4], expected two whole numbers',
  ],
  [
    "offsets that are not numbers",
    fileOf(`{"w":${tensor([1], ["0", "4"])}}`, 4),
    'tensor "w" has data_offsets ["0","4"], expected two whole numbers',
  ],
  [
    "reversed offsets",
    fileOf(`{"w":${tensor([1], [4, 0])}}`, 4),
    'tensor "w" has data_offsets [4,0], expected 4 bytes for shape [1]',
  ],
  [
    "offsets that do not match the shape",
    fileOf(`{"w":${tensor([2], [0, 4])}}`, 4),
    'tensor "w" has data_offsets [0,4], expected 8 bytes for shape [2]',
  ],
  [
    "tensors that share bytes",
    fileOf(`{"a":${tensor([2], [0, 8])},"b":${tensor([1], [4, 8])}}`, 8),
    'tensor "b" overlaps the one before it',
  ],
  [
    "a hole between tensors",
    fileOf(`{"a":${tensor([1], [0, 4])},"b":${tensor([1], [8, 12])}}`, 12),
    '4 bytes before tensor "b" belong to none',
  ],
  [
    "data cut short",
    fileOf(`{"w":${tensor([2], [0, 8])}}`, 7),
    "it is cut short: its tensors have 8 bytes, but 7 are left",
  ],
  ["bytes after the data", fileOf(`{"w":${tensor([1], [0, 4])}}`, 5), "1 bytes follow its last tensor"],
  [
    "an endless name",
    fileOf(`{"${"x".repeat(1e5)}\\n":1}`),
    `tensor "${"x".repeat(60)}…" is described by 1, expected an object`,
  ],
];

for (const [what, bytes, reason] of hostile) {
  Deno.test(`decodeSafetensors() refuses ${what}`, async () => {
    const thrown = await assertRejects(() => decodeSafetensors(bytes, "runs/a.safetensors"), RunError);
    assertEquals(thrown.message, `Cannot read runs/a.safetensors: ${reason}`);
  });
}

Deno.test("decodeSafetensors() gives the same content or refuses, whatever happened to the bytes", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  console.log(`seed ${seed}`);
  let state = seed;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
  const original = await encodeSafetensors({
    metadata: { config: '{"maps":24}' },
    tensors: new Map([["a", sample.tensors.get("w")!], ["b", { shape: [2, 2], data: new Float32Array(4) }]]),
  });
  const content = await decodeSafetensors(original, "x");
  const punctuation = new TextEncoder().encode('{}[]",:0123456789-.eE \\');
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    let bytes = original.slice();
    for (let change = below(3); change >= 0; change--) {
      const at = below(bytes.length);
      const kind = below(5);
      if (kind === 0) bytes[at]! ^= 1 << below(8);
      if (kind === 1) bytes[at] = below(256);
      if (kind === 2) bytes[at] = punctuation[below(punctuation.length)]!;
      if (kind === 3) bytes = bytes.slice(0, at);
      if (kind === 4) {
        bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(below(bytes.length))]);
      }
      if (bytes.length === 0) break;
    }
    try {
      const found = await decodeSafetensors(bytes, "x");
      // Only who removes the checksum itself from the file may change the rest.
      if (found.metadata.checksum !== undefined) assertEquals(found, content);
    } catch (thrown) {
      if (!(thrown instanceof RunError) || thrown.message.includes("\n")) throw thrown;
      refused++;
    }
  }
  assert(refused > 19_000, `${refused} refused`);
});

const python = (args: string[]) => new Deno.Command("python3", { args }).output();
const hasPython = await python(["-c", "import safetensors, numpy"]).then(
  ({ success }) => success,
  () => false,
);

Deno.test({
  name: `Python's safetensors reads and writes the same${hasPython ? "" : " (skipped: not installed)"}`,
  ignore: !hasPython,
  async fn() {
    const directory = await Deno.makeTempDir();
    const [ours, theirs] = [`${directory}/ours.safetensors`, `${directory}/theirs.safetensors`];
    const file: Safetensors = {
      metadata: { config: '{"text":"é😀\\n"}' },
      tensors: new Map([
        ["embedding", { shape: [2, 3], data: new Float32Array([0, 1, 2, 3, 4, 5.5]) }],
        ["0/gate", { shape: [1, 1, 2], data: new Float32Array([-0, 1e-45]) }],
        ["none", { shape: [0, 4], data: new Float32Array() }],
        ["scalar", { shape: [], data: new Float32Array([Math.PI]) }],
      ]),
    };
    await Deno.writeFile(ours, await encodeSafetensors(file));
    const { success, stderr, stdout } = await python([
      "-c",
      `import sys, safetensors, safetensors.numpy as st
tensors = st.load_file(sys.argv[1])
with safetensors.safe_open(sys.argv[1], "np") as file: metadata = file.metadata()
print({name: (t.dtype.name, t.shape) for name, t in sorted(tensors.items())}, tensors["embedding"][1, 2])
st.save_file(tensors, sys.argv[2], metadata)`,
      ours,
      theirs,
    ]);
    assertEquals(success, true, new TextDecoder().decode(stderr));
    assertEquals(
      new TextDecoder().decode(stdout),
      "{'0/gate': ('float32', (1, 1, 2)), 'embedding': ('float32', (2, 3)), " +
        "'none': ('float32', (0, 4)), 'scalar': ('float32', ())} 5.5\n",
    );
    const back = await decodeSafetensors(await Deno.readFile(theirs), theirs);
    const { checksum, ...metadata } = back.metadata;
    assert(checksum !== undefined);
    assertEquals(metadata, file.metadata);
    assertEquals(new Map([...back.tensors].sort()), new Map([...file.tensors].sort()));
    await Deno.remove(directory, { recursive: true });
  },
});
