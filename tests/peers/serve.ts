/** What a peer says and hears: a line about itself, then for each line with a number of steps the milliseconds they took. */
/** What a peer says of itself. */
export interface Introduction {
  /** The version of what computes. */
  readonly version: string;
  /** The loss of the setup without dropout, by which a peer shows that it computes the same network. */
  readonly loss: number;
}

/** Introduces itself, and takes steps as often as it is told to. */
export async function serve(
  introduction: Introduction,
  steps: (times: number) => Promise<void>,
): Promise<void> {
  console.log(JSON.stringify(introduction));
  const decoder = new TextDecoder();
  // Each chunk is one line, as the next one is written only after the answer.
  for await (const line of Deno.stdin.readable) {
    const start = performance.now();
    await steps(Number(decoder.decode(line)));
    console.log(performance.now() - start);
  }
  Deno.exit();
}
