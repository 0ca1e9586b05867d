import { all, assemble, f32x4, get, increase, repeat, Routine, set, v128 } from "./assembler.ts";
import { allocate, memory, release } from "./memory.ts";

/** As many chains of multiply-adds as there are registers for, so that none has to wait for itself. */
const CHAINS = 12;

/** Floating-point operations of a round: each chain multiplies and adds four numbers. */
export const FLOP_PER_WASM_ROUND = CHAINS * 4 * 2;

/** Yields what runs so many rounds of nothing but multiply-adds, on one thread. */
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
    // A result that nobody could read would not have to be computed.
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
