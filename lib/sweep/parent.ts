/**
 * Ends a child process when its parent has ended. The parent holds the other end of standard input and never writes to
 * it. If a sweep is killed and its child continued, the child would write to the same files as the one that the next
 * sweep starts.
 */
export async function endWithParent(): Promise<never> {
  await Deno.stdin.read(new Uint8Array(1));
  Deno.exit(1);
}
