/** Handles Ctrl-C and SIGTERM, also where a command is too busy to react. */

/** Signals that ask a command to stop. */
type StopSignal = "SIGINT" | "SIGTERM";

/** Why a command is asked to stop. */
export class Interruption extends Error {
  /** Names the error in a stack trace. */
  override readonly name = "Interruption";
  /** The signal that came. */
  readonly signal: StopSignal;
  /** The exit status that tells of it. */
  readonly status: 130 | 143;

  /** Makes the interruption by a signal. */
  constructor(signal: StopSignal) {
    super(`Interrupted by ${signal}`);
    this.signal = signal;
    this.status = signal === "SIGINT" ? 130 : 143;
  }
}

/**
 * Milliseconds after a signal within which the main thread must show that it reacts: some training steps take that
 * long.
 */
const PATIENCE = 10_000;

/** Milliseconds between two checks of whether the main thread reacts. */
const BEAT = 500;

/** Under `deno task` one Ctrl-C arrives twice, from the terminal and passed on by the task runner, within milliseconds. */
const SAME_SIGNAL = 500;

/**
 * Returns the signal that is aborted, with an {@linkcode Interruption} as its reason, by the first SIGINT or SIGTERM. A
 * second one ends the process at once, and so does the first where the main thread does not react, as in an endless
 * loop. A worker finds that out, because no handler runs in a thread that is busy.
 */
export async function abortOnSignals(): Promise<AbortSignal> {
  const controller = new AbortController();
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const names: StopSignal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  // The worker's module is the text of a function: a file would need permission to be read.
  const module = `data:text/javascript,${encodeURIComponent(`(${watch})()`)}`;
  const watcher = new Worker(module, { type: "module", name: "signals" });
  watcher.postMessage({ names, beats, patience: PATIENCE, same: SAME_SIGNAL });
  await new Promise<void>((listens) => {
    watcher.addEventListener("message", ({ data }: MessageEvent<StopSignal | "ready">) => {
      if (data === "ready") return listens();
      setInterval(() => Atomics.add(beats, 0, 1), BEAT);
      controller.abort(new Interruption(data));
    });
  });
  return controller.signal;
}

/** The worker's program. It is sent as text, so it may use nothing from outside the function. */
function watch(): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent) => void;
    postMessage(message: string): void;
  };
  scope.onmessage = ({ data }) => {
    const { names, patience, same } = data;
    const beats: Int32Array<SharedArrayBuffer> = data.beats;
    let first: number | undefined;
    const listeners = new Map<Deno.Signal, () => void>();
    // Where nothing listens to a signal, it ends the process.
    const end = (name: Deno.Signal) => {
      for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
      Deno.kill(Deno.pid, name);
    };
    const endUnlessAlive = (name: Deno.Signal, before: number) =>
      setTimeout(() => {
        const now = Atomics.load(beats, 0);
        if (now === before) end(name);
        else endUnlessAlive(name, now);
      }, patience);
    for (const name of names) {
      const listener = () => {
        if (first === undefined) {
          first = performance.now();
          scope.postMessage(name);
          endUnlessAlive(name, 0);
        } else if (performance.now() - first > same) end(name);
      };
      listeners.set(name, listener);
      Deno.addSignalListener(name, listener);
    }
    scope.postMessage("ready");
  };
}
