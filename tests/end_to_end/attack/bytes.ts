/** Damage to the bytes of any file: what disks, transfers, editors and wrong programs do to it. */
import type { Random } from "../../../lib/random.ts";
import type { Damaged } from "./kind.ts";

const join = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** The bytes, damaged in one place. */
export function damageBytes(bytes: Uint8Array, random: Random): Damaged<Uint8Array> {
  const place = random.integer(bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  const noise = () => Uint8Array.from({ length: random.between(1, 16) }, () => random.integer(256));
  const change = (value: number) => join(before, Uint8Array.of(value), after.subarray(1));
  const damages: Record<string, () => Uint8Array> = {
    "one bit changed": () => change(bytes[place]! ^ 1 << random.integer(8)),
    "one byte changed": () => change(bytes[place]! + random.between(1, 255)),
    "cut off": () => before,
    "bytes inserted": () => join(before, noise(), after),
    "bytes left out": () => join(before, after.subarray(random.between(1, 16))),
    "bytes appended": () => join(bytes, noise()),
    "zeros from there on": () => join(before, new Uint8Array(after.length)),
    "zeros for a block": () => join(before, new Uint8Array(Math.min(64, after.length)), after.subarray(64)),
    "the rest twice": () => join(bytes, after),
    "parts exchanged": () => join(after, before),
    "noise only": () => noise(),
    "nothing left": () => new Uint8Array(),
    "as UTF-16": () => Uint8Array.from([0xff, 0xfe, ...[...bytes].flatMap((byte) => [byte, 0])]),
  };
  // What happens most often is tried most often.
  const names = [...Object.keys(damages), ...Array(8).fill("one bit changed"), ...Array(4).fill("cut off")];
  const name = random.pick(names);
  return { what: `${name}, at byte ${place} of ${bytes.length}`, content: damages[name]!() };
}
