/** SHA-256, in hexadecimal digits. */
import { createHash } from "node:crypto";
import { pause } from "../async/pause.ts";

/** Characters that are hashed at a time. */
const CHUNK = 2 ** 16;

/** The digest of bytes, or of a text as UTF-8. */
export function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The digest of the concatenation of texts, without concatenating them: a million rows may exceed a string's length. */
export async function digestOf(texts: Iterable<string>, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  let pending = "";
  for (const text of texts) {
    pending += text;
    if (pending.length < CHUNK) continue;
    hash.update(pending);
    pending = "";
    await pause(signal);
  }
  return hash.update(pending).digest("hex");
}
