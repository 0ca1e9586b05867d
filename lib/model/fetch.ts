import { messageOf, RunError } from "../errors.ts";

/** What an http(s) URL holds; `called` is what errors call it. Throws a {@linkcode RunError} that says what is missing. */
export async function fetchBytes(url: URL, called: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new RunError(`Cannot read ${called}: the server answers ${response.status}`);
  } catch (thrown) {
    if (thrown instanceof RunError) throw thrown;
    const reason = thrown instanceof Deno.errors.NotCapable
      ? `Deno was not given permission for it, run again with --allow-net=${url.host}`
      : messageOf(thrown);
    throw new RunError(`Cannot read ${called}: ${reason}`);
  }
}
