/**
 * For the main module of a child process: ends it with its parent, which holds the other end of standard input and never
 * writes to it. Where a sweep was killed, a child that went on would write to the same files as the one that the next
 * sweep starts.
 */
export async function endWithParent(): Promise<never> {
  await Deno.stdin.read(new Uint8Array(1));
  Deno.exit(1);
}
