// A command that never looks up is given ten seconds, and again ten.
import { assert, assertEquals } from "@std/assert";
import { interrupt } from "../support/fake_command.ts";

Deno.test({
  name: "runCommand() is ended by a signal, though the command never looks up",
  ignore: Deno.build.os === "windows",
  async fn() {
    const ended = await Promise.all(["loop", "heard"].map((what) => interrupt(what, ["SIGTERM"])));
    // It might have had something to save: so it has ten seconds to show that it is alive, and again ten.
    for (const { code, seconds } of ended) {
      assertEquals(code, 143);
      assert(seconds > 9 && seconds < 25, `${seconds} s`);
    }
  },
});
