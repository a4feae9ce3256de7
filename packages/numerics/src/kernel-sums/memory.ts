import { doubleExponential, singleExponential } from './exponential.ts';
import { parameters, vectorSums } from './vector-sums.ts';
import { doubles, singles } from './wasm-code.ts';
import { instantiate, pageBytes, type WasmMemory } from './wasm-module.ts';

export type VectorFunction = (...values: number[]) => void;

/** The memory that all sums are made in, and the vector arithmetic that works on it, where there is one. */
export interface Workshop {
  /** A buffer of at least so many bytes. Earlier ones are lost when it has to grow. */
  readonly buffer: (bytes: number) => ArrayBuffer;
  readonly vector: ((precision: 'single' | 'double', ownScales: boolean) => VectorFunction) | null;
}

function plainWorkshop(): Workshop {
  let held = new ArrayBuffer(pageBytes);
  return {
    buffer: (bytes) => {
      if (bytes > held.byteLength) held = new ArrayBuffer(bytes * 2);
      return held;
    },
    vector: null,
  };
}

function vectorWorkshop(memory: WasmMemory, exports: Readonly<Record<string, unknown>>): Workshop {
  return {
    buffer: (bytes) => {
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil((missing + bytes) / pageBytes));
      return memory.buffer;
    },
    vector: (precision, ownScales) => exports[nameOf(precision, ownScales)] as VectorFunction,
  };
}

const nameOf = (precision: string, ownScales: boolean): string => `${precision}${ownScales ? 'Own' : 'Common'}`;

let shared: Workshop | null = null;
let plain: Workshop | null = null;

/** One for all: sums are made one after the other. */
export function workshop(withVectors: boolean): Workshop {
  if (!withVectors) {
    plain ??= plainWorkshop();
    return plain;
  }
  if (shared !== null) return shared;
  const made = instantiate(
    (['single', 'double'] as const).flatMap((precision) =>
      [true, false].map((ownScales) => {
        const [lanes, exponential] =
          precision === 'single' ? [singles, singleExponential] : [doubles, doubleExponential];
        return vectorSums(nameOf(precision, ownScales), lanes, exponential, ownScales);
      }),
    ),
  );
  shared = made === null ? workshop(false) : vectorWorkshop(made.memory, made.exports);
  return shared;
}

export type Parameters = Readonly<Record<(typeof parameters)[number], number>>;

/** Calls the function with its parameters by name. */
export function callVector(run: VectorFunction, values: Parameters): void {
  run(...parameters.map((name) => values[name]));
}
