/** The kind of a model. */
import { type Kind, OBJECT, objectWith, optional, refined, TEXT, wholeFrom } from "../checks/options.ts";
import { ARITHMETIC_PARTS } from "../problems/problem.ts";
import { checkModel } from "./check_model.ts";
import type { Model } from "./model.ts";

/** A trained model. */
export const MODEL: Kind = refined(
  objectWith("a model, as loadModel and train yield it", {
    problem: objectWith("what it learned", {
      name: TEXT,
      symbols: TEXT,
      arithmetic: optional(objectWith("a notation", ARITHMETIC_PARTS)),
    }),
    configuration: OBJECT,
    sets: wholeFrom(1),
    parameters: { words: "a vector", is: (value) => value instanceof Float32Array },
  }),
  (action, model) => checkModel(action, model as Model),
);
