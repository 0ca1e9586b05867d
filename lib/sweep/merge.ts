import { RunError, shown } from "../errors.ts";
import { columnDifference, readTable, type Row, settingColumns, type Table } from "./table.ts";

/** Joins tables of one sweep. A row that is there twice is taken once; a run with two different rows is refused. */
export async function mergeTables(paths: readonly string[]): Promise<Table> {
  const tables = await Promise.all(paths.map(readTable));
  const { columns } = tables[0]!;
  const rows = new Map<string, { row: Row; path: string }>();
  for (const [index, table] of tables.entries()) {
    const path = paths[index]!;
    const difference = columnDifference(table.columns, columns);
    const refuse = (reason: string) =>
      new RunError(`Cannot merge ${path}: ${reason}`, { code: "conflict", subject: path });
    if (difference !== undefined) throw refuse(`${difference} as in ${paths[0]}`);
    for (const row of table.rows) {
      // By what the run is, as it may have another name since settings were renamed.
      const run = JSON.stringify([...settingColumns(table), "seed"].map((column) => row[column]));
      const known = rows.get(run);
      if (known === undefined) rows.set(run, { row, path });
      else if (columns.some((column) => column !== "run" && row[column] !== known.row[column])) {
        throw refuse(`its row of ${shown(row.run)} is not that of ${known.path}`);
      }
    }
  }
  return { columns, rows: [...rows.values()].map(({ row }) => row) };
}
