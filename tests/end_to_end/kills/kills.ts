/** Runs that are killed, also while they are resumed, and then trained to their end. */
import { Random } from "../../../lib/random.ts";
import { begin, finish, type Phase, phaseOf, type Reference } from "./run.ts";

/** What came of a run that was killed. */
export interface Killed {
  /** Where the run stood at each kill. */
  readonly phases: readonly Phase[];
  /** What is wrong with its end, if anything. */
  readonly failure: string | undefined;
}

/** Kills at most, of one run. */
const MOST = 2;

/** Kills run number `number` in the directory `out`, which is not there yet, and trains it to its end. */
export async function kill(
  out: string,
  reference: Reference,
  { seed, number }: { seed: number; number: number },
): Promise<Killed> {
  const random = new Random(seed, "kill", number);
  const times = random.between(1, MOST);
  const phases: Phase[] = [];
  // A run that came to its end before it was killed is not counted: an earlier moment is tried, in a new run at first.
  for (let latest = reference.seconds; phases.length < times && latest > 0.1; latest *= 0.9) {
    const { process, ended } = await begin(out);
    await new Promise((resolve) => setTimeout(resolve, 1000 * latest * random.uniform()));
    tryToSend(process, "SIGKILL");
    const { code, stderr } = await ended;
    if (code === 137) phases.push(await phaseOf(out));
    else if (code !== 0) return { phases, failure: `it ended with ${code} before it was killed: ${stderr}` };
    else if (phases.length > 0) break;
    else await Deno.remove(out, { recursive: true });
  }
  return { phases, failure: await finish(out, reference) };
}

/** Sends a signal, unless the process has ended. */
export function tryToSend(process: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    process.kill(signal);
  } catch (thrown) {
    if (!(thrown instanceof TypeError || thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}
