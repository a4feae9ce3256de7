/**
 * Just enough of WebAssembly's binary format (core specification 2.0, chapter 5) to write a function down: a piece of code is
 * bytes and pieces in order, so that expressions are put together of expressions.
 */
export type Code = readonly (number | Code)[];

/** All bytes of a piece. */
export function bytesOf(code: Code, into: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') into.push(part);
    else bytesOf(part, into);
  }
  return into;
}

/** What the engine offers for such modules. Declared here because the library is compiled without a browser's or Node's types. */
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
  /** @param pages of 64 KiB */
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

/** A function without results. Locals are numbered: parameters first, then 32-bit integers, then vectors. */
export interface WasmFunction {
  /** Number of 32-bit integer parameters. */
  readonly parameters: number;
  readonly integers: number;
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
function moduleOf({ parameters, integers, vectors, body }: WasmFunction): Uint8Array {
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

/** Memory that functions can work on; `null` where there is none. */
export function openMemory(): WasmMemory | null {
  const Memory = engine()?.Memory;
  return Memory === undefined ? null : new Memory({ initial: 1 });
}

export type CompiledFunction = (...values: number[]) => void;

/** The function, where the engine can, and may, compile it; `null` elsewhere (old engines, pages that forbid it). */
export function compile(code: WasmFunction, memory: WasmMemory): CompiledFunction | null {
  const { Module, Instance } = engine() as Engine;
  try {
    return new Instance(new Module(moduleOf(code)), { host: { memory } }).exports['run'] as CompiledFunction;
  } catch {
    // No SIMD, or a content security policy without 'wasm-unsafe-eval': the caller has a way without.
    return null;
  }
}
