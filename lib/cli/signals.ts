/** Ctrl-C and SIGTERM: what a command hears of them, and what happens where it is too busy to hear. */

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

  /** Of the signal that came. */
  constructor(signal: StopSignal) {
    super(`Interrupted by ${signal}`);
    this.signal = signal;
    this.status = signal === "SIGINT" ? 130 : 143;
  }
}

/** Milliseconds in which the main thread must show that it is alive after a signal: some steps of training take that long. */
const PATIENCE = 10_000;

/** Milliseconds between two such signs. */
const BEAT = 500;

/** Under `deno task` one Ctrl-C arrives twice, from the terminal and passed on by the task runner, within milliseconds. */
const SAME_SIGNAL = 500;

/**
 * The signal that is aborted, with an {@linkcode Interruption} as its reason, by the first SIGINT or SIGTERM. A second
 * one ends the process at once, and so does the first where the main thread shows no sign of life any more, as in an
 * endless loop. For that a worker listens, as no handler runs in a thread that is busy.
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

/** What the worker does. It may use nothing but what it is sent. */
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
    // Without a listener a signal does what the system does by itself.
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
