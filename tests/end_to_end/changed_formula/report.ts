/**
 * Prints, as JSON, what every engine of the tree that this file is in computes for the diagonal cell, and what the cell's
 * formulas give in double precision. `changed_formula_test.ts` runs it in copies of the tree.
 * @module
 */
import { cells } from "../../../lib/cells/table.ts";
import { tf } from "../../../lib/deps.ts";
import { startBackend } from "../../../lib/engine/backends.ts";
import { recurrence } from "../../../lib/engine/recurrence.ts";
import { referenceRecurrence } from "../../../lib/engine/reference/recurrence.ts";
import { Random } from "../../../lib/random.ts";
import { hasAdapter } from "../../support/adapter.ts";
import { caseOf, mixed, small, valuesAndGradients } from "../../support/case.ts";
import { plainRecurrence } from "../../support/plain.ts";

/** What an engine computes: the state, the saturation cost, and the derivatives by the initial state and the parameters. */
export type Computed = readonly (readonly number[])[];

/** What is printed. */
export interface Report {
  /** By the name of the engine. */
  readonly engines: Readonly<Record<string, Computed>>;
  /** The same from the formulas; of derivatives those by some of the parameters, from finite differences. */
  readonly formulas: {
    readonly state: readonly number[];
    readonly cost: number;
    readonly slopes: readonly (readonly [parameter: number, slope: number])[];
  };
}

const COST_WEIGHT = 3;
/** Half the distance of the two points of a finite difference. */
const H = 1e-7;

if (import.meta.main) {
  await startBackend(hasAdapter ? "webgpu" : "wasm");
  await tf.setBackend("wasm");
  const spec = small["diagonal cells"]!;
  const test = caseOf(spec, mixed, new Random(4, "changed"));
  const own = { ...spec, cell: { ...cells.diagonal, name: "by its formulas" } };
  const at = (parameters: ArrayLike<number>) =>
    plainRecurrence(own, test.run, test.positions, test.initial, parameters);
  const valueAt = (parameters: Float64Array) => {
    const { state, cost } = at(parameters);
    return state.reduce((sum, x) => sum + x * x, COST_WEIGHT * cost);
  };
  const slope = (parameter: number) => {
    const [below, above] = [-H, H].map((step) =>
      valueAt(Float64Array.from(test.parameters, (value, i) => i === parameter ? value + step : value))
    );
    return (above! - below!) / (2 * H);
  };
  const count = test.parameters.length;
  const { state, cost } = at(test.parameters);

  const computed = async (backend: string, op: typeof recurrence) => {
    await tf.setBackend(backend);
    return (await valuesAndGradients(test, op, COST_WEIGHT)).map((values) => Array.from(values));
  };
  const report: Report = {
    engines: {
      wasm: await computed("wasm", recurrence),
      tape: await computed("wasm", referenceRecurrence),
      ...(hasAdapter && { webgpu: await computed("webgpu", recurrence) }),
    },
    formulas: {
      ...{ state: Array.from(state), cost },
      slopes: Array.from({ length: 12 }, (_, i) => Math.floor(i * count / 12)).map((i) => [i, slope(i)]),
    },
  };
  console.log(JSON.stringify(report));
  Deno.exit(0); // the device would keep the process
}
