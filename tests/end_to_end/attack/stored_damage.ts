/** Damage to safetensors files: to their bytes, to their headers, and to their content with a checksum that is right. */
import { printable } from "../../../lib/errors.ts";
import type { Random } from "../../../lib/random.ts";
import { damageBytes } from "./bytes.ts";
import { damageJson, jsonOf } from "./json.ts";
import type { Damaged } from "./kind.ts";
import { readStored, type Stored, storedBytes } from "../../support/stored.ts";
import { TEXTS } from "./values.ts";

/** Damages the file at `path`. Of its metadata `json` are JSON, the rest texts. */
export async function damageStored(
  path: string,
  json: readonly string[],
  random: Random,
): Promise<Damaged> {
  const dice = random.uniform();
  const bytes = await Deno.readFile(path);
  if (dice < 0.35) return damageBytes(bytes, random);
  if (dice < 0.55) return damageHeader(bytes, random);
  const stored = await readStored(path);
  const what = dice < 0.85 ? damageMetadata(stored, json, random) : damageTensors(stored, random);
  return { what, content: await storedBytes(stored), forged: true };
}

function damageHeader(bytes: Uint8Array, random: Random): Damaged<Uint8Array> {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const data = bytes.subarray(8 + length);
  const json = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  const withHeader = (text: string, claimed?: bigint) => {
    const header = new TextEncoder().encode(text);
    const whole = new Uint8Array(8 + header.length + data.length);
    new DataView(whole.buffer).setBigUint64(0, claimed ?? BigInt(header.length), true);
    whole.set(header, 8);
    whole.set(data, 8 + header.length);
    return whole;
  };
  const absurd: Record<string, () => Uint8Array> = {
    "claims 0 bytes": () => withHeader(json, 0n),
    "claims 2^63 bytes": () => withHeader(json, 2n ** 63n),
    "claims 15 MB": () => withHeader(json, 15_000_000n),
    "claims a byte less": () => withHeader(json, BigInt(length - 1)),
    "claims a byte more": () => withHeader(json, BigInt(length + 1)),
    "with 15 MB of spaces": () => withHeader(json + " ".repeat(15_000_000)),
    "with 3 MB of names": () =>
      withHeader(jsonOf(Object.fromEntries(range(200_000).map((i) => [`t${i}`, {}])))),
    "with 15 MB of one name": () => withHeader(jsonOf({ ["x".repeat(15_000_000)]: {} })),
    "with 15 MB of escapes": () => withHeader(`{"${"\\u0041".repeat(2_500_000)}":{}}`),
    "with another dtype": () =>
      withHeader(json.replace("F32", random.pick(["F16", "BF16", "F64", "I32", "f32", "F32 "]))),
    "with a million brackets": () => withHeader("[".repeat(1_000_000)),
  };
  if (random.uniform() < 0.3) {
    const name = random.pick(Object.keys(absurd));
    return { what: `header ${name}`, content: absurd[name]!() };
  }
  const { what, content } = damageJson(JSON.parse(json), random);
  return { what: `header: ${what}`, content: withHeader(content) };
}

function damageMetadata({ metadata }: Stored, json: readonly string[], random: Random): string {
  const name = random.pick([...Object.keys(metadata), ...json, ...json]);
  if (random.uniform() < 0.05) {
    delete metadata[name];
    return `metadata without ${name}`;
  }
  if (!json.includes(name) || random.uniform() < 0.05) {
    metadata[name] = random.pick(TEXTS);
    return `${name} is ${printable(jsonOf(metadata[name]), 30)}`;
  }
  const { what, content } = damageJson(JSON.parse(metadata[name]!), random);
  metadata[name] = content;
  return `${name}: ${what}`;
}

/** Numbers that a training never leaves, or that no computation survives. */
const NUMBERS = [NaN, Infinity, -Infinity, 3e38, -3e38, 1e-45, 1e20, 0, -0];

function damageTensors({ tensors }: Stored, random: Random): string {
  const name = random.pick([...tensors.keys()]);
  const { shape, data } = tensors.get(name)!;
  const longer = { shape: [data.length + 1], data: new Float32Array(data.length + 1) };
  const damages: Record<string, () => void> = {
    "is missing": () => tensors.delete(name),
    "is empty": () => tensors.set(name, { shape: [0], data: new Float32Array() }),
    "is longer": () => tensors.set(name, longer),
    "has another shape": () => tensors.set(name, { shape: [1, ...shape], data }),
    "has another name": () => {
      tensors.delete(name);
      tensors.set(random.pick(TEXTS.filter((text) => text !== "__proto__")), { shape, data });
    },
    "has a companion": () => tensors.set(random.pick(["x", "recurrence.set7.x"]), { shape, data }),
  };
  if (random.uniform() < 0.3) {
    const damage = random.pick(Object.keys(damages));
    damages[damage]!();
    return `tensor ${name} ${damage}`;
  }
  const number = random.pick(NUMBERS);
  if (random.uniform() < 0.3) data.fill(number);
  else data[random.integer(data.length)] = number;
  return `tensor ${name} has ${number}`;
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
