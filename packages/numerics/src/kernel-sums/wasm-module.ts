/**
 * Encoder for the part of the WebAssembly binary format (core specification 2.0, chapter 5) that a single function needs. Code is a
 * nested sequence of bytes, so that expressions can be composed.
 */
export type Code = readonly (number | Code)[];

/** Flattens code to bytes. */
export function bytesOf(code: Code, into: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') into.push(part);
    else bytesOf(part, into);
  }
  return into;
}

/** The part of the global `WebAssembly` that is used here. The library is compiled without DOM and Node types. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (limits: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (
    module: object,
    imports: { readonly host: { readonly memory: WasmMemory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** @param pages number of pages of 64 KiB to add */
  grow(pages: number): number;
}

export const pageBytes = 65_536;

/** Unsigned LEB128. */
export function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest === 0 ? low : low + 128);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
export function signed(value: number): Code {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    const isLast = (rest === 0 && low < 64) || (rest === -1 && low >= 64);
    bytes.push(isLast ? low : low + 128);
    if (isLast) return bytes;
  }
}

const i32 = 0x7f;
const v128 = 0x7b;

/** A function without results. Locals are numbered in the order parameters, 32-bit integers, vectors. */
export interface WasmFunction {
  /** Number of 32-bit integer parameters. */
  readonly parameters: number;
  /** Number of 32-bit integer locals. */
  readonly integers: number;
  /** Number of vector locals. */
  readonly vectors: number;
  readonly body: Code;
}

function sized(code: Code): Code {
  const bytes = bytesOf(code);
  return [unsigned(bytes.length), bytes];
}

function section(id: number, entries: readonly Code[]): Code {
  return [id, sized([unsigned(entries.length), entries])];
}

function text(value: string): Code {
  return sized([...value].map((letter) => letter.charCodeAt(0)));
}

/** The bytes of a module that imports `host.memory` and exports the function as `run`. */
export function moduleOf({ parameters, integers, vectors, body }: WasmFunction): Uint8Array {
  return Uint8Array.from(
    bytesOf([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [[0x60, sized(Array<number>(parameters).fill(i32)), 0]]),
      section(2, [[text('host'), text('memory'), 2, 0, 0]]),
      section(3, [[0]]),
      section(7, [[text('run'), 0, 0]]),
      section(10, [sized([2, unsigned(integers), i32, unsigned(vectors), v128, body, 0x0b])]),
    ]),
  );
}

function engine(): Engine | undefined {
  return (globalThis as unknown as { readonly WebAssembly?: Engine }).WebAssembly;
}

/** Memory for compiled functions, or `null` if the engine has no WebAssembly. */
export function openMemory(): WasmMemory | null {
  const Memory = engine()?.Memory;
  return Memory === undefined ? null : new Memory({ initial: 1 });
}

export type CompiledFunction = (...values: number[]) => void;

/** Compiles a module. Returns `null` if the engine does not support the code or the page forbids compilation. */
export function compile(bytes: Uint8Array, memory: WasmMemory): CompiledFunction | null {
  const { Module, Instance } = engine() as Engine;
  try {
    return new Instance(new Module(bytes), { host: { memory } }).exports['run'] as CompiledFunction;
  } catch {
    // No SIMD, or a content security policy without 'wasm-unsafe-eval'. The caller falls back to scalar arithmetic.
    return null;
  }
}
