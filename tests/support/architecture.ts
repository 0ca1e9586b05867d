/** The rules of the house: which file may import which, and what may stand where. */

/** The rooms of lib from top to bottom: a file imports from its own room and from those below. */
const ROOMS: readonly string[] = [
  "sweep",
  "cli",
  "bench",
  "training",
  "extraction",
  "picture",
  "evaluation",
  "engine",
  "automaton",
  "model",
  "cells",
  "problems",
  "io",
  "async",
  "checks",
  "", // the files directly in lib
];

/** How many files may stand directly in lib, and how many lines a file may have. */
const [LOOSE_FILES, LINES] = [5, 300];

/** What may stand in some places of what is shipped only. */
const PLACES: readonly { readonly name: string; readonly text: RegExp; readonly places: RegExp }[] = [
  { name: "Deno.", text: /\bDeno\./, places: /^(mod\.ts|tasks\/|lib\/(cli|sweep|io)\/)/ },
  { name: "tf.", text: /\btf\./, places: /^lib\/(deps\.ts|(engine|bench)\/)/ },
  {
    name: "WGSL",
    text: /\bvec[234][<fiu]|\barray<\w+32\b|\bvar<|\bfn \w+\(|@compute\b/,
    places: /^lib\/engine\//,
  },
  { name: "WebAssembly", text: /\bWebAssembly\.|\bf32x4\./, places: /^lib\/engine\// },
];

/** A file with what the rules ask about it. */
interface Source {
  readonly path: string;
  readonly lines: number;
  /** Its text without comments. */
  readonly code: string;
  /** The files that it imports, types included, or starts as a worker. */
  readonly files: readonly string[];
  /** Whatever else it imports that does not come with Deno. */
  readonly packages: readonly string[];
}

/** Where the files of a tree, text by path, break the rules: a line for each time. */
export function violations(tree: ReadonlyMap<string, string>): string[] {
  const sources = [...tree].filter(([path]) => path.endsWith(".ts")).map(([path, text]) => read(path, text));
  const shipped = sources.filter(({ path }) => !path.startsWith("tests/"));
  const found = [
    ...shipped.flatMap(importsOf),
    ...shipped.flatMap(misplaced),
    ...sources.flatMap(foreignPackages),
    ...circles(sources),
    ...sources.filter(({ lines }) => lines > LINES).map(({ path }) => `${path} has more than ${LINES} lines`),
    ...looseFiles(sources),
    ...undescribedRooms(sources, tree.get("lib/README.md") ?? ""),
  ];
  return [...new Set(found)].toSorted();
}

/** Strings in double quotes, where imports name files; other strings; comments. */
const WORDS = /("(?:\\.|[^"\\\n])*")|('(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/.*/g;

function read(path: string, text: string): Source {
  const code = text.replace(WORDS, (_, plain = "", other = "") => plain + other);
  // As `deno fmt` writes them; a worker is started by its URL.
  const imported = text.replace(WORDS, (_, plain = "") => plain)
    .matchAll(/(?: from |\bimport[ (]|\bnew URL\()"([^"\n]+)"/g);
  const names = [...imported].map(([, name]) => name!);
  const isFile = (name: string) => /^\.\.?(\/|$)/.test(name);
  return {
    path,
    lines: text.split("\n").length - 1,
    code,
    files: names.filter((name) => isFile(name) && name.endsWith(".ts"))
      .map((name) => new URL(name, `file:///${path}`).pathname.slice(1)),
    packages: names.filter((name) => !isFile(name) && !name.startsWith("node:")),
  };
}

/** The room of a file of lib. */
function roomOf(path: string): string {
  return /^lib\/([^/]+)\//.exec(path)?.[1] ?? "";
}

function importsOf({ path, files }: Source): string[] {
  return files.filter((file) => !mayImport(path, file)).map((file) => `${path} imports ${file}`);
}

function mayImport(path: string, file: string): boolean {
  if (file.startsWith("tests/")) return false;
  if (!path.startsWith("lib/")) return true;
  if (!file.startsWith("lib/")) return false;
  return ROOMS.indexOf(roomOf(path)) <= ROOMS.indexOf(roomOf(file));
}

function misplaced({ path, code }: Source): string[] {
  return PLACES.filter(({ text, places }) => text.test(code) && !places.test(path))
    .map(({ name }) => `${path} says ${name}`);
}

/** The packages that a file takes, where only lib/deps.ts may; tests take those that deno.json names too. */
function foreignPackages({ path, packages }: Source): string[] {
  if (path === "lib/deps.ts") return [];
  return packages.filter((name) => !path.startsWith("tests/") || /^(npm|jsr):/.test(name))
    .map((name) => `${path} imports ${name}`);
}

/** The files that reach each other by imports: a line for each knot. */
function circles(sources: readonly Source[]): string[] {
  const imports = new Map(sources.map(({ path, files }) => [path, files]));
  const reach = new Map(sources.map(({ path }) => [path, reachedFrom(path, imports)]));
  const knots = sources.map(({ path }) => [...reach.get(path)!].filter((file) => reach.get(file)?.has(path)))
    .filter((knot) => knot.length > 0)
    .map((knot) => `in a circle: ${knot.toSorted().join(", ")}`);
  return [...new Set(knots)];
}

function reachedFrom(start: string, imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  while (open.length > 0) {
    for (const file of imports.get(open.pop()!) ?? []) {
      if (reached.has(file)) continue;
      reached.add(file);
      open.push(file);
    }
  }
  return reached;
}

function looseFiles(sources: readonly Source[]): string[] {
  const count = sources.filter(({ path }) => /^lib\/[^/]+$/.test(path)).length;
  return count > LOOSE_FILES ? [`lib has ${count} files outside of rooms, more than ${LOOSE_FILES}`] : [];
}

/** The folders of lib that have no place among the rooms, or no line in lib/README.md, and lines without a folder. */
function undescribedRooms(sources: readonly Source[], page: string): string[] {
  const folders = new Set<string>();
  for (const { path } of sources) {
    const names = path.split("/").slice(1, -1);
    if (path.startsWith("lib/")) {
      names.forEach((_, index) => folders.add(names.slice(0, index + 1).join("/")));
    }
  }
  const described = new Set([...page.matchAll(/^\| `([a-z_/]+)\/`\s*\| \S/gm)].map(([, name]) => name!));
  return [
    ...[...folders].filter((name) => !name.includes("/") && !ROOMS.includes(name))
      .map((name) => `lib/${name}/ has no place in the order of rooms`),
    ...[...folders].filter((name) => !described.has(name))
      .map((name) => `lib/README.md does not say what ${name}/ is for`),
    ...[...described].filter((name) => !folders.has(name))
      .map((name) => `lib/README.md describes ${name}/, which is not there`),
  ];
}
