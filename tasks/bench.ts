/**
 * Times a training step: the toolkit's recurrence against the same formulas on tfjs's own tape, by turns in one run.
 * @module
 */
import { type Backend, BACKENDS, read, startBackend } from "../lib/backend.ts";
import {
  BENCH_HEADER,
  benchLine,
  type BenchRow,
  byTurns,
  type Contestant,
  forwardFlop,
  median,
} from "../lib/bench.ts";
import { oneOf } from "../lib/cli/arguments.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { writeStderr, writeStdout } from "../lib/cli/output.ts";
import { Progress } from "../lib/cli/progress.ts";
import { table } from "../lib/cli/table.ts";
import { sampleExample } from "../lib/dataset.ts";
import { tf } from "../lib/deps.ts";
import { writeFileAtomic } from "../lib/files.ts";
import { type Batch, encodeBatch } from "../lib/model/batch.ts";
import type { Configuration } from "../lib/model/configuration.ts";
import { type Network, networkOf, trainingLoss } from "../lib/model/network.ts";
import { initialParameters } from "../lib/model/parameters.ts";
import { type PresetName, presets, resolve } from "../lib/model/presets.ts";
import { problems } from "../lib/problems/mod.ts";
import { Random } from "../lib/random.ts";
import { chooseImplementation, type Implementation } from "../lib/recurrence/mod.ts";
import { batchGradient } from "../lib/training/gradient.ts";
import { Optimizer } from "../lib/training/optimizer.ts";
import { tapeLoss } from "../tests/tape.ts";

/** What is timed: a preset's shapes on binary addition. */
const CASES: readonly { preset: PresetName; maps: number; size: number; batch: number }[] = [
  { preset: "default", maps: 32, size: 20, batch: 32 },
  { preset: "default", maps: 48, size: 20, batch: 32 },
  { preset: "paper", maps: 24, size: 5, batch: 32 },
];

const TURNS = 5;

/** The `bench` command. */
export const command: Command = {
  name: "bench",
  summary:
    "Times a training step of the toolkit against tfjs's own tape: rows on standard output, a table for people.",
  usage: "[--backend B]",
  flags: [
    { name: "backend", value: "B", help: `Where to compute: ${BACKENDS.join(", ")}`, default: "auto" },
    { name: "out", value: "FILE", help: "File for the rows; standard output by default" },
    { name: "json", help: "Write JSON, one array of rows, instead of CSV" },
  ],
  examples: ["bench", "bench --backend webgpu --out bench.csv"],
  async run(args, { signal }) {
    const backend = await startBackend(oneOf("backend", args.text("backend")!, BACKENDS));
    const progress = new Progress(Deno.stderr, 0);
    const rows: BenchRow[] = [];
    for (const of of CASES) {
      progress.update(
        `timing ${of.preset}, ${of.maps} maps, size ${of.size}, batch ${of.batch} on ${backend.name}`,
      );
      rows.push(...await timeCase(of, backend, signal));
    }
    progress.end();
    const text = args.has("json")
      ? JSON.stringify(rows, undefined, 2) + "\n"
      : BENCH_HEADER + rows.map(benchLine).join("");
    const out = args.text("out");
    await (out === undefined ? writeStdout(text) : writeFileAtomic(out, text));
    writeStderr("\n" + summary(rows));
  },
};

async function timeCase(
  { preset, maps, size, batch: examples }: typeof CASES[number],
  backend: Backend,
  signal: AbortSignal,
): Promise<BenchRow[]> {
  const problem = problems.badd!;
  const configuration = resolve(presets[preset], problem, { maps, max_size: size });
  const network = networkOf(configuration, problem.symbols);
  const rows = Array.from(
    { length: examples },
    (_, i) => sampleExample(problem, "random", size, new Random(1, "bench", i)),
  );
  const batch = encodeBatch(problem.symbols, rows, { extraSteps: configuration.extra_steps });
  const own: Implementation[] = backend.name === "webgpu" ? ["composed", "fused"] : ["composed"];
  const contestants = [
    tapeContestant(network, configuration, batch),
    ...own.map((implementation) => ownContestant(implementation, network, configuration, batch)),
  ];
  const turns = await byTurns(contestants, TURNS, signal);
  const flop = forwardFlop(network.spec, examples, batch.positions, batch.positions);
  const factor = { forward: 1, backward: 2, step: 3 };
  return contestants.flatMap(({ variant }, i) =>
    (["forward", "backward", "step"] as const).map((phase): BenchRow => {
      const times = turns[i]![phase];
      const shown = (value: number) => Number(value.toPrecision(4));
      return {
        variant,
        preset,
        backend: backend.name,
        adapter: backend.adapter,
        maps,
        size,
        batch: examples,
        phase,
        median_ms: shown(median(times)),
        min_ms: shown(Math.min(...times)),
        max_ms: shown(Math.max(...times)),
        gflops: shown(factor[phase] * flop / median(times) / 1e6),
      };
    })
  );
}

function dropoutOf({ dropout: rate, dropout_on: on }: Configuration) {
  return { rate, on, seed: 1, trainingStep: 0 };
}

/** The toolkit's own training step. */
function ownContestant(
  implementation: Implementation,
  network: Network,
  configuration: Configuration,
  batch: Batch,
): Contestant {
  const dropout = dropoutOf(configuration);
  const saturationWeight = configuration.saturation_weight;
  let parameters = tf.tensor1d(initialParameters(network.table, 1));
  const optimizer = new Optimizer(configuration, parameters.size);
  const totals = { rows: batch.rows, positions: batch.rows * batch.positions };
  return {
    variant: implementation,
    async forward() {
      chooseImplementation(implementation);
      const loss = tf.tidy(() =>
        trainingLoss(network, parameters, batch, {
          totals,
          dropout: { ...dropout, firstExample: 0 },
          saturationWeight,
        }).loss
      );
      await read(loss);
      loss.dispose();
    },
    async step() {
      chooseImplementation(implementation);
      const { gradient, metrics } = batchGradient(network, parameters, [batch], {
        dropout,
        saturationWeight,
      });
      const update = optimizer.update(parameters, gradient, configuration.learning_rate, 0);
      await read(update.gradientNorm);
      tf.dispose([parameters, gradient, metrics, update.gradientNorm]);
      parameters = update.parameters;
    },
  };
}

/** What a user of tfjs would write: its tape, its dropout, its optimizer. */
function tapeContestant(network: Network, configuration: Configuration, batch: Batch): Contestant {
  const options = {
    dropout: { ...dropoutOf(configuration), firstExample: 0 },
    saturationWeight: configuration.saturation_weight,
  };
  const parameters = tf.variable(tf.tensor1d(initialParameters(network.table, 1)));
  const optimizer = configuration.optimizer === "adam"
    ? tf.train.adam(configuration.learning_rate)
    : tf.train.adamax(configuration.learning_rate);
  const loss = () => tapeLoss(network, parameters as tf.Tensor1D, batch, options);
  return {
    variant: "tape",
    async forward() {
      const value = tf.tidy(loss);
      await read(value);
      value.dispose();
    },
    async step() {
      const value = optimizer.minimize(loss, true, [parameters as tf.Variable])!;
      await read(value);
      await read(parameters);
      value.dispose();
    },
  };
}

/** Milliseconds a step, and how many times as fast as the tape. */
function summary(rows: readonly BenchRow[]): string {
  const steps = rows.filter(({ phase }) => phase === "step");
  const lines = steps.map((row) => {
    const same = (other: BenchRow) =>
      other.preset === row.preset && other.maps === row.maps && other.size === row.size &&
      other.batch === row.batch;
    const tape = steps.find((other) => other.variant === "tape" && same(other))!;
    return [
      `${row.preset}, m = ${row.maps}, size ${row.size}, batch ${row.batch}`,
      row.variant,
      row.median_ms.toFixed(1),
      `${row.min_ms.toFixed(1)}–${row.max_ms.toFixed(1)}`,
      row.gflops.toFixed(1),
      (tape.median_ms / row.median_ms).toFixed(2),
    ];
  });
  return table(["training step", "variant", "median ms", "spread", "GFLOP/s", "× tape"], lines);
}

if (import.meta.main) await runCommand(command, Deno.args);
