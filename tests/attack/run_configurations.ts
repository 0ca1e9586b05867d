/** Damaged config.json of runs that the `train` command resumes. */
import { parseArguments } from "../../lib/cli/arguments.ts";
import { Progress } from "../../lib/cli/progress.ts";
import { command } from "../../tasks/train.ts";
import { damageBytes } from "./bytes.ts";
import { damageJson } from "./json.ts";
import type { Kind } from "./kind.ts";
import { checkRun } from "./sound.ts";
import { copyDirectory, type Situation } from "./tiny.ts";

/** Milliseconds after which a run is stopped: the number of its steps may be what was damaged. */
const ENOUGH = 2000;

/** The kind. */
export const runConfigurations: Kind = {
  name: "run configurations",
  async prepare(good, random) {
    const situation: Situation = random.pick(["interrupted", "finished"] as const);
    await copyDirectory(`${good}/${situation}`, "run");
    const path = "run/config.json";
    const { what, content } = random.uniform() < 0.8
      ? damageJson(JSON.parse(await Deno.readTextFile(path)), random)
      : damageBytes(await Deno.readFile(path), random);
    await (typeof content === "string" ? Deno.writeTextFile(path, content) : Deno.writeFile(path, content));
    return {
      what: `${what}; ${situation}`,
      keeps: "run",
      async use() {
        const signal = AbortSignal.timeout(ENOUGH);
        const flags = ["--resume", "--out=run", "--backend=wasm", "--workers=1"];
        await command.run(parseArguments(flags, command.flags), {
          progress: new Progress({ quiet: true }),
          listenForSignals: () => signal,
        }).catch((thrown) => {
          if (!signal.aborted || thrown !== signal.reason) throw thrown;
        });
        await checkRun("run");
      },
    };
  },
};
