const number = /^[-+]?[\d.,]+( ?%|e[-+]?\d+)?$/i;

/** A table for people: aligned columns, numbers to the right. It ends with a line end. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = header.map((title, index) => {
    const cells = rows.map((row) => row[index] ?? "");
    const width = cells.reduce((most, { length }) => Math.max(most, length), title.length);
    const numeric = cells.length > 0 && cells.every((cell) => cell === "" || number.test(cell));
    return { width, numeric };
  });
  const line = (cells: readonly string[]) =>
    columns.map(({ width, numeric }, index) => {
      const cell = cells[index] ?? "";
      return numeric ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd() + "\n";
  return [header, ...rows].map(line).join("");
}
