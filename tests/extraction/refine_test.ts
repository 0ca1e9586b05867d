import { assert, assertEquals } from "@std/assert";
import { Checkpoint } from "../../lib/extraction/checkpoint.ts";
import { Refiner } from "../../lib/extraction/refine.ts";
import { type RefinementState, startOf } from "../../lib/extraction/refinement_state.ts";
import { changeFrom, type Stage } from "../../lib/extraction/stage.ts";
import { allExamples } from "../../lib/extraction/inputs.ts";
import { startEngine } from "../../lib/engine/engine.ts";
import { weightsOf } from "../../lib/evaluation/ensemble.ts";
import { score } from "../../lib/evaluation/examiner.ts";
import { problems } from "../../mod.ts";
import { copier } from "../support/copier.ts";
import { emptyDirectory } from "../support/process.ts";

const copy = problems.copy!;
const model = copier();
const engine = await startEngine({ backend: "wasm", workers: 1 });

/** Refines to one map. Returns the network and the states on the way. */
async function refined(
  from: RefinementState,
): Promise<{ stage: Stage | undefined; states: RefinementState[] }> {
  const states: RefinementState[] = [];
  const refiner = new Refiner({
    ...{ engine, problem: copy, extraSteps: 0, levels: 3, size: 3, maps: 1, seed: 1, onProgress: () => {} },
    onState: (state) => Promise.resolve(void states.push(state)),
  }, from);
  return { stage: await refiner.refine(), states };
}

Deno.test("a refined network has fewer maps, and is right on all small inputs", async () => {
  const { stage, states } = await refined(startOf(weightsOf(model)));
  assertEquals([stage!.alive, stage!.origins], [[0], [4]]);
  const examples = [1, 2, 3, 4, 5, 6].flatMap((size) => [...allExamples(copy, size)]);
  const { sequencesRight } = await score([stage!], examples, { engine, extraSteps: 0 });
  assert(sequencesRight >= 0.99 * examples.length, `${sequencesRight} of ${examples.length}`);
  const { removed, distance } = changeFrom(weightsOf(model), stage!);
  assert(removed > 0.95 && removed < 1, `${removed}`);
  assert(distance > 0 && distance < 1, `${distance}`);

  // And from any state in a file it goes on in the same way.
  const checkpoint = new Checkpoint(`${emptyDirectory()}/copy.json`, { seed: "1" });
  await checkpoint.save(states.at(-2)!);
  const resumed = await refined(await checkpoint.load(model, 3));
  assertEquals(resumed.stage!.parameters, stage!.parameters);
  assertEquals(resumed.states, states.slice(-1));
});
