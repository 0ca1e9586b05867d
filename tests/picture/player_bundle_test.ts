import { assertEquals } from "@std/assert";
import { BUNDLE, playerModule } from "../support/player_bundle.ts";

const committed = await Deno.readTextFile(BUNDLE);
const isSameDeno = committed.includes(`with Deno ${Deno.version.deno}. */`);

Deno.test({
  name: "the script of the pages is what `deno task page` makes of lib/picture/player" +
    (isSameDeno ? "" : " (skipped: another Deno made it)"),
  ignore: !isSameDeno,
  fn: async () => assertEquals(await playerModule() === committed, true, "run `deno task page`"),
});
