/** The CSV of a trace: one line for every value of every state. A long trace has millions, so bytes are written here. */
import type { Trace, TraceStep } from "./trace.ts";

/** The first line, with its line end. */
export const TRACE_HEADER = "step,column,position,map,value\n";

/** Decimals of a value. */
const DECIMALS = 6;
/** The most bytes of a value: a sign, the digits of the largest whole number, a point and the decimals. */
const VALUE_BYTES = 32;

const [POINT, MINUS, ZERO, LINE_END] = Array.from(".-0\n", (c) => c.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
];

/** Returns a function that makes the lines of a step's state, for the given maps. Values have 6 decimals. */
export function traceLines(
  { columns, positions, maps: all }: Pick<Trace, "columns" | "positions" | "maps">,
  maps: readonly number[],
): (step: Pick<TraceStep, "step" | "state">) => Uint8Array {
  const encoder = new TextEncoder();
  const mapTexts = maps.map((map) => encoder.encode(`${map},`));
  const startBytes = `${Number.MAX_SAFE_INTEGER},${columns},${positions},${all},`.length;
  const buffer = new Uint8Array(columns * positions * maps.length * (startBytes + VALUE_BYTES));
  return ({ step, state }) => {
    let end = 0;
    for (let column = 0; column < columns; column++) {
      for (let position = 0; position < positions; position++) {
        const start = encoder.encode(`${step},${column},${position},`);
        for (let i = 0; i < maps.length; i++) {
          end = put(buffer, start, end);
          end = put(buffer, mapTexts[i]!, end);
          end = putDecimal(buffer, state[(column * positions + position) * all + maps[i]!]!, end);
          buffer[end++] = LINE_END;
        }
      }
    }
    return buffer.slice(0, end);
  };
}

/** Writes bytes at a place, and returns the place after them. `set` of the array is slower for so few. */
function put(buffer: Uint8Array, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < bytes.length; i++) buffer[at++] = bytes[i]!;
  return at;
}

/** Writes a number as `Number(value.toFixed(6))` is shown, and returns the place after it. */
function putDecimal(buffer: Uint8Array, value: number, at: number): number {
  const unit = 10 ** DECIMALS;
  let rest = Math.round(Math.abs(value) * unit);
  if (!(rest < 2 ** 31)) return put(buffer, new TextEncoder().encode(String(value)), at);
  if (value < 0 && rest > 0) buffer[at++] = MINUS;
  const whole = Math.floor(rest / unit);
  rest -= whole * unit;
  if (whole < 10) buffer[at++] = ZERO + whole;
  else at = put(buffer, new TextEncoder().encode(String(whole)), at);
  if (rest === 0) return at;
  buffer[at++] = POINT;
  for (let place = unit / 10; rest > 0; place = place / 10) {
    const digit = Math.floor(rest / place);
    buffer[at++] = ZERO + digit;
    rest -= digit * place;
  }
  return at;
}
