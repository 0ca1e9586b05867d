/** Damaged models: loaded and evaluated, or found in the directory of a finished run that is resumed. */
import { equal } from "@std/assert";
import { evaluate, loadModel, type Model, train } from "../../mod.ts";
import { formatReport } from "../../lib/report.ts";
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
    const { what, content, forged } = await damageStored(path, JSONS, random);
    await Deno.writeFile(path, content);
    const expected = await loadModel(`${good}/finished/model.safetensors`);
    const check = (found: Model) => {
      if (!forged && !equal(found, expected)) throw new Harm("another model was read without a word");
    };
    return random.uniform() < 0.7
      ? { what, keeps: "run", use: async () => check(await evaluated(path)) }
      : { what: `${what}; resumed`, keeps: "run", use: async () => check(await reported()) };
  },
};

async function evaluated(path: string): Promise<Model> {
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
