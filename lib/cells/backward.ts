import { differentiate } from "./differentiate.ts";
import type { Expression, Expressions } from "./expression.ts";
import { fromKept, type Kept, throughKept } from "./kept.ts";
import { saturationSlope } from "./saturation.ts";
import { ARRAYS, type Backward, type Phase, type Stage } from "./stage.ts";

/**
 * The stages of a cell's backward pass. Each derivative is written by the first stage that has a part of it, and those
 * that follow add theirs. `counted` says for each bank whether the saturation cost counts it.
 */
export function differentiateStages(
  made: Expressions,
  phases: readonly Phase[],
  next: Expression,
  kept: readonly Kept[],
  counted: readonly boolean[],
): Backward {
  const banks = counted.map((_, bank) => bank);
  /** For each phase the derivatives of what its forward stage computes, where it depends on these. */
  const derivatives = phases.map((_, phase) => {
    const output = fromKept(made, phases[phase + 1]?.input ?? next, kept, banks);
    const by = [ARRAYS.state, ARRAYS.shifted, ...banks.map(ARRAYS.kept)].map((name) => made.input(name));
    const [byState, byShifted, ...byKept] = differentiate(made, output, made.input(ARRAYS.d), by);
    const byPre = byKept.map((derivative, bank) =>
      derivative && throughKept(made, bank, kept[bank]!, derivative)
    );
    return { byState, byShifted, byPre };
  });
  const shifting = derivatives.map(({ byShifted }) => byShifted !== undefined);
  const carried = made.input(ARRAYS.carried);
  /** Whether the derivative by the shifted state is complete before the last stage, which is that of the first phase. */
  const carriesEarly = shifting.includes(true) && !shifting[0];

  const written = new Set<string>();
  const stages: Stage[] = [];
  for (let phase = phases.length - 1; phase >= 0; phase--) {
    const outputs: { array: string; value: Expression }[] = [];
    /** Writes the sum of the parts, where there are some or some value is needed, and of what is already there. */
    const put = (array: string, parts: readonly (Expression | undefined)[], needed: boolean) => {
      const found = parts.filter((part) => part !== undefined);
      const before = written.has(array);
      if (found.length === 0 && (before || !needed)) return;
      const all = before ? [...found, made.input(array)] : found;
      outputs.push({ array, value: all.reduce((a, b) => made.apply("add", a, b), made.constant(0)) });
    };
    const { byState, byShifted, byPre } = derivatives[phase]!;
    put(ARRAYS.dShifted, [byShifted], false);
    for (const bank of banks) {
      const array = ARRAYS.dPre(bank);
      const needed = bank >= phases[phase]!.first && bank < phases[phase]!.first + phases[phase]!.count;
      const writes = !written.has(array) && (needed || byPre[bank] !== undefined);
      const saturation = writes && counted[bank]
        ? saturationSlope(made, made.input(ARRAYS.kept(bank)), kept[bank]!.limits)
        : undefined;
      put(array, [byPre[bank], saturation], needed);
    }
    put(ARRAYS.dState, [byState, phase === 0 && carriesEarly ? carried : undefined], phase === 0);
    outputs.forEach(({ array }) => written.add(array));
    stages[phase] = { outputs };
  }
  const value = made.apply("add", made.input(ARRAYS.dState), carried);
  const late = shifting[0]! ? { outputs: [{ array: ARRAYS.dState, value }] } : undefined;
  const inputs = phases.map(({ input }) => fromKept(made, input, kept, banks));
  return { stages, inputs, carry: late };
}
