import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { RunError } from "../../lib/errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  requireChecksum,
  type Safetensors,
} from "../../lib/io/safetensors.ts";
import { fileOf, sample, sampleData, sampleHeader, sha256, tensor } from "../support/safetensors_bytes.ts";

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
