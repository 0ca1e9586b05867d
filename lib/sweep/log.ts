import { basename, dirname } from "node:path";
import { RunError } from "../errors.ts";
import { checkInside, explainFileError } from "../files.ts";

/** Opens a log to add to. One that is there must be a file of its directory: a link, or a pipe, may lead anywhere. */
export async function openLog(path: string): Promise<Deno.FsFile> {
  await checkInside(dirname(path), basename(path));
  try {
    const file = await Deno.stat(path).catch((thrown) => {
      if (thrown instanceof Deno.errors.NotFound) return undefined;
      throw thrown;
    });
    if (file?.isFile === false) throw new RunError(`Cannot write ${path}: expected a regular file`);
    return await Deno.open(path, { append: true, create: true });
  } catch (thrown) {
    throw explainFileError("write", path, thrown);
  }
}
