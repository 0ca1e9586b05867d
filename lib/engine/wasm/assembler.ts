/**
 * A small assembler for WebAssembly with 128-bit vectors. Code is a list of bytes, and instructions with operands take
 * the code of these: `f32x4.add(get(a), get(b))`. It has only the instructions that the kernels need.
 */

/** Encoded instructions. Those of an expression leave one value on the stack, those of a statement none. */
export type Code = readonly number[];

/** The types of values. A pointer is an i32: a place in memory, in bytes. */
export type Type = "i32" | "f32" | "v128";

const TYPE_CODES: Readonly<Record<Type, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (; value < -64 || value >= 64; value >>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value & 0x7f];
}

function floatBits(value: number): number[] {
  return [...new Uint8Array(new Float32Array([value]).buffer)];
}

/** A parameter or a local variable of a function. */
export interface Local {
  /** Its number within the function. */
  readonly index: number;
  /** The type of its values. */
  readonly type: Type;
}

/** A list of `Count` locals; a tuple where the number is known. */
export type Locals<Count extends number, Known extends Local[] = []> = number extends Count ? Local[]
  : Known["length"] extends Count ? Known
  : Locals<Count, [...Known, Local]>;

/** Code that runs the parts one after the other. */
export function all(...parts: readonly Code[]): Code {
  return parts.flat();
}

/** A variable's value. */
export function get({ index }: Local): Code {
  return [0x20, ...unsigned(index)];
}

/** Gives a variable a value. */
export function set({ index }: Local, value: Code): Code {
  return [...value, 0x21, ...unsigned(index)];
}

/** Adds a constant to a pointer or a counter. */
export function increase(local: Local, by: number | Code): Code {
  return set(local, i32.add(get(local), typeof by === "number" ? i32.const(by) : by));
}

/** Runs the body once, and again as long as the condition is true. */
export function repeat(body: Code, condition: Code): Code {
  return [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b];
}

/** Runs the body if the condition is true. */
export function when(condition: Code, body: Code): Code {
  return [...condition, 0x04, 0x40, ...body, 0x0b];
}

const binary = (opcode: number) => (a: Code, b: Code): Code => [...a, ...b, opcode];

/** A place in memory: alignment 4 bytes, and an offset to the pointer. */
const place = (offset: number): Code => [2, ...unsigned(offset)];

/** Whole numbers and pointers. */
export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value | 0)],
  load: (pointer: Code, offset = 0): Code => [...pointer, 0x28, ...place(offset)],
  store: (pointer: Code, value: Code, offset = 0): Code => [...pointer, ...value, 0x36, ...place(offset)],
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  and: binary(0x71),
  or: binary(0x72),
  shrS: binary(0x75),
  eq: binary(0x46),
  ltS: binary(0x48),
  /** Compares pointers, as unsigned numbers: from 2 GiB on they would be negative otherwise. */
  ltU: binary(0x49),
  geS: binary(0x4e),
} as const;

const vector = (opcode: number, ...operands: readonly Code[]): Code => [
  ...operands.flat(),
  0xfd,
  ...unsigned(opcode),
];
const unary = (opcode: number) => (a: Code): Code => vector(opcode, a);
const pair = (opcode: number) => (a: Code, b: Code): Code => vector(opcode, a, b);
const triple = (opcode: number) => (a: Code, b: Code, c: Code): Code => vector(opcode, a, b, c);

/** Vectors of 128 bits. */
export const v128 = {
  load: (pointer: Code, offset = 0): Code => [...vector(0x00, pointer), ...place(offset)],
  /** The f32 at the place, four times. */
  loadSplat: (pointer: Code, offset = 0): Code => [...vector(0x09, pointer), ...place(offset)],
  store: (pointer: Code, value: Code, offset = 0): Code => [
    ...vector(0x0b, pointer, value),
    ...place(offset),
  ],
  and: pair(0x4e),
  /** Zeros where the mask has ones, a where it has zeros. */
  andNot: pair(0x4f),
  xor: pair(0x51),
  /** a where the mask has ones, b where it has zeros. */
  select: (mask: Code, a: Code, b: Code): Code => vector(0x52, a, b, mask),
} as const;

/** Four f32. */
export const f32x4 = {
  const: (value: number): Code => {
    const bits = floatBits(value);
    return [...vector(0x0c), ...bits, ...bits, ...bits, ...bits];
  },
  splat: unary(0x13),
  lt: pair(0x43),
  gt: pair(0x44),
  abs: unary(0xe0),
  /** Rounds to the nearest whole number, halves to the even one. */
  nearest: unary(0x6a),
  neg: unary(0xe1),
  sqrt: unary(0xe3),
  add: pair(0xe4),
  sub: pair(0xe5),
  mul: pair(0xe6),
  div: pair(0xe7),
  /** Converts four i32. */
  convert: unary(0xfa),
  /** b where b < a, otherwise a, in one instruction. A NaN in a stays. */
  min: pair(0xea),
  /** b where a < b, otherwise a, in one instruction. A NaN in a stays. */
  max: pair(0xeb),
  /** a·b + c, rounded once where the processor can ("relaxed SIMD"). */
  multiplyAdd: triple(0x105),
} as const;

/** Four i32. */
export const i32x4 = {
  const: (a: number, b: number, c: number, d: number): Code => [
    ...vector(0x0c),
    ...new Uint8Array(new Int32Array([a, b, c, d]).buffer),
  ],
  splat: unary(0x11),
  shl: (a: Code, bits: number): Code => vector(0xab, a, i32.const(bits)),
  shrU: (a: Code, bits: number): Code => vector(0xad, a, i32.const(bits)),
  geU: pair(0x40),
  add: pair(0xae),
  mul: pair(0xb5),
} as const;

/** A function under construction. */
export class Routine {
  /** The name under which it is exported. */
  readonly name: string;
  readonly #parameters: Type[] = [];
  readonly #locals: Type[] = [];
  #body: Code = [];

  /** Starts a function. */
  constructor(name: string) {
    this.name = name;
  }

  /** Adds a parameter. Parameters come before locals. */
  parameter(type: Type = "i32"): Local {
    this.#parameters.push(type);
    return { index: this.#parameters.length - 1, type };
  }

  /** Adds a local variable. */
  local(type: Type = "i32"): Local {
    this.#locals.push(type);
    return { index: this.#parameters.length + this.#locals.length - 1, type };
  }

  /** Adds several parameters. */
  parameters<Count extends number>(count: Count, type: Type = "i32"): Locals<Count> {
    return Array.from({ length: count }, () => this.parameter(type)) as Locals<Count>;
  }

  /** Adds several local variables. */
  locals<Count extends number>(count: Count, type: Type): Locals<Count> {
    return Array.from({ length: count }, () => this.local(type)) as Locals<Count>;
  }

  /** Sets its code. */
  does(...body: readonly Code[]): this {
    this.#body = all(...body);
    return this;
  }

  /** The encoding of its type. */
  get type(): Code {
    return [0x60, ...list(this.#parameters.map((type) => [TYPE_CODES[type]])), 0];
  }

  /** The encoding of its code. */
  get code(): Code {
    const locals = list(this.#locals.map((type) => [1, TYPE_CODES[type]]));
    const body = [...locals, ...this.#body, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): Code {
  return list([...new TextEncoder().encode(value)].map((byte) => [byte]));
}

/** The least number of 64 KiB pages of the memory. */
export const LEAST_PAGES = 16;

/**
 * A module of these functions, which all work on one imported memory (`env.memory`). The module declares the memory's
 * least size, so that V8 checks accesses with smaller offsets once and not twice.
 */
export function assemble(routines: readonly Routine[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(routines.map(({ type }) => type))),
    ...section(2, list([[...text("env"), ...text("memory"), 0x02, 0x00, LEAST_PAGES]])),
    ...section(3, list(routines.map((_, i) => unsigned(i)))),
    ...section(7, list(routines.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)]))),
    ...section(10, list(routines.map(({ code }) => code))),
  ]);
}
