import { basename, dirname } from "node:path";
import { checkInside, explainFileError } from "../io/files.ts";

/** Opens a log to add to. */
export async function openLog(path: string): Promise<Deno.FsFile> {
  await checkInside(dirname(path), basename(path));
  try {
    return await Deno.open(path, { append: true, create: true });
  } catch (thrown) {
    throw explainFileError("write", path, thrown);
  }
}
