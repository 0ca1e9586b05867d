import { dirname, sep } from "node:path";
import { RunError } from "../errors.ts";
import { explainFileError } from "../files.ts";

/** Opens a log to add to. One that is there must be a file of its directory: a link, or a pipe, may lead anywhere. */
export async function openLog(path: string): Promise<Deno.FsFile> {
  try {
    const there = await unlessMissing(Deno.lstat(path));
    if (there?.isSymlink && !await staysInside(path)) {
      throw new RunError(`Cannot write ${path}: it is a symbolic link that leads out of its directory`);
    }
    if (there && !(await Deno.stat(path)).isFile) {
      throw new RunError(`Cannot write ${path}: expected a regular file`);
    }
    return await Deno.open(path, { append: true, create: true });
  } catch (thrown) {
    throw explainFileError("write", path, thrown);
  }
}

/** Whether what is at a path is in its directory. That of a link which leads to nothing is not known. */
async function staysInside(path: string): Promise<boolean> {
  const target = await unlessMissing(Deno.realPath(path));
  return target !== undefined && target.startsWith(await Deno.realPath(dirname(path)) + sep);
}

async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  return await found.catch((thrown) => {
    if (thrown instanceof Deno.errors.NotFound) return undefined;
    throw thrown;
  });
}
