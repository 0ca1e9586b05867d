// Safetensors files that are damaged, or made to do harm.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RunError } from "../../lib/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/io/safetensors.ts";
import { fileOf, sample, tensor } from "../support/safetensors_bytes.ts";

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
