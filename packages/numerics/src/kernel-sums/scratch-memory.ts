import { vectorModules } from './vector-modules.ts';
import { parameters } from './vector-sums.ts';
import { type CompiledFunction, compile, openMemory, pageBytes, type WasmMemory } from './wasm-module.ts';

export interface SumsKind {
  readonly precision: 'single' | 'double';
  readonly ownScales: boolean;
}

/** Memory in which kernel sums are computed. */
export interface ScratchMemory {
  /** A buffer of at least this many bytes. Growing invalidates earlier buffers. */
  buffer(bytes: number): ArrayBuffer;
  /** The compiled vector code for this memory, or `null` if the engine does not support it. */
  vectorFunction(kind: SumsKind): CompiledFunction | null;
}

/** The name of a kind in {@link vectorModules}. */
export function moduleName({ precision, ownScales }: SumsKind): keyof typeof vectorModules {
  return `${precision}${ownScales ? 'Own' : 'Shared'}`;
}

/** Returns `null` if the engine has no `atob`. The library is compiled without DOM and Node types. */
function fromBase64(text: string): Uint8Array | null {
  const { atob } = globalThis as unknown as { readonly atob?: (base64: string) => string };
  if (atob === undefined) return null;
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  // A callback per byte would take milliseconds in a program that has just started.
  for (let i = 0; i < bytes.length; i++) bytes[i] = decoded.charCodeAt(i);
  return bytes;
}

function scalarMemory(): ScratchMemory {
  let current = new ArrayBuffer(pageBytes);
  return {
    buffer: (bytes) => {
      if (bytes > current.byteLength) current = new ArrayBuffer(bytes * 2);
      return current;
    },
    vectorFunction: () => null,
  };
}

function vectorMemory(memory: WasmMemory): ScratchMemory {
  const compiled = new Map<string, CompiledFunction | null>();
  return {
    buffer: (bytes) => {
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil((missing + bytes) / pageBytes));
      return memory.buffer;
    },
    vectorFunction: (kind) => {
      const name = moduleName(kind);
      const known = compiled.get(name);
      if (known !== undefined) return known;
      const bytes = fromBase64(vectorModules[name]);
      const made = bytes === null ? null : compile(bytes, memory);
      compiled.set(name, made);
      return made;
    },
  };
}

let vectors: ScratchMemory | null = null;
let scalar: ScratchMemory | null = null;

/** The memory shared by all sums, which are never computed concurrently. */
export function scratchMemory(withVectors: boolean): ScratchMemory {
  const memory = withVectors && vectors === null ? openMemory() : null;
  if (memory !== null) vectors = vectorMemory(memory);
  if (withVectors && vectors !== null) return vectors;
  scalar ??= scalarMemory();
  return scalar;
}

export type Parameters = Readonly<Record<(typeof parameters)[number], number>>;

/** Calls the vector code with named parameters. */
export function callVector(run: CompiledFunction, values: Parameters): void {
  run(...parameters.map((name) => values[name]));
}
