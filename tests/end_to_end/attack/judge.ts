/** Runs cases and judges what came of each. */
import { printable, RunError, UsageError } from "../../../lib/errors.ts";
import { writeAll } from "../../../lib/io/files.ts";
import { Random } from "../../../lib/random.ts";
import { cells } from "./cells.ts";
import { checkpoints } from "./checkpoints.ts";
import { datasets } from "./datasets.ts";
import { grids } from "./grids.ts";
import { type Case, type Content, type Damaged, Harm, type Kind } from "./kind.ts";
import { models } from "./models.ts";
import { partialReports } from "./partial_reports.ts";
import { runConfigurations } from "./run_configurations.ts";
import { checkRun } from "./sound.ts";
import { TRAP } from "./values.ts";

/** All kinds of files; case number i is of kind i modulo their number. The first of each is not damaged: it must be accepted. */
export const KINDS: readonly Kind[] = [
  models,
  checkpoints,
  datasets,
  grids,
  runConfigurations,
  partialReports,
  cells,
];

/** What must not happen. */
export const FAILURES = [
  "stack trace",
  "overwritten",
  "harm",
  "message",
  "ran code",
  "time",
  "memory",
] as const;

/** What came of a case. */
export interface Verdict {
  /** Its number. */
  readonly number: number;
  /** The kind of file. */
  readonly kind: string;
  /** What was damaged, and how. */
  readonly what: string;
  /** Whether the file was refused, rather than accepted. */
  readonly refused: boolean;
  /** What happened that must not. */
  readonly failures: readonly (typeof FAILURES[number])[];
  /** What the toolkit said, or what was wrong. */
  readonly said: string;
}

/** What is known of a case before it runs. */
export type Announced = Pick<Verdict, "number" | "kind" | "what">;

/** Runs a case in a directory of its own below `work`; `announce` hears of it as the damaged file is used. */
export async function tryCase(
  work: string,
  { seed, number }: { seed: number; number: number },
  announce: (announced: Announced) => void,
): Promise<Verdict> {
  const kind = KINDS[number % KINDS.length]!;
  const directory = `${work}/${number}`;
  await Deno.mkdir(directory);
  Deno.chdir(directory);
  try {
    await Deno.writeTextFile(TRAP, "globalThis.trapped = true; export default {};");
    const test = await kind.prepare(`${work}/good`, new Random(seed, "attack", number));
    const damaged = number < KINDS.length ? undefined : await test.damage();
    if (damaged !== undefined) await write(test.path, damaged.content);
    const announced = { number, kind: kind.name, what: `${damaged?.what ?? "not damaged"}; ${test.how}` };
    announce(announced);
    return { ...announced, ...await judge(test, damaged) };
  } finally {
    Deno.chdir(work);
    await Deno.remove(directory, { recursive: true });
  }
}

async function judge(
  test: Case,
  damaged: Damaged | undefined,
): Promise<Pick<Verdict, "refused" | "failures" | "said">> {
  const before = await contentOf(test.keeps);
  const failures = new Set<typeof FAILURES[number]>();
  const thrown = await test.use(!damaged?.forged).then(
    () => undefined,
    (thrown) => thrown ?? new Error("nothing was thrown"),
  );
  const refused = thrown instanceof RunError || thrown instanceof UsageError;
  if (thrown instanceof Harm || refused && damaged === undefined) failures.add("harm");
  else if (thrown !== undefined && !refused) failures.add("stack trace");
  // A message must be one escaped line by itself: not every program prints it as the command line does.
  if (refused && printable(thrown.message) !== thrown.message) failures.add("message");
  if (thrown !== undefined && !(thrown instanceof Harm) && !await isUntouched(test, before)) {
    failures.add("overwritten");
  }
  if ("trapped" in globalThis) failures.add("ran code");
  Reflect.deleteProperty(globalThis, "trapped");
  const said = thrown instanceof Harm || refused ? thrown.message : thrown && Deno.inspect(thrown);
  return { refused, failures: [...failures], said: printable(said ?? "", 500) };
}

/** The bytes of the files in a directory as one text. */
async function contentOf(directory: string | undefined): Promise<string> {
  if (directory === undefined) return "";
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
  const texts = names.map(async (name) => `${name} ${(await Deno.readFile(`${directory}/${name}`)).toHex()}`);
  return (await Promise.all(texts)).join("\n");
}

async function isUntouched(test: Case, before: string): Promise<boolean> {
  if (!test.hasGoneOn?.()) return await contentOf(test.keeps) === before;
  return await checkRun(test.keeps!).then(() => true, () => false);
}

async function write(path: string, content: Content): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  for (const part of typeof content === "string" || content instanceof Uint8Array ? [content] : content) {
    await writeAll(file, typeof part === "string" ? new TextEncoder().encode(part) : part);
  }
}
