// The model file: what it withstands, and where it is looked for.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadModel, problems, saveModel } from "../../mod.ts";
import { RunError } from "../../lib/errors.ts";
import { decodeModel, encodeModel } from "../../lib/model/file.ts";
import { Random } from "../../lib/random.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/io/safetensors.ts";
import { emptyDirectory } from "../support/process.ts";
import { untrained } from "../support/untrained.ts";

const seed = Number(Deno.env.get("TEST_SEED") ?? Date.now() % 1e9);
console.log(`model_file_test: TEST_SEED=${seed}`);

const model = untrained(problems.badd!, 1, { maps: 4 });

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
