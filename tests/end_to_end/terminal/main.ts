/**
 * Trains on a terminal and looks for the longest time in which nothing moves; docs/trust.md says more.
 * `deno run -A tests/end_to_end/terminal/main.ts` trains as `deno task train --attempts 1` does; flags of `train` may be given.
 * Ends with 1 where it stood still for too long.
 * @module
 */
import { hasTerminal, watch } from "./gaps.ts";

/** Seconds in which nothing may move. */
const MOST_SECONDS = 2;

if (!await hasTerminal()) {
  console.error("Skipped: there is no command `script` of util-linux, which stands in for a terminal");
  Deno.exit(0);
}
const out = `${await Deno.makeTempDir()}/run`;
const flags = Deno.args.length > 0 ? Deno.args : ["--attempts=1"];
const { code, seconds, longest, text } = await watch("train", [...flags, `--out=${out}`]);
console.log(text.split("\n").slice(-30).join("\n"));
console.log(
  `It ended with ${code} after ${seconds.toFixed(0)} s, and took up to ${longest.seconds.toFixed(2)} s`,
);
console.log(
  `without a sign, from second ${longest.since.toFixed(1)} on, after ${JSON.stringify(longest.after)}`,
);
Deno.exit(code === 0 && longest.seconds <= MOST_SECONDS ? 0 : 1);
