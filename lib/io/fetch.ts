import { fileFailure, messageOf, RunError } from "../errors.ts";
import { MOST_BYTES, readStream } from "./read_file.ts";

/** Limits of a download. */
export interface FetchLimits {
  /** The most bytes, after decompression. */
  readonly bytes: number;
  /** The most seconds until the server answers. */
  readonly answer: number;
  /** The most seconds in all. */
  readonly whole: number;
}

/** The limits for models. */
const LIMITS: FetchLimits = { bytes: MOST_BYTES.model, answer: 30, whole: 300 };

/** The bytes at a location that is an http(s) URL; undefined where it is a path or a name. */
export async function fetchLocation(location: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!/^https?:/.test(location)) return undefined;
  const url = URL.parse(location);
  if (url === null) throw fileFailure("read", location, "it is no URL");
  return await fetchBytes(url, location);
}

/** The bytes at an http(s) URL, which errors call `called`. Throws a {@linkcode RunError} that says what went wrong. */
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

/** The server may redirect to another one, which Deno's message then names. */
function reasonOf(thrown: unknown): string {
  const message = messageOf(thrown);
  if (!(thrown instanceof Deno.errors.NotCapable)) return message;
  const host = /"([^"]+)"/.exec(message)?.[1];
  return `Deno was not given permission for it, run again with --allow-net${host ? `=${host}` : ""}`;
}
