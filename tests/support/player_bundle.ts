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
    const nearest = { [here("checks/nearest.ts")]: here("picture/player/nearest.ts") };
    const zoo = { [here("problems/zoo/mod.ts")]: here("picture/player/zoo.ts") };
    const player = await bundled(directory, "main.ts", { ...nearest, ...zoo });
    const problems = await bundled(directory, "zoo_main.ts", nearest);
    return "/** The script of the pages, which `deno task page` writes from the folder `player`, with Deno " +
      `${Deno.version.deno}. */\nexport const PLAYER: string = ${JSON.stringify(player)};\n\n` +
      "/** The script before it in the pages of models of the zoo's problems. */\n" +
      `export const ZOO: string = ${JSON.stringify(problems)};\n`;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** A file of the folder `player` and all that it needs as one text. */
async function bundled(
  directory: string,
  file: string,
  imports: Readonly<Record<string, string>>,
): Promise<string> {
  await Deno.writeTextFile(`${directory}/imports.json`, JSON.stringify({ imports }));
  const flags = ["--quiet", "--platform=browser", "--minify", "--no-lock"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", ...flags, "--import-map", `${directory}/imports.json`, here(`picture/player/${file}`)],
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr));
  return decoder.decode(stdout);
}

if (import.meta.main) await Deno.writeTextFile(BUNDLE, await playerModule());
