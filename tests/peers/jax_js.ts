/** The training step in jax-js. Arguments: the file of the setup, and `wasm` or `webgpu`. */
import {
  type Array as Values,
  defaultDevice,
  grad,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  random,
} from "@jax-js/jax";
import type { Setup } from "./setup.ts";
import { serve } from "./serve.ts";

const [path, device] = Deno.args as [string, "wasm" | "webgpu"];
const setup: Setup = JSON.parse(await Deno.readTextFile(path));
if (!(await init()).includes(device)) throw new Error(`jax-js has no device ${device} here`);
defaultDevice(device);

const { rows, positions: n, classes, dropout, saturationWeight, learningRate, workload: { maps: m } } = setup;
const third = Math.floor(m / 3);
const array = (name: string, ...shape: number[]) =>
  np.array(new Float32Array(setup.parameters[name]!)).reshape(shape);
/** `[3, in, out]` to `[out, in, 3]`. */
const kernel = (name: string) => np.transpose(array(`${name}.filter`, 3, m, m), [2, 1, 0]);

type Parameters = Record<string, Values>;
const initial: Parameters = {
  reset: kernel("reset"),
  resetBias: array("reset.bias", 1, m, 1),
  gate: kernel("gate"),
  gateBias: array("gate.bias", 1, m, 1),
  candidate: kernel("candidate"),
  candidateBias: array("candidate.bias", 1, m, 1),
  embedding: array("embedding.weight", classes, m),
  embeddingBias: array("embedding.bias", m),
  output: array("output.weight", m, classes),
  outputBias: array("output.bias", classes),
};
const oneHot = (numbers: readonly number[]) =>
  nn.oneHot(np.array(new Int32Array(numbers), { dtype: np.int32 }), classes);
const [inputs, targets] = [oneHot(setup.input), oneHot(setup.target)];

const conv = (x: Values, filter: Values, bias: Values) =>
  lax.convGeneralDilated(x, filter, [1], "SAME").add(bias);
const excess = (x: Values) => nn.relu(np.abs(x).sub(0.9)).sum();
const gateOf = (x: Values) => np.clip(x.mul(0.5).add(0.5), 0, 1);

/** The state with its first third of the maps moved to the next position, and its second third to the one before. */
function shift(s: Values): Values {
  const zero = np.zeros([rows, third, 1]);
  const part = (from: number, to: number, first: number, last: number) =>
    s.ref.slice([], [from, to], [first, last]);
  const up = np.concatenate([zero.ref, part(0, third, 0, n - 1)], 2);
  const down = np.concatenate([part(third, 2 * third, 1, n), zero], 2);
  const stay = s.slice([], [2 * third, m], []);
  return np.concatenate([up, down, stay], 1);
}

/** The loss, for which each parameter is used as often as it is referred to; `key` is absent where nothing is dropped. */
function lossOf(p: Parameters, key?: Values): Values {
  const keys = key === undefined ? undefined : random.split(key, n + 1);
  const drop = (x: Values, step: number) => {
    if (keys === undefined) return x;
    const kept = random.bernoulli(keys.ref.slice(step), 1 - dropout, x.shape);
    return np.where(kept, x.div(1 - dropout), 0);
  };
  const embedded = np.clip(np.matmul(inputs.ref, p.embedding!).add(p.embeddingBias!), -1, 1);
  let s = drop(np.transpose(embedded.reshape([rows, n, m]), [0, 2, 1]), n);
  let cost: Values = np.array(0);
  for (let step = 0; step < n; step++) {
    const reset = conv(s.ref, p.reset!.ref, p.resetBias!.ref);
    const gate = conv(s.ref, p.gate!.ref, p.gateBias!.ref);
    const g = gateOf(gate.ref);
    const pre = conv(gateOf(reset.ref).mul(s.ref), p.candidate!.ref, p.candidateBias!.ref);
    const c = drop(np.clip(pre.ref, -1, 1), step);
    cost = cost.add(excess(reset)).add(excess(gate)).add(excess(pre));
    s = c.ref.add(g.mul(shift(s).sub(c)));
  }
  for (const name of ["reset", "gate", "candidate"]) {
    p[name]!.dispose();
    p[`${name}Bias`]!.dispose();
  }
  keys?.dispose();
  const state = np.transpose(s, [0, 2, 1]).reshape([rows * n, m]);
  const logits = nn.logSoftmax(np.matmul(state, p.output!).add(p.outputBias!));
  const crossEntropy = logits.mul(targets.ref).sum().div(-rows * n);
  return crossEntropy.add(cost.mul(saturationWeight / (n * n * rows)));
}

const gradient = jit((p: Parameters, key: Values) => grad((p: Parameters) => lossOf(p, key))(p));
const update = jit((p: Values, gradient: Values, first: Values, second: Values) => {
  const bound = second.ref.mul(1.2).add(1e-4);
  const g = np.minimum(np.maximum(gradient, bound.ref.neg()), bound);
  const v = first.mul(0.9).add(g.ref.mul(0.1));
  const u = np.maximum(second.mul(0.99), np.abs(g));
  return [p.sub(v.ref.mul(learningRate).div(u.ref.add(1e-8))), v, u] as [Values, Values, Values];
});

const loss = jit((p: Parameters) => lossOf(p));
const refs = (p: Parameters): Parameters =>
  Object.fromEntries(Object.entries(p).map(([name, value]) => [name, value.ref]));
const first = await loss(refs(initial)).data();

let parameters = initial;
const moments = Object.fromEntries(
  Object.entries(initial).map(([name, value]) => [name, [np.zeros(value.shape), np.zeros(value.shape)]]),
) as Record<string, [Values, Values]>;
let key = random.key(1);

await serve({ version: "0.1.25", loss: first[0]! }, async (times) => {
  for (let i = 0; i < times; i++) {
    const [next, own] = random.split(key, 2);
    key = next!;
    const gradients = gradient(refs(parameters), own!);
    for (const [name, value] of Object.entries(parameters)) {
      const [updated, v, u] = update(value, gradients[name]!, ...moments[name]!);
      parameters = { ...parameters, [name]: updated! };
      moments[name] = [v!, u!];
    }
  }
  await parameters.output!.ref.data();
});
