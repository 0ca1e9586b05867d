import { all, assemble, f32x4, get, increase, repeat, Routine, set, v128 } from "./assembler.ts";
import { allocate, memory, release } from "./memory.ts";

/** The number of chains of multiply-adds: as many as there are registers for, so that none waits for its own result. */
const CHAINS = 12;

/** Floating-point operations of a round: each chain multiplies and adds four numbers. */
export const FLOP_PER_WASM_ROUND = CHAINS * 4 * 2;

/** Returns a function that runs a number of rounds of nothing but multiply-adds, on one thread. */
export function wasmMultiplyAdds(): (rounds: number) => void {
  const routine = new Routine("multiplyAdds");
  const rounds = routine.parameter();
  const place = routine.parameter();
  const chains = routine.locals(CHAINS, "v128");
  const factor = routine.local("v128");
  routine.does(
    set(factor, f32x4.const(1 - 2 ** -20)),
    repeat(
      all(
        ...chains.map((chain) => set(chain, f32x4.multiplyAdd(get(chain), get(factor), get(factor)))),
        increase(rounds, -1),
      ),
      get(rounds),
    ),
    // The result is stored: a compiler may leave out a computation whose result cannot be read.
    ...chains.map((chain, i) => v128.store(get(place), get(chain), 16 * i)),
  );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble([routine])), {
    env: { memory },
  });
  const run = exports.multiplyAdds as (rounds: number, place: number) => void;
  return (rounds) => {
    const place = allocate(16 * CHAINS);
    run(rounds, place);
    release(place);
  };
}
