// Kernels and reference along a training: the same gradients, the same success; and the same bits twice.
import { runningKernels } from "../../lib/engine/backends.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { reference } from "../../lib/engine/reference/kernels.ts";
import { testOnBackends } from "../support/adapter.ts";
import { difference, tensors } from "../support/case.ts";
import { gradientOf } from "../support/gradient.ts";
import { clearance, plainLoss } from "../support/plain.ts";
import { advance, type SmallTraining, smallTraining } from "../support/small_training.ts";

/** Steps from one comparison of gradients to the next, and how many comparisons a training is to have at least. */
const [EVERY, POINTS] = [3, 20];

/** Rounding may take a pre-activation that is nearer than this to a kink to its other side. */
const NEAR = 1e-5;

/** The distance from a kink of the step's pre-activation that is nearest to one, in double precision. */
function clearanceOf(training: SmallTraining, parameters: Float32Array): number {
  const { network } = training.learner;
  const dropout = { ...training.nextOptions().dropout, firstExample: 0 };
  const [batch] = training.nextBatches();
  return clearance(network.spec, plainLoss(network, parameters, batch!, dropout));
}

/** Whether the best parameters were right on every example of their validation. */
function isRight({ state: { best } }: SmallTraining["learner"]): boolean {
  return best !== null && best.score.every((share) => share === 1);
}

testOnBackends(
  "a training has the same gradients by the kernels and by the reference, and either solves the problem",
  async () => {
    const before = tensors();
    const training = smallTraining();
    const { learner } = training;
    const { state, network } = learner;
    let [points, strict] = [0, 0];
    while (state.ended === null) {
      if (state.step % EVERY === 0) {
        const { parameters } = await learner.vectors();
        const step = [network, parameters, training.nextBatches(), training.nextOptions()] as const;
        const [found] = await gradientOf(runningKernels(), ...step);
        const [expected] = await gradientOf(reference, ...step);
        assertNotEquals(found, expected, "one and the same implementation ran twice");
        const near = clearanceOf(training, parameters) <= NEAR;
        for (const { name, offset, size } of network.table) {
          const [ours, theirs] = [found, expected].map((all) => all.subarray(offset, offset + size));
          const apart = difference(ours!, theirs!);
          assert(apart <= (near ? 1e-3 : 1e-4), `${name} at step ${state.step}: ${apart}`);
        }
        points++;
        if (!near) strict++;
      }
      await advance(learner);
    }
    learner.dispose();
    assert(isRight(learner), `ended: ${state.ended}`);
    assert(points >= POINTS && strict >= POINTS / 2, `${points} points, ${strict} of them far from kinks`);

    const { learner: other } = smallTraining({}, { kernels: reference });
    while (other.state.ended === null) await advance(other);
    other.dispose();
    assert(isRight(other), `ended: ${other.state.ended}`);
    assertEquals(tensors(), before);
  },
);

/** How many elements have other bits. */
function changed(a: Float32Array, b: Float32Array): number {
  const [one, other] = [a, b].map((x) => new Uint32Array(x.buffer, x.byteOffset, x.length));
  return one!.filter((word, i) => word !== other![i]).length;
}

testOnBackends("a training with dropout gives the same bits twice", async () => {
  const vectorsOf = async (seed: number) => {
    // Sums so long, and so many, that tfjs would, left to itself, add them atomically in any order.
    const { learner } = smallTraining(
      { max_size: 3, start_size: 3, maps: 36, batch_size: 300 },
      { seed },
    );
    for (let step = 0; step < 4; step++) await advance(learner);
    const { parameters, moments } = await learner.vectors();
    learner.dispose();
    return [parameters, ...moments];
  };
  const [first, second, other] = [await vectorsOf(1), await vectorsOf(1), await vectorsOf(2)];
  for (const [i, vector] of first.entries()) {
    assertEquals(changed(vector, second[i]!), 0, `of ${vector.length} elements of vector ${i}`);
    assert(changed(vector, other[i]!) > 0);
  }
});
