import { weightsOf } from "../../lib/evaluation/ensemble.ts";
import { type Model, problems } from "../../mod.ts";
import { untrained } from "./untrained.ts";

/** A model of 6 maps that copies with map 4 alone, which no gate changes; the others are of no use. */
export function copier(): Model {
  const model = untrained(problems.copy!, 1, { maps: 6 });
  const parameters = model.parameters.map((value) => value / 8);
  for (const { name, offset } of weightsOf(model).network.table) {
    if (name.endsWith("gate.bias")) parameters.fill(3, offset, offset + 6);
    if (name === "embedding.weight") {
      [0, -1, 1].forEach((value, symbol) => parameters[offset + 6 * symbol + 4] = value);
    }
    if (name === "output.weight") {
      [0, -4, 4].forEach((value, symbol) => parameters[offset + 3 * 4 + symbol] = value);
    }
    if (name === "output.bias") parameters[offset] = 2;
  }
  return { ...model, parameters };
}
