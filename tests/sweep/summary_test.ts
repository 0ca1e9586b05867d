// What the rows of a sweep are summed up to, and how tables are joined.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { printable } from "../../lib/errors.ts";
import { RunError } from "../../mod.ts";
import { table as formatLines } from "../../lib/io/table.ts";
import { mergeTables } from "../../lib/sweep/merge.ts";
import { summaryTable } from "../../lib/sweep/output.ts";
import { formatTable } from "../../lib/sweep/results.ts";
import { formatSummary, summarize } from "../../lib/sweep/summary.ts";
import { columnsOf, readTable, type Row, type Table } from "../../lib/sweep/table.ts";
import { wilsonInterval } from "../../lib/sweep/wilson.ts";
import { emptyDirectory } from "../support/process.ts";
import { parseRows } from "../support/sweep_rows.ts";

Deno.test("wilsonInterval() is that of Newcombe 1998, Statistics in Medicine 17, table I, method 3", () => {
  const published: [hits: number, count: number, low: number, high: number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [hits, count, low, high] of published) {
    const [from, to] = wilsonInterval(hits, count);
    assertAlmostEquals(from, low, 5e-5);
    assertAlmostEquals(to, high, 5e-5);
    const [fromMisses, toMisses] = wilsonInterval(count - hits, count);
    assertAlmostEquals(fromMisses, 1 - high, 5e-5);
    assertAlmostEquals(toMisses, 1 - low, 5e-5);
  }
});

const columns = columnsOf(["problem", "preset", "maps"], ["random", "carry"]);

function row(maps: number, seed: number, cells: Row): Row {
  const empty = Object.fromEntries(columns.map((column) => [column, ""]));
  const own = { run: `badd-default-maps=${maps}-s${seed}`, problem: "badd", preset: "default" };
  return { ...empty, ...own, maps: String(maps), seed: String(seed), ...cells };
}

/** Shares on both suites at 1, 2, 5 and 10 times the training size. */
function shares(random: number[], carry: number[]): Row {
  const cells = [1, 2, 5, 10].flatMap((times, i) => [
    [`random_${times}x`, String(random[i])],
    [`carry_${times}x`, String(carry[i])],
  ]);
  return Object.fromEntries(cells);
}

const rows: Row[] = [
  row(100, 1, {
    ...{ status: "solved", steps: "300", seconds: "30.5", steps_to_fit: "200", seconds_to_fit: "20" },
    certified_size: "200",
    ...shares([1, 1, 1, 1], [1, 1, 1, 1]),
  }),
  row(24, 1, {
    ...{ status: "solved", steps: "100", seconds: "10", steps_to_fit: "50", seconds_to_fit: "5" },
    certified_size: "100",
    ...shares([1, 1, 1, 1], [1, 1, 1, 0.984375]),
  }),
  row(24, 2, {
    ...{ status: "solved", steps: "400", seconds: "41", steps_to_fit: "70", seconds_to_fit: "7.5" },
    certified_size: "40",
    ...shares([1, 1, 1, 1], [1, 1, 0.5, 1]),
  }),
  row(24, 3, {
    ...{ status: "not solved", steps: "900", seconds: "90", certified_size: "0" },
    ...shares([0.99, 0, 0, 0], [1, 0, 0, 0]),
  }),
  row(24, 4, { status: "failed", message: 'Training diverged by step 8: "loss", or gradient' }),
];
const table: Table = { columns, rows };

Deno.test("summarize() counts the runs of each combination that are right", () => {
  const summaries = summarize(table);
  assertEquals(summaries.map(({ combination }) => combination.maps), ["24", "100"]);
  const [{ runs, failed, solved, right, medians }] = summaries as [typeof summaries[0]];
  assertEquals([runs, failed, solved], [4, 1, 2]);
  assertEquals(right.map(({ times, count }) => [times, count]), [[1, 2], [2, 2], [5, 1], [10, 1]]);
  for (const { count, interval } of right) assertEquals(interval, wilsonInterval(count, 4));
  // Of those that have a value: 100, 400, 900; 10, 41, 90; 50, 70; 5, 7.5; 0, 40, 100.
  assertEquals(medians, {
    ...{ steps: 400, seconds: 41, steps_to_fit: 60, seconds_to_fit: 6.25 },
    certified_size: 40,
  });
});

Deno.test("the summary is CSV for programs and a table for people", () => {
  const summaries = summarize(table);
  assertEquals(parseRows(formatSummary(summaries, table)), [{
    ...{ problem: "badd", preset: "default", maps: "24", runs: "4", failed: "1", solved: "2" },
    ...{ right_1x: "0.5", right_1x_low: "0.15", right_1x_high: "0.85" },
    ...{ right_2x: "0.5", right_2x_low: "0.15", right_2x_high: "0.85" },
    ...{ right_5x: "0.25", right_5x_low: "0.0456", right_5x_high: "0.6994" },
    ...{ right_10x: "0.25", right_10x_low: "0.0456", right_10x_high: "0.6994" },
    ...{
      median_steps: "400",
      median_seconds: "41",
      median_steps_to_fit: "60",
      median_seconds_to_fit: "6.25",
      median_certified_size: "40",
    },
  }, {
    ...{ problem: "badd", preset: "default", maps: "100", runs: "1", failed: "0", solved: "1" },
    ...Object.fromEntries([1, 2, 5, 10].flatMap((times) => [
      [`right_${times}x`, "1"],
      [`right_${times}x_low`, "0.2065"],
      [`right_${times}x_high`, "1"],
    ])),
    ...{
      median_steps: "300",
      median_seconds: "30.5",
      median_steps_to_fit: "200",
      median_seconds_to_fit: "20",
      median_certified_size: "200",
    },
  }]);
  assertEquals(
    summaryTable(summaries).split("\n").slice(0, 3).map((line) => line.trim().split(/ {2,}/)),
    [
      [
        ...["maps", "runs", "failed", "solved", "right at 1×", "right at 2×", "right at 5×", "right at 10×"],
        ...["certified", "steps", "seconds"],
      ],
      [
        ...[
          "24",
          "4",
          "1",
          "2",
          "50.0% (15.0% to 84.9%)",
          "50.0% (15.0% to 84.9%)",
          "25.0% (4.5% to 69.9%)",
          "25.0% (4.5% to 69.9%)",
        ],
        ...["40", "400", "41"],
      ],
      ["100", "1", "0", "1", ...Array(4).fill("100% (20.6% to 100%)"), "200", "300", "31"],
    ],
  );
});

Deno.test("a problem without a suite is right by those that it has, and without rows there is nothing", () => {
  const mine = row(24, 1, { status: "solved", ...shares([1, 1, 0.5, 1], [1, 1, 1, 1]) });
  const alone = Object.fromEntries(
    Object.entries(mine).map(([column, cell]) => [column, column.startsWith("carry") ? "" : cell]),
  );
  const [summary] = summarize({ columns, rows: [alone] });
  assertEquals(summary!.right.map(({ count }) => count), [1, 1, 0, 1]);
  assertEquals(summarize({ columns, rows: [] }), []);
});

Deno.test("a table is read back as it was written, by other parsers too", async () => {
  const path = `${emptyDirectory()}/table.csv`;
  const text = formatTable(table);
  await Deno.writeTextFile(path, text);
  assertEquals(await readTable(path), table);
  assertEquals(parseRows(text), rows);
});

Deno.test("mergeTables() joins shards, takes copies once, and refuses what does not belong together", async () => {
  const directory = emptyDirectory();
  const write = async (name: string, part: Table) => {
    await Deno.writeTextFile(`${directory}/${name}.csv`, formatTable(part));
    return `${directory}/${name}.csv`;
  };
  const a = await write("a", { columns, rows: rows.slice(0, 2) });
  const b = await write("b", { columns, rows: rows.slice(1) });
  assertEquals(await mergeTables([a, b]), table);
  assertEquals(summarize(await mergeTables([b, a])), summarize(table));

  // A run keeps its place where settings, and so its name, were renamed.
  const renamed = await write("renamed", {
    columns,
    rows: rows.slice(1).map((row) => ({ ...row, run: "x" })),
  });
  assertEquals(summarize(await mergeTables([a, renamed])), summarize(table));

  const other = await write("other", { columns: columns.filter((name) => name !== "maps"), rows: [] });
  const changed = await write("changed", { columns, rows: [{ ...rows[1]!, steps: "101" }] });
  await Deno.writeTextFile(`${directory}/alien.csv`, "a,b\n1,2\n");
  await Deno.writeTextFile(`${directory}/torn.csv`, formatTable(table).slice(0, -5));
  const refused: [paths: string[], message: string][] = [
    [[a, other], `Cannot merge ${other}: its column 4 is "seed", expected "maps" as in ${a}`],
    [[a, changed], `Cannot merge ${changed}: its row of "badd-default-maps=24-s1" is not that of ${a}`],
    [[a, `${directory}/alien.csv`], `Cannot read ${directory}/alien.csv: it is no table of a sweep`],
    [[`${directory}/torn.csv`], `Cannot read ${directory}/torn.csv: row 5 has `],
    [[`${directory}/none.csv`], `Cannot read ${directory}/none.csv: no such file or directory`],
  ];
  for (const [paths, message] of refused) await assertRejects(() => mergeTables(paths), RunError, message);
});

Deno.test("readTable() refuses what no sweep writes, in one short line that shows it", async () => {
  const directory = emptyDirectory();
  const path = `${directory}/table.csv`;
  const changed = (cells: Row) => formatTable({ columns, rows: [rows[0]!, { ...rows[1]!, ...cells }] });
  const renamed = (from: string, to: string) => formatTable(table).replace(`,${from},`, `,${to},`);
  const noTable = "it is no table of a sweep, expected columns run, problem, preset, …";
  const refused: [text: string, reason: string][] = [
    [changed({ run: "" }), 'row 2 has "run" "", expected the name of a run'],
    [changed({ seed: "-1" }), 'row 2 has "seed" "-1", expected a whole number'],
    [changed({ status: "\x1b[2J" }), 'row 2 has "status" "\\u001b[2J", expected solved, not solved, failed'],
    [changed({ steps: "abc" }), 'row 2 has "steps" "abc", expected a number of at least 0, or nothing'],
    [
      changed({ seconds: "1e999" }),
      'row 2 has "seconds" "1e999", expected a number of at least 0, or nothing',
    ],
    [changed({ carry_2x: "1.5" }), 'row 2 has "carry_2x" "1.5", expected a number from 0 to 1, or nothing'],
    [
      changed({ random_1x: "9".repeat(1e5) }),
      `row 2 has "random_1x" "${"9".repeat(60)}…", expected a number`,
    ],
    [renamed("maps", "seed"), noTable],
    [renamed("status", "seed"), noTable],
    ["\0".repeat(1e5), noTable],
    ["", noTable],
  ];
  for (const [text, reason] of refused) {
    await Deno.writeTextFile(path, text);
    const { message } = await assertRejects(
      () => readTable(path),
      RunError,
      `Cannot read ${path}: ${reason}`,
    );
    assert(message.length < 400);
  }
  using file = await Deno.open(path, { write: true });
  await file.truncate(64_000_001);
  await assertRejects(
    () => readTable(path),
    RunError,
    `Cannot read ${path}: it has 64,000,001 bytes, expected at most 64,000,000`,
  );
  await assertRejects(
    () => readTable(directory),
    RunError,
    `Cannot read ${directory}: it is a directory`,
  );
});

Deno.test("text of tables stands escaped and shortened in messages, and in the table for people", async () => {
  const directory = emptyDirectory();
  const [a, b] = [`${directory}/a.csv`, `${directory}/b.csv`];
  const forged = "\nerror: all is lost\x1b[2J" + "x".repeat(1e5);
  const write = async (path: string, part: Table) => await Deno.writeTextFile(path, formatTable(part));
  const refused = async (start: string) => {
    const { message } = await assertRejects(
      () => mergeTables([a, b]),
      RunError,
      `Cannot merge ${b}: ${start}`,
    );
    assertEquals([message.length < 400, message === printable(message)], [true, true]);
  };
  const shown = "\\nerror: all is lost\\u001b[2Jxxx";
  await write(a, { columns, rows: [{ ...rows[0]!, run: forged }] });
  await write(b, { columns, rows: [{ ...rows[0]!, run: forged, steps: "1" }] });
  await refused(`its row of "${shown}`);
  await write(b, { columns: columns.with(3, forged), rows: [] });
  await refused(`its column 4 is "${shown}`);

  assertEquals(formatLines(["maps"], Array(200_000).fill(["1"])).length, 200_001 * "maps\n".length);
  const long = [row(1, 1, { status: "solved", maps: forged }), row(2, 1, { status: "solved" })];
  const lines = summaryTable(summarize({ columns, rows: long })).split("\n");
  assertEquals([lines.length, lines.every((line) => line.length < 400)], [5, true]);
});
