/**
 * Times the same training step in other people's software and here, by turns: `deno task peers`. A peer that is not
 * installed is left out, with the reason. Rows go to standard output, as CSV.
 */
import { parseArgs } from "../../lib/deps.ts";
import { csvLine } from "../../lib/io/csv.ts";
import { median } from "../../lib/statistics.ts";
import type { Workload } from "../../lib/bench/report.ts";
import type { Introduction } from "./serve.ts";
import { type Setup, setupOf } from "./setup.ts";

/** How each peer is started; the file of the setup follows the first two or more arguments. */
const PEERS: Readonly<Record<string, (python: string) => readonly string[]>> = {
  "this toolkit, wasm": () => deno("toolkit.ts", "wasm"),
  "this toolkit, webgpu": () => deno("toolkit.ts", "webgpu"),
  "tfjs tape, wasm": () => deno("tape.ts", "wasm"),
  "tfjs tape, webgpu": () => deno("tape.ts", "webgpu"),
  "PyTorch, eager": (python) => [python, here("pytorch.py"), "FILE", "eager"],
  "PyTorch, compiled": (python) => [python, here("pytorch.py"), "FILE", "compiled"],
  "JAX, scan": (python) => [python, here("jax_scan.py"), "FILE"],
  "jax-js, wasm": () => deno("jax_js.ts", "wasm"),
  "jax-js, webgpu": () => deno("jax_js.ts", "webgpu"),
};

/** The largest relative difference between the losses of two peers that compute the same. */
const TOLERANCE = 1e-3;
/** Milliseconds that a turn of a peer takes at least. */
const TURN = 1000;
/** Milliseconds of a step from which on a peer takes one turn alone. */
const SLOW = 3000;
/** Milliseconds for a peer to start and to compile its first step. */
const PATIENCE = 300_000;

const here = (file: string) => new URL(file, import.meta.url).pathname;
const deno = (file: string, device: string) => [Deno.execPath(), "run", "-A", here(file), "FILE", device];

/** A peer that runs. */
class Peer {
  readonly name: string;
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: AsyncIterator<string>;
  /** What it says of itself, once it has started. */
  introduction: Introduction | undefined;
  /** Steps that a turn takes. */
  steps = 1;
  /** Milliseconds of a step, turn by turn. */
  readonly times: number[] = [];

  constructor(name: string, [command, ...args]: readonly string[]) {
    this.name = name;
    const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    this.#process = new Deno.Command(command!, { args: [...args], ...pipes }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#lines = linesOf(this.#process.stdout);
  }

  /** Waits until it has introduced itself and taken two steps; throws with the last line of its complaints. */
  async begin(): Promise<Introduction> {
    const late = setTimeout(() => this.#process.kill(), PATIENCE);
    const complaints = new Response(this.#process.stderr).text();
    try {
      const line = await this.#line();
      if (line === undefined) throw new Error("it ended at once");
      this.introduction = JSON.parse(line) as Introduction;
      await this.take(1);
      const once = await this.take(1);
      this.steps = Math.max(1, Math.round(TURN / once));
      return this.introduction;
    } catch (thrown) {
      this.end();
      const last = (await complaints).trim().split("\n").at(-1);
      throw new Error(last || (thrown instanceof Error ? thrown.message : String(thrown)));
    } finally {
      clearTimeout(late);
    }
  }

  /** Milliseconds of one of so many steps. */
  async take(steps: number): Promise<number> {
    await this.#writer.write(new TextEncoder().encode(`${steps}\n`));
    const line = await this.#line();
    if (line === undefined) throw new Error("it ended in the middle of a step");
    return Number(line) / steps;
  }

  end(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  async #line(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next();
    return done ? undefined : value;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

/** Times the peers of a workload. Returns those that ran. */
async function timed(
  { file, setup, names, python, turns }: {
    readonly file: string;
    readonly setup: Setup;
    readonly names: readonly string[];
    readonly python: string;
    readonly turns: number;
  },
): Promise<Peer[]> {
  const peers: Peer[] = [];
  try {
    for (const name of names) {
      const command = PEERS[name]!(python).map((part) => part === "FILE" ? file : part);
      try {
        const peer = new Peer(name, command);
        peers.push(peer);
        const { version, loss } = await peer.begin();
        console.error(`${name} ${version}: loss ${loss.toFixed(6)}`);
        const first = peers[0]!.introduction!.loss;
        if (Math.abs(loss - first) > TOLERANCE * first) {
          throw new Error(`its loss is ${loss}, expected ${first}`);
        }
      } catch (thrown) {
        console.error(`${name} is left out: ${thrown instanceof Error ? thrown.message : thrown}`);
        if (peers.at(-1)?.name === name) peers.pop()!.end();
      }
    }
    for (let turn = 0; turn < turns; turn++) {
      for (const peer of peers) {
        if (turn > 0 && peer.times[0]! > SLOW) continue;
        peer.times.push(await peer.take(peer.steps));
      }
    }
    console.error(`${setup.workload.maps} maps, size ${setup.workload.size}: ${peers.length} peers`);
    return peers;
  } finally {
    for (const peer of peers) peer.end();
  }
}

const flags = parseArgs(Deno.args, {
  boolean: [],
  string: ["maps", "size", "batch", "threads", "turns", "python", "only"],
  collect: [],
});
const numbers = (name: string, otherwise: string) =>
  String(flags[name] ?? otherwise).split(",").map((text) => {
    if (!/^[1-9]\d*$/.test(text)) {
      console.error(`error: Cannot use --${name} ${text}: expected whole numbers, such as ${otherwise}`);
      Deno.exit(2);
    }
    return Number(text);
  });
const only = flags.only === undefined ? undefined : String(flags.only);
const names = Object.keys(PEERS).filter((name) => only === undefined || name.includes(only));
const [threads, turns] = [numbers("threads", "2")[0]!, numbers("turns", "7")[0]!];
const file = await Deno.makeTempFile({ suffix: ".json" });
try {
  const columns = ["peer", "version", "maps", "size", "batch", "threads", "median_ms", "min_ms", "max_ms"];
  console.log(csvLine(columns).trimEnd());
  for (const maps of numbers("maps", "32,48")) {
    for (const size of numbers("size", "5,20")) {
      const workload: Workload = { preset: "default", maps, size, batch: numbers("batch", "32")[0]! };
      const setup = setupOf(workload, threads);
      await Deno.writeTextFile(file, JSON.stringify(setup));
      const python = String(flags.python ?? "python3");
      for (const peer of await timed({ file, setup, names, python, turns })) {
        const shown = [median(peer.times), Math.min(...peer.times), Math.max(...peer.times)]
          .map((time) => Number(time.toPrecision(4)));
        const { version } = peer.introduction!;
        console.log(
          csvLine([peer.name, version, maps, size, workload.batch, threads, ...shown]).trimEnd(),
        );
      }
    }
  }
} finally {
  await Deno.remove(file);
}
