// Whatever a program's own `onReport` throws ends the call that told it, and is thrown from there, once.
import { assert, assertEquals } from "@std/assert";
import {
  evaluate,
  type EvaluateOptions,
  type EvaluateReport,
  problems,
  train,
  type TrainOptions,
  type TrainReport,
} from "../../mod.ts";
import { kernelsHoldNothing } from "../support/kernel_memory.ts";
import { Listener } from "../../lib/async/listener.ts";
import { emptyDirectory } from "../support/process.ts";
import { untrained } from "../support/untrained.ts";

const directory = emptyDirectory();

/** Ways in which a function fails. */
const failures: readonly ((thrown: Error) => unknown)[] = [
  (thrown) => {
    throw thrown;
  },
  async (thrown) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    throw thrown;
  },
];

/** Takes so long that the next news in passing are due. */
function dawdle(): void {
  for (const start = performance.now(); performance.now() - start < 120;);
}

/** Asserts that whatever is thrown at news of each kind comes out of the call, which tells nothing of that kind again. */
async function assertThrown<News extends { readonly kind: string }>(
  kinds: readonly News["kind"][],
  slow: readonly News["kind"][],
  call: (onReport: (news: News) => unknown) => Promise<unknown>,
): Promise<void> {
  for (const kind of kinds) {
    for (const fail of failures) {
      const error = new Error(`thrown at ${kind}`);
      let done = false;
      const thrown = await call((news) => {
        assert(!done, `told of ${news.kind} once it had ended`);
        if (news.kind === kind) return fail(error);
        if (slow.includes(news.kind)) dawdle();
      }).then(() => undefined, (thrown) => thrown);
      done = true;
      assert(thrown === error, `${kind}, ${fail}: ${thrown}`);
    }
  }
}

Deno.test("whatever is thrown at news of a training ends the training", async () => {
  const options: TrainOptions = {
    problem: problems.copy!,
    configuration: {
      max_size: 2,
      maps: 4,
      batch_size: 4,
      check_every: 2,
      validate_max_multiple: 1,
      validate_every: 2,
      advance_accuracy: 0,
      mastery_accuracy: 0,
    },
    steps: 2,
    backend: "wasm",
    workers: 1,
    samples: true,
  };
  const kinds = [
    "start",
    "step",
    "window",
    "sample",
    "validating",
    "validation",
    "evaluating",
    "row",
  ] as const;
  await assertThrown<TrainReport>(kinds, ["sample", "row"], (onReport) => train({ ...options, onReport }));
  // A run that ended before its first checkpoint is noted to begin anew, and one of another backend that it changes.
  const out = `${directory}/run`;
  const resumed = (backend: string) => async (onReport: (news: TrainReport) => unknown) => {
    const stop = new Error("stop");
    const begin = { ...options, out, existing: "overwrite" } as const;
    await train({
      ...begin,
      onReport: ({ kind }) => {
        if (kind === "window") throw stop;
      },
    }).catch((thrown) => assert(thrown === stop));
    await Deno.remove(`${out}/checkpoint.safetensors`);
    const config = await Deno.readTextFile(`${out}/config.json`);
    await Deno.writeTextFile(`${out}/config.json`, config.replace('"wasm"', JSON.stringify(backend)));
    await train({ ...begin, existing: "resume", onReport });
  };
  await assertThrown<TrainReport>(["note"], [], resumed("wasm"));
  await assertThrown<TrainReport>(["note"], [], resumed("cpu"));
  assert(kernelsHoldNothing());
});

Deno.test("whatever is thrown at news of an evaluation ends the evaluation", async () => {
  const model = untrained(problems.badd!, 1, { maps: 4, max_size: 2 });
  const options: EvaluateOptions = {
    models: [{ model, name: "mine" }],
    sizes: [1, 2],
    examples: 2,
    suites: ["random", "adversarial"],
    budget: 1,
    predictions: true,
    backend: "wasm",
    workers: 1,
  };
  const kinds = ["evaluating", "state", "predictions", "failures"] as const;
  await assertThrown<EvaluateReport>(
    kinds,
    ["state"],
    (onReport) => Array.fromAsync(evaluate({ ...options, onReport: onReport as () => void })),
  );
  assert(kernelsHoldNothing());
});

Deno.test("a listener that failed in passing hears no more, and its error is thrown wherever the call waits next", async () => {
  for (const fail of failures) {
    const error = new Error("heard");
    let heard = 0;
    const listener = new Listener<string>(() => (heard++, fail(error)));
    listener.mention("first");
    const thrown = await listener.settle().catch((thrown) => thrown);
    listener.mention("second");
    const again = await listener.tell("third").catch((thrown) => thrown);
    assert(thrown === error && again === error && listener.failure.reason === error);
    assertEquals(heard, 1);
  }
});
