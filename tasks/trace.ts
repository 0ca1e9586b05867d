/**
 * Shows what a trained model computes, step by step.
 * @module
 */
import { isAutomaton } from "../lib/automaton/automaton.ts";
import { BACKENDS } from "../lib/engine/backend.ts";
import { startKernels } from "../lib/engine/backends.ts";
import { type Flag, numberList, oneOf, type ParsedArguments } from "../lib/cli/arguments.ts";
import { loadNamed, neededModels } from "../lib/cli/model_names.ts";
import { type Command, runCommand } from "../lib/cli/command.ts";
import { writeStdoutBytes } from "../lib/cli/output.ts";
import { checkOutputs } from "../lib/cli/output_files.ts";
import { extraStepsNote, shareLine } from "../lib/cli/training_output.ts";
import { asTyped, UsageError, wrongValue } from "../lib/errors.ts";
import { type Trace, traceOf } from "../lib/evaluation/trace.ts";
import { TRACE_HEADER, traceLines } from "../lib/evaluation/trace_csv.ts";
import { traceTensors } from "../lib/evaluation/trace_tensors.ts";
import { AtomicFile } from "../lib/io/files.ts";
import { filmOf } from "../lib/picture/film.ts";
import { filmSvg } from "../lib/picture/film_svg.ts";
import { tracePage } from "../lib/picture/page.ts";
import { filmPng } from "../lib/picture/pixels.ts";
import { loadProblem } from "../lib/problems/mod.ts";

/** The bytes of a form of a trace, in pieces, from the trace, the maps that are wanted, and the text of its page. */
type Form = (trace: Trace, maps: readonly number[], page: () => string) => AsyncIterable<Uint8Array>;

/** The forms by the ending of the file. */
const FORMS: Readonly<Record<string, Form>> = {
  async *csv(trace, maps) {
    yield new TextEncoder().encode(TRACE_HEADER);
    const lines = traceLines(trace, maps);
    for await (const step of trace) yield lines(step);
  },
  async *svg(trace, maps) {
    yield new TextEncoder().encode(await filmSvg(await filmOf(trace, maps)));
  },
  async *png(trace, maps) {
    yield await filmPng(await filmOf(trace, maps));
  },
  safetensors: traceTensors,
  async *html(_trace, _maps, page) {
    yield new TextEncoder().encode(page());
  },
};

const flags: readonly Flag[] = [
  { name: "model", value: "MODEL", help: "Path, URL, or name of a shipped model, or an automaton (.json)" },
  {
    name: "maps",
    value: "N,N",
    help: "Maps of the state to write, such as 0 or 0,4 or 0..7; all by default",
  },
  {
    name: "problem",
    value: "P",
    help: "Module of the problem, which knows the answer, where it is not one of the toolkit's",
  },
  { name: "backend", value: "B", help: `Where to compute: ${BACKENDS.join(", ")}`, default: "auto" },
  {
    name: "out",
    value: "FILE",
    help: `File whose ending says its form: ${endings()}; CSV on standard output by default`,
  },
];

/** The `trace` command. */
export const command: Command = {
  name: "trace",
  summary: "Shows what a trained model computes, step by step. " +
    "That is its state, and what would be read out of it, after every step.",
  usage: "--model MODEL INPUT [--out FILE]",
  operands: 1,
  flags,
  examples: [
    "trace --model reverse 0111",
    "trace --model badd 110101100101+101011010011 --out trace.svg",
    "trace --model badd 110101100101+101011010011 --maps 1,10,20 --out trace.png",
    "trace --model badd 110101100101+101011010011 --out trace.html",
  ],
  async run(args, { progress, listenForSignals }) {
    const names = neededModels(args)[0]!;
    const [name] = names as [string];
    if (names.length > 1) throw wrongValue("model", asTyped(args.text("model")!), "one model");
    const [input] = args.operands;
    if (input === undefined) {
      const expected = "an input of the model's problem, such as 0111";
      throw new UsageError(`Missing input: expected ${expected}`, {
        code: "missing",
        subject: "input",
        expected,
      });
    }
    const form = formOf(args.text("out"));
    await checkOutputs(args, names, ["out"]);
    const backend = oneOf("backend", args.text("backend")!, BACKENDS);
    const loaded = await loadNamed([name]);
    const model = isAutomaton(loaded) ? loaded : loaded[0]!;
    const problem = args.has("problem") ? await loadProblem(args.text("problem")!) : undefined;
    const signal = await listenForSignals();
    const traced = traceOf(model, input, { problem, backend, signal });
    const maps = mapsOf(args, traced.maps);
    const out = args.text("out");
    await using file = out === undefined ? undefined : await AtomicFile.create(out);
    if (form !== FORMS.html && !isAutomaton(model)) { // a page computes in the browser
      const started = await startKernels(backend);
      progress.note(`Tracing on ${started.name}, ${started.adapter}`);
    }
    extraStepsNote(name, model).forEach((text) => progress.note(text));
    const watched = watch(traced, (share) => progress.update(shareLine("tracing", share, progress)));
    const { target } = traced;
    const shownMaps = args.has("maps") ? maps : undefined;
    const page = () => tracePage(model, { name, input, target, maps: shownMaps });
    for await (const bytes of form(watched, maps, page)) {
      if (file === undefined) progress.end();
      await (file?.write(bytes) ?? writeStdoutBytes(bytes));
    }
    await file?.commit();
  },
};

function endings(): string {
  return Object.keys(FORMS).map((ending) => `.${ending}`).join(", ");
}

/** The form of a file of that name, CSV where there is none. */
function formOf(out: string | undefined): Form {
  const ending = out === undefined ? "csv" : /\.([^./\\]+)$/.exec(out)?.[1]?.toLowerCase() ?? "";
  if (Object.hasOwn(FORMS, ending)) return FORMS[ending]!;
  throw wrongValue("out", asTyped(out!), `a file that ends in one of ${endings()}`);
}

/** The maps that are wanted, of those that the model has. */
function mapsOf(args: ParsedArguments, count: number): readonly number[] {
  return numberList("maps", args.text("maps") ?? `0..${count - 1}`, 0, count - 1);
}

/** The same trace, of which `onStep` is told the share that is done. */
function watch(traced: Trace, onStep: (share: number) => void): Trace {
  return {
    ...traced,
    async *[Symbol.asyncIterator]() {
      for await (const step of traced) {
        yield step;
        onStep(traced.steps === 0 ? 1 : step.step / traced.steps);
      }
    },
  };
}

if (import.meta.main) await runCommand(command, Deno.args);
