// What a person sees on a terminal; tests/end_to_end/terminal/main.ts watches a run as long as one likes.
import { assert, assertEquals } from "@std/assert";
import { emptyDirectory } from "../support/process.ts";
import { flags } from "../support/small_run.ts";
import { within } from "../support/within.ts";
import { hasTerminal, watch } from "./terminal/gaps.ts";

const ignore = !await hasTerminal();

Deno.test("a run on a terminal never stands still for two seconds", { ignore }, async () => {
  await within(2, async () => {
    const { code, longest, text } = await watch("train", [...flags, `--out=${emptyDirectory()}/run`]);
    assertEquals(code, 0, text);
    assert(text.includes("\x1b[J"), "nothing was rewritten in place: that was no terminal");
    assert(
      /size +suite +right/.test(text) && !text.includes("sequence_accuracy,symbol_accuracy"),
      "rows stand twice",
    );
    return longest.seconds;
  });
});
