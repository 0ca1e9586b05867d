/** The files that were given, or those of the automata that come with the toolkit. */
export function files(given: readonly string[]): readonly string[] {
  if (given.length > 0) return given;
  const shipped = new URL("../../data/automata/", import.meta.url);
  const names = Array.from(Deno.readDirSync(shipped), ({ name }) => name).sort();
  return names.map((name) => new URL(name, shipped).pathname);
}
