/** The check of the files that a command writes: each must differ from those that it reads, and from the others. */
import { fileURLToPath } from "node:url";
import { UsageError } from "../errors.ts";
import { realPathOf } from "../io/files.ts";
import { modelPath } from "../model/file.ts";
import { outputFile, type ParsedArguments } from "./arguments.ts";

/**
 * Refuses to write to files that are read, two outputs to one path, and paths that are not of files. `outputs` are the
 * flags that name files to write.
 */
export async function checkOutputs(
  args: ParsedArguments,
  models: readonly string[],
  outputs: readonly string[],
): Promise<void> {
  const taken = new Map<string, string>();
  const given = [
    ...await Promise.all(models.map(async (location) => ["model", await modelPath(location)] as const)),
    ...["problem", "data"].map((name) => [name, localPath(args.text(name))] as const),
    ...outputs.map((name) => [name, outputFile(args, name)] as const),
  ];
  for (const [name, path] of given) {
    if (path === undefined) continue;
    const file = await realPathOf(path);
    const other = taken.get(file);
    if (other !== undefined && outputs.includes(name)) {
      throw new UsageError(`Cannot use --${name} ${path}: it is the file of --${other}`, {
        code: "conflict",
        subject: name,
        given: path,
      });
    }
    taken.set(file, name);
  }
}

/** The path that is given by a path or by a `file:` URL, which may name a problem. */
function localPath(location: string | undefined): string | undefined {
  return location?.startsWith("file:") && URL.canParse(location) ? fileURLToPath(location) : location;
}
