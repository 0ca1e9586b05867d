import { fileFailure, messageOf, RunError } from "../errors.ts";
import { MOST_BYTES, readStream } from "./read_file.ts";

/** How much and how long a server is listened to. */
export interface FetchLimits {
  /** Bytes at most, after decompression. */
  readonly bytes: number;
  /** Seconds until it answers. */
  readonly answer: number;
  /** Seconds in all. */
  readonly whole: number;
}

/** What models get. */
const LIMITS: FetchLimits = { bytes: MOST_BYTES.model, answer: 30, whole: 300 };

/** What an http(s) URL holds; `called` is what errors call it. Throws a {@linkcode RunError} that says what is missing. */
export async function fetchBytes(
  url: URL,
  called: string,
  { bytes, answer, whole }: FetchLimits = LIMITS,
): Promise<Uint8Array<ArrayBuffer>> {
  const controller = new AbortController();
  const limit = (seconds: number, reason: string) =>
    setTimeout(
      () => controller.abort(fileFailure("read", called, `${reason} ${seconds} s`)),
      1000 * seconds,
    );
  const answered = limit(answer, "the server does not answer within");
  const ended = limit(whole, "it is not there whole within");
  try {
    const response = await fetch(url, { signal: controller.signal });
    clearTimeout(answered);
    if (!response.ok) {
      await response.body?.cancel();
      throw fileFailure("read", called, `the server answers ${response.status}`);
    }
    return await readStream(response.body ?? new Blob().stream(), bytes, called);
  } catch (thrown) {
    if (thrown instanceof RunError) throw thrown;
    throw fileFailure("read", called, reasonOf(thrown));
  } finally {
    clearTimeout(answered);
    clearTimeout(ended);
  }
}

/** The server may lead to another one, which Deno's message then names. */
function reasonOf(thrown: unknown): string {
  const message = messageOf(thrown);
  if (!(thrown instanceof Deno.errors.NotCapable)) return message;
  const host = /"([^"]+)"/.exec(message)?.[1];
  return `Deno was not given permission for it, run again with --allow-net${host ? `=${host}` : ""}`;
}
