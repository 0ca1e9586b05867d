/** The optimizer's step on blocks of memory, as reference/optimizer.ts computes it on tensors. */
import type { UpdateNumbers } from "../kernels.ts";
import type { OptimizerSettings } from "../training.ts";
import { all, type Code, f32x4, get, increase, type Local, repeat, Routine, set, v128 } from "./assembler.ts";
import { block, floatsAt } from "./memory.ts";
import { type Call, compiled } from "./module.ts";

/** The blocks of memory that an update changes, each the start of as many numbers. */
export interface UpdateBlocks {
  /** The parameters. */
  readonly parameters: number;
  /** The moments. */
  readonly first: number;
  readonly second: number;
}

/** What an optimizer does with blocks of `size` numbers, a multiple of 4. */
export class WasmOptimizer {
  readonly #settings: OptimizerSettings;
  readonly #size: number;
  readonly #routines: Readonly<Record<"add" | "squares" | OptimizerSettings["optimizer"], Call>>;

  /** Compiles its routines. */
  constructor(settings: OptimizerSettings, size: number) {
    this.#settings = settings;
    this.#size = size;
    const routines = [add(), squares(), adamax(), adam(settings.adam_epsilon)];
    this.#routines = compiled(routines) as Record<"add" | "squares" | OptimizerSettings["optimizer"], Call>;
  }

  /** Adds a block to another one. */
  add(to: number, from: number): void {
    this.#routines.add(to, from, this.#size / 4);
  }

  /**
   * Updates parameters and moments, and returns the norm of the gradient before it is clipped. `addNoise` adds noise to the
   * clipped gradient, where there is some.
   */
  update(
    { parameters, first, second }: UpdateBlocks,
    gradient: number,
    { rate, beta2 }: UpdateNumbers,
    addNoise?: (gradient: Float32Array) => void,
  ): number {
    const count = this.#size / 4;
    const { optimizer, clip_norm } = this.#settings;
    using sums = block(16);
    this.#routines.squares(gradient, sums.start, count);
    const norm = Math.sqrt(floatsAt(sums.start, 4).reduce((sum, own) => sum + own, 0));
    let factor = clip_norm === 0 ? 1 : clip_norm / Math.max(norm, clip_norm);
    if (addNoise !== undefined) {
      const values = floatsAt(gradient, this.#size);
      for (let i = 0; i < values.length; i++) values[i]! *= factor;
      addNoise(values);
      factor = 1;
    }
    this.#routines[optimizer](parameters, gradient, first, second, count, factor, rate, beta2);
    return norm;
  }
}

/** A loop over groups of four numbers, in which the pointers go on. */
function forEachQuad(count: Local, pointers: readonly Local[], body: Code): Code {
  return repeat(
    all(body, ...pointers.map((pointer) => increase(pointer, 16)), increase(count, -1)),
    get(count),
  );
}

/** `(to, from, count)`: adds a block to another one. */
function add(): Routine {
  const routine = new Routine("add");
  const [to, from, count] = routine.parameters(3);
  const sum = f32x4.add(v128.load(get(to)), v128.load(get(from)));
  return routine.does(forEachQuad(count, [to, from], v128.store(get(to), sum)));
}

/** `(block, place, count)`: writes four sums of the squares of a block to a place. */
function squares(): Routine {
  const routine = new Routine("squares");
  const [block, place, count] = routine.parameters(3);
  const [sum, value] = routine.locals(2, "v128");
  return routine.does(
    forEachQuad(
      count,
      [block],
      all(
        set(value, v128.load(get(block))),
        set(sum, f32x4.add(get(sum), f32x4.mul(get(value), get(value)))),
      ),
    ),
    v128.store(get(place), get(sum)),
  );
}

/**
 * `(parameters, gradient, first, second, count, factor, rate, beta2)`: the step of an optimizer, in which the gradient is
 * multiplied by the factor first. Gradient and moments are in local variables for the parts that optimizers differ in.
 */
function optimizer(
  name: OptimizerSettings["optimizer"],
  clipped: (gradient: Code, second: Local) => Code,
  nextSecond: (gradient: Local, second: Local, beta2: Code) => Code,
  divisor: (second: Local) => Code,
): Routine {
  const routine = new Routine(name);
  const [parameters, gradient, first, second, count] = routine.parameters(5);
  const numbers = Array.from({ length: 3 }, () => routine.parameter("f32"));
  const [factor, rate, beta2] = numbers.map((number) => f32x4.splat(get(number))) as [Code, Code, Code];
  const [g, m, v] = routine.locals(3, "v128");
  const constant = f32x4.const;
  return routine.does(forEachQuad(
    count,
    [parameters, gradient, first, second],
    all(
      set(v, v128.load(get(second))),
      set(g, clipped(f32x4.mul(v128.load(get(gradient)), factor), v)),
      set(m, f32x4.add(f32x4.mul(v128.load(get(first)), constant(0.9)), f32x4.mul(get(g), constant(0.1)))),
      set(v, nextSecond(g, v, beta2)),
      v128.store(get(first), get(m)),
      v128.store(get(second), get(v)),
      v128.store(
        get(parameters),
        f32x4.sub(v128.load(get(parameters)), f32x4.div(f32x4.mul(get(m), rate), divisor(v))),
      ),
    ),
  ));
}

/** Each element of the gradient is clipped to ± (1.2 v + 1e-4), where v is its running maximum (Freivalds & Liepins). */
function adamax(): Routine {
  const bound = (second: Local) => f32x4.add(f32x4.mul(get(second), f32x4.const(1.2)), f32x4.const(1e-4));
  return optimizer(
    "adamax",
    (gradient, second) => f32x4.min(f32x4.max(gradient, f32x4.neg(bound(second))), bound(second)),
    (gradient, second, beta2) => f32x4.max(f32x4.mul(get(second), beta2), f32x4.abs(get(gradient))),
    (second) => f32x4.add(get(second), f32x4.const(1e-8)),
  );
}

function adam(epsilon: number): Routine {
  return optimizer(
    "adam",
    (gradient) => gradient,
    (gradient, second, beta2) =>
      f32x4.add(
        f32x4.mul(get(second), beta2),
        f32x4.mul(f32x4.mul(get(gradient), get(gradient)), f32x4.sub(f32x4.const(1), beta2)),
      ),
    (second) => f32x4.add(f32x4.sqrt(get(second)), f32x4.const(epsilon)),
  );
}
