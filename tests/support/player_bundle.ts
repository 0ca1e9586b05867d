/**
 * The script of the pages as one text, in lib/picture/player_bundle.ts. `deno task page` writes it anew, and a test looks
 * whether it is up to date.
 */

/** Where the text is. */
export const BUNDLE: URL = new URL("../../lib/picture/player_bundle.ts", import.meta.url);

const here = (path: string) => new URL(`../../lib/${path}`, import.meta.url).href;

/** The module that holds the text. */
export async function playerModule(): Promise<string> {
  const directory = await Deno.makeTempDir();
  try {
    const imports = { [here("checks/nearest.ts")]: here("picture/player/nearest.ts") };
    await Deno.writeTextFile(`${directory}/imports.json`, JSON.stringify({ imports }));
    const flags = ["--quiet", "--platform=browser", "--minify", "--no-lock"];
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", ...flags, "--import-map", `${directory}/imports.json`, here("picture/player/main.ts")],
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(decoder.decode(stderr));
    return "/** The script of the pages, which `deno task page` writes from the folder `player`, with Deno " +
      `${Deno.version.deno}. */\nexport const PLAYER: string = ${JSON.stringify(decoder.decode(stdout))};\n`;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) await Deno.writeTextFile(BUNDLE, await playerModule());
