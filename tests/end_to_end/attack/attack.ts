/** Tries damaged files in a process that is ended where it takes too long or grows too large, and begun again. */
import { fileURLToPath } from "node:url";
import { root } from "../../support/process.ts";
import { makeGoodFiles } from "./good.ts";
import type { Announced, FAILURES, Verdict } from "./judge.ts";
import { newsIn } from "./news.ts";

/** Seconds that a case may take, … */
const MOST_SECONDS = 10;
/** … and the bytes that its process may have. */
const MOST_BYTES = 1e9;

/** Which cases are tried. */
export interface AttackOptions {
  /** The seed of all damage. */
  readonly seed: number;
  /** The numbers of the cases. */
  readonly numbers: readonly number[];
  /** Hears of every case that is done. */
  readonly onVerdict?: (verdict: Verdict) => void;
}

/** Tries the cases, and yields what came of each, in their order. */
export async function attack({ seed, numbers, onVerdict }: AttackOptions): Promise<Verdict[]> {
  const work = await Deno.realPath(await Deno.makeTempDir());
  try {
    await makeGoodFiles(`${work}/good`);
    const verdicts: Verdict[] = [];
    const add = (verdict: Verdict) => {
      verdicts.push(verdict);
      onVerdict?.(verdict);
    };
    while (verdicts.length < numbers.length) await tryIn(work, seed, numbers.slice(verdicts.length), add);
    return verdicts;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Tries cases in one process until one of them ends it. */
async function tryIn(
  work: string,
  seed: number,
  numbers: readonly number[],
  add: (verdict: Verdict) => void,
): Promise<void> {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", `--config=${root}/deno.json`],
      ...["--allow-all", "--v8-flags=--expose-gc"],
      ...[fileURLToPath(new URL("runner.ts", import.meta.url)), work, String(seed), ...numbers.map(String)],
    ],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaint = new Response(process.stderr).text();
  let running: Announced | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sort: typeof FAILURES[number] = "stack trace";
  const end = (why: typeof FAILURES[number]) => {
    if (running === undefined) return;
    sort = why;
    process.kill("SIGKILL");
  };
  for await (const line of linesOf(process.stdout)) {
    const news = newsIn(line);
    if (news === undefined) continue;
    if ("bytes" in news) {
      if (news.bytes > MOST_BYTES) end("memory");
      continue;
    }
    clearTimeout(timer);
    if ("begun" in news) {
      running = news.begun;
      timer = setTimeout(() => end("time"), 1000 * MOST_SECONDS);
    } else {
      running = undefined;
      add(news.ended);
    }
  }
  clearTimeout(timer);
  const { success } = await process.status;
  if (running !== undefined) add({ ...running, refused: false, failures: [sort], said: await complaint });
  else if (!success) throw new Error(`The process that tries the cases failed: ${await complaint}`);
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
