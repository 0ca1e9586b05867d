/** Damaged datasets, read for a model or to train on. */
import { evaluate, loadDataset, loadModel, type Row, train } from "../../../mod.ts";
import { printable } from "../../../lib/errors.ts";
import type { Random } from "../../../lib/random.ts";
import { damageBytes } from "./bytes.ts";
import { type Content, type Damaged, Harm, type Kind } from "./kind.ts";
import { TINY } from "./tiny.ts";
import { TEXTS } from "./values.ts";

const HEADER = "problem,size,input,target\n";
const ROW = "copy,3,101,101\n";

/** A good dataset: all inputs of up to four bits. */
const DATASET: string = HEADER +
  [1, 2, 3, 4].flatMap((size) =>
    Array.from({ length: 2 ** size }, (_, i) => i.toString(2).padStart(size, "0"))
      .map((bits) => `copy,${size},${bits},${bits}\n`)
  ).join("");

/** Symbols of the longest example that is computed with: longer ones are only read. */
const LONGEST = 300;

/** The kind. */
export const datasets: Kind = {
  name: "datasets",
  async prepare(good, random) {
    await Deno.writeTextFile("rows.csv", DATASET);
    const forModel = random.uniform() < 0.5;
    return {
      path: "rows.csv",
      how: `to ${forModel ? "evaluate" : "train"} on`,
      damage() {
        const dice = random.uniform();
        if (dice < 0.35) return damageBytes(new TextEncoder().encode(DATASET), random);
        return dice < 0.8 ? damageCell(random) : absurd(random);
      },
      use: () => forModel ? evaluateOn(good) : trainOn(),
    };
  },
};

async function evaluateOn(good: string): Promise<void> {
  const model = await loadModel(`${good}/finished/model.safetensors`);
  const { rows } = await loadDataset("rows.csv", model.problem);
  if (!checkRows(rows)) return;
  const models = [{ model, name: "model" }];
  await Array.fromAsync(evaluate({ models, rows, backend: "wasm", workers: 1 }));
}

async function trainOn(): Promise<void> {
  const data = await loadDataset("rows.csv");
  if (checkRows(data.rows)) {
    await train({ ...TINY, problem: undefined, data, steps: 2, configuration: SMALL });
  }
}

const { max_size: _, ...SMALL } = TINY.configuration!;

/** Throws a {@linkcode Harm} unless rows are such as datasets have; the answer is whether they are short. */
function checkRows(rows: readonly Row[]): boolean {
  const wrong = rows.find(({ problem, size, input, target }) =>
    !/^[A-Za-z][\w-]*$/.test(problem) || !(Number.isSafeInteger(size) && size > 0) ||
    !/^[\x21-\x7e]+$/.test(input) || !/^[\x21-\x7e]+$/.test(target)
  );
  if (wrong) throw new Harm(`a row was read as ${JSON.stringify(wrong).slice(0, 200)}`);
  return rows.every(({ input, target }) => Math.max(input.length, target.length) <= LONGEST);
}

const CELLS = [
  ...['"', '"x', 'x"y', '""', ",", "é", "\ufeff", "=1+1", "0\r", "mine", "2", "0101"],
  ...["1.5", "0", "-1", "007", "100000000", "9007199254740991", "9007199254740993"],
];

function damageCell(random: Random): Damaged {
  const lines = DATASET.trimEnd().split("\n").map((line) => line.split(","));
  const row = random.integer(lines.length);
  const cell = random.integer(4);
  const value = random.pick([...TEXTS, ...CELLS]);
  lines[row]![cell] = value;
  const ending = random.uniform() < 0.8 ? "\n" : random.pick(["\r\n", "\r"]);
  return {
    what: `cell ${cell + 1} of line ${row + 1} is ${printable(JSON.stringify(value), 30)}`,
    content: [lines.map((line) => line + ending).join("")],
  };
}

function absurd(random: Random): Damaged {
  const megabytes = random.between(1, 100);
  const block = (text: string) => text.repeat(Math.floor(1e6 / text.length));
  const damages: Record<string, () => Content> = {
    "a line without an end": () => [HEADER, ...times(megabytes, "0".repeat(1e6))],
    "a cell without an end": () => [HEADER, 'copy,3,"', ...times(megabytes, "0".repeat(1e6))],
    "a header without an end": () => times(megabytes, "problem".repeat(1e5)),
    "a line of commas": () => [HEADER, ...times(megabytes / 10, ",".repeat(1e6)), "\n"],
    "blank lines": () => [HEADER, ...times(megabytes / 10, "\n".repeat(1e6)), ROW],
    "quoted line ends": () => [HEADER, 'copy,3,"', ...times(megabytes / 10, block("0\n")), '",0\n'],
    "lines of one quote": () => [HEADER, ...times(megabytes / 10, block('"\n'))],
    "NULs": () => [HEADER, ...times(megabytes, "\0".repeat(1e6))],
    "carriage returns": () => [HEADER, ...times(megabytes / 10, "\r".repeat(1e6))],
    "bytes that are no UTF-8": () => [HEADER, ...times(megabytes / 10, new Uint8Array(1e6).fill(0xff))],
    "a long row": () => [HEADER, `copy,3,${"0".repeat(1e6)},${"0".repeat(1e6)}\n`],
    "no row": () => [HEADER],
    "sizes that differ": () => [HEADER, ROW.replace("3", "900000000"), ROW.replace("3", "1")],
  };
  const name = random.pick(Object.keys(damages));
  return { what: `${name}, of ${megabytes}`, content: damages[name]!() };
}

function* times<T>(count: number, part: T): Generator<T> {
  for (let i = 0; i < Math.max(1, count); i++) yield part;
}
