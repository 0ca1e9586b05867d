/** Loads modules that a user names: definitions of problems and of cells. */
import { pathToFileURL } from "node:url";

/** The most seconds that a module may take to load. */
export const PATIENCE = 60;

/** Whether a text is the path or URL of a module. Names have none of these characters, paths and URLs at least one. */
export function isModule(text: string): boolean {
  return /[./\\:]/.test(text);
}

/** The default export of the module at that path (from the current directory) or URL; undefined where it has none. */
export async function defaultExport(path: string, patience: number): Promise<unknown> {
  // A single letter before the colon is a Windows drive, not the scheme of a URL.
  const isUrl = /^[A-Za-z][A-Za-z0-9+.-]+:/.test(path);
  const module = import(isUrl ? path : pathToFileURL(path).href);
  return (await within(patience, module)).default;
}

/** The result of a promise; throws where it takes too long. */
async function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const reason = `it has not run to its end within ${seconds} s`;
  const timer = setTimeout(() => late.reject(new Error(reason)), 1000 * seconds);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
