import { doubleExponential, singleExponential } from './exponential.ts';
import { parameters, vectorSums } from './vector-sums.ts';
import { doubles, singles } from './wasm-code.ts';
import { type CompiledFunction, compile, openMemory, pageBytes, type WasmMemory } from './wasm-module.ts';

export interface SumsKind {
  readonly precision: 'single' | 'double';
  readonly ownScales: boolean;
}

/** The memory that all sums are made in, and the vector arithmetic that works on it, where there is one. */
export interface Workshop {
  /** A buffer of at least so many bytes. Earlier ones are lost when it has to grow. */
  buffer(bytes: number): ArrayBuffer;
  vectorFunction(kind: SumsKind): CompiledFunction | null;
}

function plainWorkshop(): Workshop {
  let held = new ArrayBuffer(pageBytes);
  return {
    buffer: (bytes) => {
      if (bytes > held.byteLength) held = new ArrayBuffer(bytes * 2);
      return held;
    },
    vectorFunction: () => null,
  };
}

function vectorWorkshop(memory: WasmMemory): Workshop {
  const compiled = new Map<string, CompiledFunction | null>();
  return {
    buffer: (bytes) => {
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil((missing + bytes) / pageBytes));
      return memory.buffer;
    },
    vectorFunction: ({ precision, ownScales }) => {
      const name = `${precision} ${ownScales}`;
      const known = compiled.get(name);
      if (known !== undefined) return known;
      const [lanes, exponential] =
        precision === 'single' ? ([singles, singleExponential] as const) : ([doubles, doubleExponential] as const);
      const made = compile(vectorSums(lanes, exponential, ownScales), memory);
      compiled.set(name, made);
      return made;
    },
  };
}

let vectors: Workshop | null = null;
let plain: Workshop | null = null;

/** One for all: sums are made one after the other. */
export function workshop(withVectors: boolean): Workshop {
  const memory = withVectors && vectors === null ? openMemory() : null;
  if (memory !== null) vectors = vectorWorkshop(memory);
  if (withVectors && vectors !== null) return vectors;
  plain ??= plainWorkshop();
  return plain;
}

export type Parameters = Readonly<Record<(typeof parameters)[number], number>>;

/** Calls the function with its parameters by name. */
export function callVector(run: CompiledFunction, values: Parameters): void {
  run(...parameters.map((name) => values[name]));
}
