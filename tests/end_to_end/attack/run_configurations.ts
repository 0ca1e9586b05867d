/** Damaged config.json of runs that the `train` command resumes. */
import { parseArguments } from "../../../lib/cli/arguments.ts";
import { Progress } from "../../../lib/cli/progress.ts";
import { command } from "../../../tasks/train.ts";
import { damageBytes } from "./bytes.ts";
import { damageJson } from "./json.ts";
import type { Random } from "../../../lib/random.ts";
import type { Damaged, Kind } from "./kind.ts";
import { checkRun } from "./sound.ts";
import { copyDirectory, type Situation } from "./tiny.ts";
import { TRAP } from "./values.ts";

/** Milliseconds after which a run is stopped: the number of its steps may be what was damaged. */
const ENOUGH = 2000;

/** The kind. */
export const runConfigurations: Kind = {
  name: "run configurations",
  async prepare(good, random) {
    const situation: Situation = random.pick(["interrupted", "finished"] as const);
    await copyDirectory(`${good}/${situation}`, "run");
    const path = "run/config.json";
    return {
      path,
      how: `of a run that was ${situation}`,
      keeps: "run",
      async damage() {
        const dice = random.uniform();
        if (dice < 0.2) return damageBytes(await Deno.readFile(path), random);
        const config = JSON.parse(await Deno.readTextFile(path));
        return dice < 0.9 ? damageJson(config, random) : nameTrap(config, random);
      },
      use: resumedByCommand,
    };
  },
};

/** Resumes the run as the `train` command does. */
export async function resumedByCommand(): Promise<void> {
  const signal = AbortSignal.timeout(ENOUGH);
  const flags = ["--resume", "--out=run", "--backend=wasm", "--workers=1"];
  await command.run(parseArguments(flags, command.flags), {
    progress: new Progress({ quiet: true }),
    listenForSignals: () => Promise.resolve(signal),
  }).catch((thrown) => {
    if (!signal.aborted || thrown !== signal.reason) throw thrown;
  });
  await checkRun("run");
}

/** A run of a problem whose module the user never named. */
function nameTrap(config: Record<string, Record<string, unknown>>, random: Random): Damaged {
  const [places, what] = random.pick(
    [
      [["arguments"], "arguments name a module"],
      [["identity"], "identity names a module"],
      [["arguments", "identity"], "arguments and identity name a module"],
    ] as const,
  );
  if (!places.some((place) => place === "arguments")) delete config.arguments!.problem;
  for (const place of places) config[place]!.problem = TRAP;
  return { what, content: JSON.stringify(config) };
}
