/**
 * Checks that what is committed can be released, and tells the commands that follow.
 * @module
 */
import { type Command, type CommandContext, runCommand } from "../lib/cli/command.ts";
import { writeStderr, writeStdout } from "../lib/cli/output.ts";
import { RunError } from "../lib/errors.ts";
import { VERSION } from "../lib/version.ts";

/** The texts in which the version is written. */
export interface Versions {
  /** In `lib/version.ts`. */
  readonly version: string;
  /** The text of `deno.json`. */
  readonly config: string;
  /** The text of `CHANGELOG.md`. */
  readonly changelog: string;
}

/** Why a version cannot be released; undefined where all places agree on it. */
export function versionMistake({ version, config, changelog }: Versions): string | undefined {
  const configured = JSON.parse(config).version;
  if (configured !== version) return `deno.json has version ${configured}, expected ${version}`;
  const [, heading] = /^## (.*)$/m.exec(changelog) ?? [];
  const [, listed, day] = /^(\S+) \((\d{4}-\d\d-\d\d)\)$/.exec(heading ?? "") ?? [];
  if (listed === version && day !== undefined) return undefined;
  return `the top entry of CHANGELOG.md is ${heading ?? "missing"}, expected ${version} (YYYY-MM-DD)`;
}

/** The files that `deno publish --dry-run` lists, which are in the repository at `root`, a URL. */
export function publishedFiles(output: string, root: string): string[] {
  return [...output.matchAll(/^ *(file:\S+) \([\d.]+ ?[KM]?B\)$/gm)].map(([, url]) =>
    url!.slice(root.length)
  );
}

/** The command of `deno task release`. */
export const command: Command = {
  name: "release",
  summary: "Checks that what is committed can be released as the version that lib/version.ts names.",
  usage: "",
  flags: [],
  examples: ["release"],
  async run(_args, context) {
    for (const [what, check] of checks) {
      context.progress.note(what);
      await check(context);
    }
    await writeStdout(`Version ${VERSION} can be released:
  git tag v${VERSION} && git push origin v${VERSION}
  deno publish
`);
  },
};

const root = new URL("..", import.meta.url);

/** The checks, in this order. Each throws a `RunError` where it fails. */
const checks: readonly (readonly [what: string, check: (context: CommandContext) => Promise<unknown>])[] = [
  ["The version's places agree", checkVersion],
  ["Everything is committed", checkTree],
  ["Formatter, linter, types and documentation", () => deno("task", "check")],
  ["Files to publish", listFiles],
  ["The bundle starts", checkBundle],
];

async function checkVersion(): Promise<void> {
  const text = (path: string) => Deno.readTextFile(new URL(path, root));
  const [config, changelog] = await Promise.all([text("deno.json"), text("CHANGELOG.md")]);
  const mistake = versionMistake({ version: VERSION, config, changelog });
  if (mistake !== undefined) {
    throw new RunError(`Cannot release version ${VERSION}: ${mistake}`, { code: "conflict" });
  }
}

async function checkTree(): Promise<void> {
  const [changed] = (await output("git", "status", "--porcelain")).split("\n");
  if (changed) {
    throw new RunError(`Cannot release what is not committed, such as ${changed}`, { code: "conflict" });
  }
}

async function listFiles({ progress }: CommandContext): Promise<void> {
  const files = publishedFiles(await deno("publish", "--dry-run"), root.href);
  if (files.length === 0) {
    throw new RunError("Cannot find the files to publish in what deno publish says", { code: "process" });
  }
  for (const file of files) progress.note(`  ${file}`);
}

async function checkBundle(): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/neural-gpu.js`;
    await deno("task", "bundle", "--out", path);
    await deno("run", "--no-npm", "--no-remote", path, "solve", "12 + 30");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const deno = (...args: string[]): Promise<string> => output(Deno.execPath(), ...args);

/** The standard output and error of a program. If the program fails, shows them and throws a `RunError`. */
async function output(program: string, ...args: string[]): Promise<string> {
  const options = { args, cwd: root, env: { NO_COLOR: "1" } };
  const { success, stdout, stderr } = await new Deno.Command(program, options).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (success) return text;
  writeStderr(text);
  throw new RunError(`Cannot release: ${[program, ...args].join(" ")} failed`, { code: "process" });
}

if (import.meta.main) await runCommand(command, Deno.args);
