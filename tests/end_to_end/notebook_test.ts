// The example notebook, run by Jupyter with Deno's kernel. Without Jupyter's command `execute` the test is skipped.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { emptyDirectory } from "../support/process.ts";

const hasJupyter = await (async () => {
  try {
    return (await new Deno.Command("jupyter", { args: ["execute", "--version"] }).output()).success;
  } catch {
    return false; // there is no such command
  }
})();

/** A cell of a notebook. */
interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly { readonly data?: Record<string, string | readonly string[]> }[];
}

/**
 * The notebook for another directory. Deno's kernel of 2.9.6 may call a cell done before it has sent the cell's value,
 * which `jupyter execute` then misses: here the value is displayed by a call that is waited for.
 */
async function prepared(): Promise<object> {
  const [path, module] = ["docs/notebook.ipynb", "mod.ts"].map((name) =>
    new URL(`../../${name}`, import.meta.url)
  );
  const notebook: { cells: readonly Cell[] } = JSON.parse(await Deno.readTextFile(path!));
  const cells = notebook.cells.map((cell) => {
    const lines = cell.source.map((line) => line.replace('"../mod.ts"', JSON.stringify(module!.href)));
    const value = lines.pop()!.replace(/;$/, "");
    const shows = cell.cell_type === "code" && !value.includes("import");
    return { ...cell, source: [...lines, shows ? `await Deno.jupyter.display(${value})` : value] };
  });
  return { ...notebook, cells };
}

const name = "the example notebook trains, and its results show themselves as tables";
Deno.test({
  name: hasJupyter ? name : `${name} (skipped: no jupyter execute, pip install nbclient ipykernel)`,
  ignore: !hasJupyter,
  async fn() {
    const directory = emptyDirectory();
    const kernel = `${directory}/kernels/deno`;
    await Deno.mkdir(kernel, { recursive: true });
    const argv = [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"];
    await Deno.writeTextFile(
      `${kernel}/kernel.json`,
      JSON.stringify({ argv, display_name: "Deno", language: "typescript" }),
    );
    await Deno.writeTextFile(`${directory}/in.ipynb`, JSON.stringify(await prepared()));
    const { success, stderr } = await new Deno.Command("jupyter", {
      args: ["execute", "--timeout=120", "--output=out.ipynb", "in.ipynb"],
      cwd: directory,
      env: { JUPYTER_PATH: directory },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const { cells }: { cells: readonly Cell[] } = JSON.parse(
      await Deno.readTextFile(`${directory}/out.ipynb`),
    );
    const shown = cells.flatMap(({ outputs = [] }) => outputs.flatMap(({ data }) => data ? [data] : []));
    const html = shown.map((data) => [data["text/html"] ?? ""].flat().join(""));
    assertEquals(html.length, 4);
    assertStringIncludes(html[0]!, "after 200 steps: ");
    assertStringIncludes(html[1]!, "<th>learning_rate</th>");
    assertStringIncludes(html[2]!, "<td>step 200</td>");
    assertStringIncludes(html[3]!, "<td>0101010101</td>");
    for (const data of shown) assert("text/plain" in data);
  },
});
