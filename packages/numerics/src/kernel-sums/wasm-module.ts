/**
 * Just enough of WebAssembly's binary format (core specification 2.0, chapter 5) to write one function down: a piece of code is
 * a list of bytes, and pieces are put together as expressions.
 */
export type Code = readonly number[];

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
  readonly name: string;
  /** Number of 32-bit integer parameters. */
  readonly parameters: number;
  readonly integers: number;
  readonly vectors: number;
  readonly body: Code;
}

function sized(code: Code): Code {
  return [...unsigned(code.length), ...code];
}

function section(id: number, entries: readonly Code[]): Code {
  return [id, ...sized([...unsigned(entries.length), ...entries.flat()])];
}

function text(value: string): Code {
  return sized([...value].map((letter) => letter.charCodeAt(0)));
}

/** The bytes of a module that imports `host.memory` and exports the functions. */
export function moduleOf(functions: readonly WasmFunction[]): Uint8Array {
  const types = functions.map(({ parameters }) => [0x60, ...sized(Array<number>(parameters).fill(i32)), 0]);
  const bodies = functions.map(({ integers, vectors, body }) =>
    sized([2, ...unsigned(integers), i32, ...unsigned(vectors), v128, ...body, 0x0b]),
  );
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...text('host'), ...text('memory'), 2, 0, 0]]),
    ...section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    ...section(
      7,
      functions.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]),
    ),
    ...section(10, bodies),
  );
}

/** Runs a module where the engine can, and may, compile one; `null` elsewhere (old engines, pages that forbid it). */
export function instantiate(
  functions: readonly WasmFunction[],
): { readonly memory: WasmMemory; readonly exports: Readonly<Record<string, unknown>> } | null {
  const { WebAssembly: engine } = globalThis as unknown as { readonly WebAssembly?: Engine };
  if (engine === undefined) return null;
  try {
    const memory = new engine.Memory({ initial: 1 });
    const instance = new engine.Instance(new engine.Module(moduleOf(functions)), { host: { memory } });
    return { memory, exports: instance.exports };
  } catch {
    // No SIMD, or a content security policy without 'wasm-unsafe-eval': the caller has a way without.
    return null;
  }
}
