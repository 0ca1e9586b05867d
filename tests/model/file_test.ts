// The model file: what is kept in it, what it withstands, and where it is looked for.
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { loadModel, type Model, problems, RunError, saveModel, train } from "../../mod.ts";
import { decodeModel, encodeModel } from "../../lib/model/file.ts";
import { Random } from "../../lib/random.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../lib/io/safetensors.ts";
import { emptyDirectory } from "../support/process.ts";
import { tenSteps as options } from "../support/tiny_run.ts";
import { untrained } from "../support/untrained.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`file_test: TEST_SEED=${seed}`);
const model = untrained(problems.badd!, 1, { maps: 4 });
const directory = emptyDirectory();

Deno.test("loadModel() gives back what saveModel() wrote", async () => {
  const { model } = await train({ ...options, problem: problems.badd! });
  const path = `${directory}/model`;
  await saveModel(path, model);
  assertEquals(await loadModel(path), model);
  const { tensors, metadata } = await decodeSafetensors(await Deno.readFile(path), path);
  assert(
    tensors.size > 5 && [...tensors.keys()].every((name) => /^[a-z0-9_.]+$/.test(name)),
    [...tensors.keys()].join(),
  );
  assertEquals(metadata.format_version, "2");
  await saveModel(path, { ...model, parameters: model.parameters.map((x) => 2 * x) });
  assertNotEquals((await loadModel(path)).parameters, model.parameters);
});

Deno.test("loadModel() refuses files that are not whole models, and says what is wrong", async () => {
  const { model } = await train({ ...options, steps: 1 });
  const path = `${directory}/hostile`;
  await saveModel(path, model);
  const file = await decodeSafetensors(await Deno.readFile(path), path);
  const [name, first] = [...file.tensors][0]!;
  const withTensor = (tensor: string, value: StoredTensor) => ({
    tensors: new Map([...file.tensors, [tensor, value]]),
  });
  const withMetadata = (key: string, value: unknown) => ({
    metadata: { ...file.metadata, [key]: typeof value === "string" ? value : JSON.stringify(value) },
  });
  const without = (key: string) => ({
    metadata: Object.fromEntries(Object.entries(file.metadata).filter(([other]) => other !== key)),
  });
  const { configuration } = model;
  const values = (value: number) => ({
    shape: first.shape,
    data: first.data.map((x, i) => i === 1 ? value : x),
  });
  const hostile: [change: Partial<typeof file>, complaint: string][] = [
    [{ tensors: new Map([...file.tensors].slice(1)) }, `tensor ${name} is missing`],
    [withTensor("extra", first), 'tensor "extra" is not part of its model'],
    [
      withTensor(name, { ...first, shape: [first.data.length] }),
      `tensor ${name} has shape [${first.data.length}], expected [`,
    ],
    [withTensor(name, values(NaN)), `tensor ${name} has values that are not finite`],
    [withTensor(name, values(-Infinity)), `tensor ${name} has values that are not finite`],
    [withMetadata("format_version", "3"), 'its format version is "3", expected 2'],
    [without("format_version"), "its format version is not given, expected 2"],
    [
      withMetadata("format", "\nerror: \x1b[2J" + "x".repeat(100)),
      `its format is "\\nerror: \\u001b[2J${"x".repeat(48)}…", expected neural-gpu-model`,
    ],
    [{ metadata: {} }, "its format is not given, expected neural-gpu-model"],
    ...["problem", "configuration", "origin", "results"].flatMap((key): typeof hostile => [
      [
        without(key),
        `its ${key === "configuration" ? "configuration is wrong" : `metadata has no valid ${key}`}`,
      ],
      [withMetadata(key, "{"), "its "],
      [withMetadata(key, "null"), "its "],
    ]),
    [withMetadata("problem", { name: "copy" }), "its problem has no name or no symbols"],
    [
      withMetadata("problem", { name: "../copy", symbols: "01" }),
      "its name needs letters, digits, - or _, 100 at most",
    ],
    [withMetadata("problem", { name: "copy", symbols: "00" }), 'symbol "0" stands twice'],
    [withMetadata("problem", { name: "copy", symbols: "0\n" }), "symbols must be printable ASCII characters"],
    [
      withMetadata("problem", { name: "copy", symbols: "01", arithmetic: null }),
      "arithmetic is not +, - or *",
    ],
    [withMetadata("problem", { name: "copy", symbols: "012" }), "has shape ["],
    [withMetadata("origin", { ...model.origin, seed: -1 }), "its origin is {"],
    [withMetadata("origin", [model.origin]), "its origin is [{"],
    [withMetadata("results", [null]), "its results are no list of rows of a report"],
    [withMetadata("results", [{ ...model.results[0], errors: 1e9 }]), "its results are no list"],
    [withMetadata("results", [{ ...model.results[0], seconds: null }]), "its results are no list"],
    [
      { tensors: new Map([...file.tensors].map(([name, value]) => [name.replace("set0", "set7"), value])) },
      "is missing",
    ],
    [withTensor("recurrence.set1.x", first), "it has 2 parameter sets, expected 1 or 1"],
    [withMetadata("configuration", { ...configuration, maps: 8 }), "has shape ["],
    [
      withMetadata("configuration", { ...configuration, maps: 1e9 }),
      "its configuration is wrong: Cannot use maps 1000000000",
    ],
    [
      withMetadata("configuration", { ...configuration, maps: 4096, layers: 16, kernel_length: 31 }),
      "has shape [",
    ],
    [withMetadata("configuration", { ...configuration, cell: "lstm" }), 'Cannot use cell "lstm"'],
    [withMetadata("configuration", { ...configuration, extra_steps: -1 }), "Cannot use extra_steps -1"],
    [withMetadata("configuration", {}), "its configuration is wrong: "],
  ];
  for (const [change, complaint] of hostile) {
    await Deno.writeFile(path, await encodeSafetensors({ ...file, ...change }));
    const { message } = await assertRejects<Error>(() => loadModel(path), RunError);
    assert(
      message.startsWith(`Cannot read ${path}: `) && message.includes(complaint),
      `${message} | ${complaint}`,
    );
    assert(!/\n|\.$/.test(message), message);
  }
  const whole: Model = await Deno.writeFile(path, await encodeSafetensors(file)).then(() => loadModel(path));
  assertEquals(whole, model);
});

Deno.test("a model with any byte changed is refused in one line, unless the content is the same", async () => {
  const bytes = await encodeModel(model);
  const random = new Random(seed, "bytes");
  let same = 0;
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at]! ^= random.between(1, 255);
    try {
      assertEquals(await decodeModel(changed, "x"), model, `byte ${at} is ${changed[at]}`);
      same++; // a space of the header became another one
    } catch (thrown) {
      assert(thrown instanceof RunError && /^Cannot read x: [ -~…]+$/.test(thrown.message), String(thrown));
    }
  }
  assert(bytes.length > 2000 && same <= 8, `${same} of ${bytes.length} bytes`);
});

Deno.test("a model of version 1 needs no checksum, one of version 2 does", async () => {
  const { metadata, tensors } = await decodeSafetensors(await encodeModel(model), "x");
  /** The file as another program writes it, which knows nothing of checksums. */
  const without = async (version: string) => {
    const bytes = await encodeSafetensors({ metadata: { ...metadata, format_version: version }, tensors });
    const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
    delete header.__metadata__.checksum;
    const json = new TextEncoder().encode(JSON.stringify(header));
    const length = new Uint8Array(new BigUint64Array([BigInt(json.length)]).buffer);
    return new Uint8Array([...length, ...json, ...bytes.subarray(start)]);
  };
  assertEquals(await decodeModel(await without("1"), "x"), model);
  const attempt = async () => await decodeModel(await without("2"), "x");
  assertEquals(
    (await assertRejects(attempt, RunError)).message,
    "Cannot read x: its metadata has no checksum",
  );
});

Deno.test("the directory of a run stands for its model", async () => {
  const directory = emptyDirectory();
  const { message } = await assertRejects(() => loadModel(directory), RunError);
  assertEquals(message, `Cannot read ${directory}/model.safetensors: no such file or directory`);
  await saveModel(`${directory}/model.safetensors`, model);
  for (const path of [directory, `${directory}/`]) assertEquals(await loadModel(path), model);
});
