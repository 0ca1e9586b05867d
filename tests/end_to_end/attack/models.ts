/** Damaged models: loaded and evaluated, or found in the directory of a finished run that is resumed. */
import { equal } from "@std/assert";
import { evaluate, loadModel, type Model, train } from "../../../mod.ts";
import { formatReport } from "../../../lib/evaluation/report.ts";
import { checkReport } from "./sound.ts";
import { Harm, type Kind } from "./kind.ts";
import { damageStored } from "./stored_damage.ts";
import { copyDirectory, TINY } from "./tiny.ts";

const JSONS = ["problem", "configuration", "origin", "results"];

/** The kind. */
export const models: Kind = {
  name: "models",
  async prepare(good, random) {
    const path = "run/model.safetensors";
    await copyDirectory(`${good}/finished`, "run");
    const expected = await loadModel(`${good}/finished/model.safetensors`);
    const resumed = random.uniform() < 0.3;
    return {
      path,
      how: resumed ? "the run is resumed" : "evaluated",
      keeps: "run",
      damage: () => damageStored(path, JSONS, random),
      async use(exact) {
        const found = resumed ? await reported() : await evaluated(path);
        if (exact && !equal(found, expected)) throw new Harm("another model was read without a word");
      },
    };
  },
};

/** The model at that path, once it has been evaluated. */
export async function evaluated(path: string): Promise<Model> {
  const model = await loadModel(path);
  formatReport(model.results, false);
  const rows = await Array.fromAsync(evaluate({
    models: [{ model, name: "model" }],
    sizes: [2, 3],
    examples: 4,
    backend: "wasm",
    workers: 1,
  }));
  checkReport(formatReport(rows, false));
  return model;
}

/** The model that a finished run tells of. */
async function reported(): Promise<Model> {
  const { model } = await train({ ...TINY, out: "run", existing: "resume" });
  checkReport(formatReport(model.results, false));
  return await loadModel("run/model.safetensors");
}
