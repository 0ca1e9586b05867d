/** Damaged checkpoints of runs that are resumed: cut off before, or finished, or finished and to go on. */
import { equal } from "@std/assert";
import { train } from "../../../mod.ts";
import { contentsOf } from "../../support/small_run.ts";
import { Harm, type Kind } from "./kind.ts";
import { checkRun } from "./sound.ts";
import { damageStored } from "./stored_damage.ts";
import { copyDirectory, LIMITS, type Situation, TINY } from "./tiny.ts";

/** Checks after which a run that goes on is stopped: the number of its steps may be what was damaged. */
const ENOUGH = 12;

/** The kind. */
export const checkpoints: Kind = {
  name: "checkpoints",
  async prepare(good, random) {
    const situation = random.pick(["interrupted", "interrupted", "finished", "extended"] as Situation[]);
    await copyDirectory(`${good}/${situation}`, "run");
    const path = "run/checkpoint.safetensors";
    let windows = 0;
    return {
      path,
      how: `of a run that was ${situation}`,
      keeps: "run",
      damage: () => damageStored(path, ["state", "clock"], random),
      hasGoneOn: () => windows > 0,
      async use(exact) {
        const enough = new AbortController();
        await train({
          ...TINY,
          steps: LIMITS[situation],
          out: "run",
          existing: "resume",
          signal: enough.signal,
          onReport: ({ kind }) => void (kind === "window" && ++windows === ENOUGH && enough.abort()),
        }).catch((thrown) => {
          if (!enough.signal.aborted || thrown !== enough.signal.reason) throw thrown;
        });
        await checkRun("run");
        if (!exact || enough.signal.aborted) return;
        const [found, expected] = [await contentsOf("run"), await contentsOf(`${good}/${situation}-resumed`)];
        if (!equal(found, expected)) throw new Harm("the run ended with other numbers than it would have");
      },
    };
  },
};
