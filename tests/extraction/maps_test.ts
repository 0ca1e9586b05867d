import { assert, assertEquals } from "@std/assert";
import { NetworkRule } from "../../lib/extraction/network_rule.ts";
import { observe } from "../../lib/extraction/observe.ts";
import { reduced } from "../../lib/extraction/maps.ts";
import { RuleTable } from "../../lib/automaton/rule_table.ts";
import { weightsOf } from "../../lib/evaluation/ensemble.ts";
import { loadModel, Random } from "../../mod.ts";
import { traceOf } from "../../lib/evaluation/trace.ts";

const model = await loadModel("reverse");
const rounded = { ...model, configuration: { ...model.configuration, state_levels: 3 } };

/** The parameters where the given maps have 0 wherever they are read or written. */
function without(maps: readonly number[]): Float32Array {
  const { network, parameters } = weightsOf(rounded);
  const values = parameters.slice();
  for (const { name, shape, offset, size } of network.table) {
    for (let i = 0; i < size; i++) {
      const last = i % shape.at(-1)!;
      const before = Math.floor(i / shape.at(-1)!) % (shape.at(-2) ?? 1);
      const reads = name === "output.weight" || name.endsWith(".filter");
      const writes = !name.startsWith("output");
      if (reads && maps.includes(before) || writes && maps.includes(last)) values[offset + i] = 0;
    }
  }
  return values;
}

Deno.test("a network without some of its maps does what it does where these hold nothing", async () => {
  const gone = [0, 1, 2, 5, 10, 13, 14, 20, 21, 31];
  const kept = Array.from({ length: 32 }, (_, map) => map).filter((map) => !gone.includes(map));
  const { network, parameters, from } = reduced(weightsOf(rounded), kept);
  assert(network.spec.maps < 32);
  assertEquals(from.filter((map) => map >= 0), kept);
  const small = {
    ...rounded,
    configuration: { ...rounded.configuration, maps: network.spec.maps },
    parameters,
  };
  const large = { ...rounded, parameters: without(gone) };
  const [expected, found] = [large, small].map((model) => traceOf(model, "0110100111", { backend: "wasm" }));
  const states = await Array.fromAsync(expected!);
  let compared = 0;
  for await (const { step, state } of found!) {
    const whole = states[step]!.state;
    for (let position = 0; position < 10; position++) {
      from.forEach((map, own) => {
        const value = state[position * from.length + own];
        assertEquals(value, map < 0 ? 0 : whole[position * 32 + map], `step ${step}, map ${map}`);
        compared++;
      });
    }
  }
  assertEquals(compared, 11 * 10 * from.length);
});

Deno.test("the rules read out of a network give its states, for random inputs", async () => {
  const rule = new NetworkRule(weightsOf(rounded));
  const initial = rule.initial();
  const table = new RuleTable(rule.radius);
  const random = new Random(1, "automaton inputs");
  for (let i = 0; i < 40; i++) {
    const input = Array.from({ length: random.between(1, 12) }, () => random.integer(2)).join("");
    const row = Int32Array.from(input, (symbol) => initial[Number(symbol) + 1]!);
    const [last] = observe(rule, table, [row], [row.length]);
    const steps = await Array.fromAsync(traceOf(rounded, input, { backend: "wasm" }));
    const written = Array.from(last!, (state) => " 01"[rule.output(state)]).join("");
    assertEquals(written, steps.at(-1)!.readOut);
  }
});
