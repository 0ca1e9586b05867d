/**
 * The file beside an unfinished automaton, from which its extraction can go on. It is written whenever a network has been
 * trained, so that an interruption loses half a minute at most, and removed at the end.
 */
import { type Kind, listOf, objectWith, SWITCH, TEXT, wholeFrom } from "../checks/options.ts";
import { option, RunError, say, shown, UsageError, wrongFile } from "../errors.ts";
import { exists, removeFile, writeFileAtomic } from "../io/files.ts";
import { MOST_BYTES, readBytes } from "../io/read_file.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  requireChecksum,
  type Safetensors,
} from "../io/safetensors.ts";
import { checkFormat, field } from "../model/metadata.ts";
import type { Model } from "../model/model.ts";
import { networkOf } from "../model/network.ts";
import { parameterCount } from "../model/parameters.ts";
import { VERSION } from "../version.ts";
import type { RefinementState, UnprovedStage } from "./refinement_state.ts";
import type { Stage } from "./stage.ts";

const FORMAT = "neural-gpu-extraction";
const FORMAT_VERSION = "1";

/** All that a result depends on, by name: an extraction goes on only with the same. */
export type Setup = Readonly<Record<string, string>>;

/** The checkpoint of an extraction to a file. */
export class Checkpoint {
  readonly #out: string;
  readonly #setup: Setup;

  /** Makes the checkpoint of the extraction of an automaton to the file `out`. */
  constructor(out: string, setup: Setup) {
    this.#out = out;
    this.#setup = setup;
  }

  /** The path of the checkpoint. */
  get path(): string {
    return `${this.#out}.partial.safetensors`;
  }

  /** Throws where there is a checkpoint, which a new extraction would replace. */
  async checkFree(): Promise<void> {
    if (!await exists(this.path)) return;
    const advice = say`go on with ${option("resume")}, or remove ${this.path}`;
    throw new UsageError(say`Cannot write ${this.#out}: its extraction is unfinished; ${advice}`, {
      code: "exists",
      subject: this.#out,
    });
  }

  /** Writes a state. */
  async save({ stages, unproved, ...state }: RefinementState): Promise<void> {
    const stored = {
      stages: stages.map(shapeOf),
      unproved: unproved.map(({ stage, ...own }) => ({ ...shapeOf(stage), ...own })),
    };
    const tensors = [...stages, ...unproved.map(({ stage }) => stage)].map(({ parameters }, i) =>
      [`network${i}`, { shape: [parameters.length], data: parameters }] as const
    );
    const bytes = await encodeSafetensors({
      metadata: {
        format: FORMAT,
        format_version: FORMAT_VERSION,
        version: VERSION,
        setup: JSON.stringify(this.#setup),
        state: JSON.stringify({ ...state, ...stored }),
      },
      tensors: new Map(tensors),
    });
    await writeFileAtomic(this.path, bytes);
  }

  /** The state of an extraction of this model, to so many levels. */
  async load({ configuration, problem }: Model, levels: number): Promise<RefinementState> {
    if (!await exists(this.path)) {
      throw new UsageError(`Cannot resume ${this.#out}: there is no ${this.path}`, {
        code: "missing",
        subject: this.#out,
      });
    }
    const file = await decodeSafetensors(await readBytes(this.path, MOST_BYTES.checkpoint), this.path);
    checkFormat(file, FORMAT, FORMAT_VERSION, this.path);
    requireChecksum(file, this.path);
    this.#checkSetup(field<Setup>(file, "setup", this.path));
    const state = field<Stored>(file, "state", this.path);
    if (!STORED.is(state)) throw wrongFile(this.path, "its state is none of an extraction");
    const stages = [...state.stages, ...state.unproved].map(({ maps, alive, origins }, i): Stage => {
      const rounded = { ...configuration, maps, state_levels: state.isRounded ? levels : 0 };
      const network = networkOf(rounded, problem.symbols);
      return {
        network,
        alive,
        origins,
        parameters: this.#vector(file, `network${i}`, parameterCount(network.table)),
      };
    });
    const unproved = state.unproved.map(({ states, closed }, i) => ({
      stage: stages[state.stages.length + i]!,
      states,
      closed,
    }));
    return { ...state, stages: stages.slice(0, state.stages.length), unproved };
  }

  /** Removes the checkpoint, where there is one. */
  async remove(): Promise<void> {
    if (await exists(this.path)) await removeFile(this.path);
  }

  #checkSetup(found: Setup): void {
    for (const [name, is] of Object.entries(this.#setup)) {
      const was = found[name];
      if (was === is) continue;
      throw new UsageError(
        `Cannot resume ${this.#out}: it was begun with ${name} ${shown(was)}, expected ${shown(is)}`,
        { code: "conflict", subject: name, given: shown(was), expected: shown(is) },
      );
    }
  }

  #vector({ tensors }: Safetensors, name: string, size: number): Float32Array {
    const data = tensors.get(name)?.data;
    if (data?.length === size && data.every(Number.isFinite)) return data;
    throw new RunError(
      `Cannot resume ${this.#out}: ${name} of ${this.path} is not of ${size} finite numbers`,
      {
        code: "wrong_file",
        subject: this.path,
      },
    );
  }
}

const shapeOf = ({ network, alive, origins }: Stage): Shape => ({ maps: network.spec.maps, alive, origins });

/** A network without its parameters. */
type Shape = Pick<Stage, "alive" | "origins"> & { readonly maps: number };

/** The state without the networks' parameters. */
type Stored = Omit<RefinementState, "stages" | "unproved"> & {
  readonly stages: readonly Shape[];
  readonly unproved: readonly (Shape & Omit<UnprovedStage, "stage">)[];
};

/** A list, which may be empty. */
const list = ({ words, is }: Kind): Kind => ({
  words,
  is: (value) => Array.isArray(value) && value.every(is),
});

const numbers = listOf(wholeFrom(0, 4095), "maps");
const SHAPE = { maps: wholeFrom(1, 4096), alive: numbers, origins: numbers };

const STORED = objectWith("the state of an extraction", {
  step: wholeFrom(0),
  round: wholeFrom(0),
  failures: list(objectWith("an example", { size: wholeFrom(1), input: TEXT, target: TEXT })),
  stages: list(objectWith("a network", SHAPE)),
  isRounded: SWITCH,
  needed: list(wholeFrom(0, 4095)),
  repairs: wholeFrom(0),
  unproved: list(objectWith("a network", { ...SHAPE, states: wholeFrom(1), closed: SWITCH })),
});
