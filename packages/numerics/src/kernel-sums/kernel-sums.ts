import { exp } from '../elementary/exp.ts';
import { log } from '../elementary/log.ts';
import type { Floats, KernelProblem, KernelShape } from './kernel-problem.ts';
import { scalarSums } from './scalar-sums.ts';
import { callVector, type ScratchMemory, type SumsKind, scratchMemory } from './scratch-memory.ts';
import { pointsAtOnce } from './vector-sums.ts';
import type { CompiledFunction } from './wasm-module.ts';

interface Prepared {
  readonly problem: KernelProblem;
  readonly shape: KernelShape;
  readonly buffer: ArrayBuffer;
  readonly layout: Layout;
}

/** Memory layout of the arrays of a problem. Offsets are in bytes, lengths in numbers. */
interface Layout {
  readonly offsets: { readonly [name in ArrayName]: number };
  readonly lengths: { readonly [name in ArrayName]: number };
  readonly bytes: number;
}

/** In memory order. `exponents` is scratch memory of the vector code. */
const arrayNames = [
  'rowStarts',
  'maxima',
  'sums',
  'coordinates',
  'norms',
  'weights',
  'exponents',
  'centres',
  'scales',
  'rows',
] as const;
type ArrayName = (typeof arrayNames)[number];

/**
 * Options of {@link KernelSums}. `precision`: single precision is twice as fast and has about six digits per exponent. `ownScales`:
 * whether each kernel has individual scales.
 */
export interface KernelSumsOptions extends SumsKind {
  /** `false` forces scalar arithmetic. The results are bit-identical. Default: `true`. */
  readonly vectors?: boolean;
}

/**
 * Weighted sums of exponentials of kernels at several points, the most expensive part of a Parzen estimator. Uses 128-bit vectors of
 * WebAssembly if the engine supports them, else scalar arithmetic. Both give bit-identical results.
 * @example
 * const sums = new KernelSums({ precision: 'double', ownScales: false });
 * const problem = sums.prepare({ capacity: 2, axes: 1, lookups: 0, rows: 0, points: 1 });
 * problem.centres.set([0, 3]); problem.weights.set([1, 1]); problem.norms.fill(0); problem.coordinates.set([1]);
 * sums.logSums(2, Float64Array.of(-Infinity), new Float64Array(1)); // [ln(e^-1 + e^-4)]
 */
export class KernelSums {
  readonly #options: KernelSumsOptions;
  #loaded: { readonly memory: ScratchMemory; readonly run: CompiledFunction | null } | null = null;
  #prepared: Prepared | null = null;

  constructor(options: KernelSumsOptions) {
    this.#options = options;
  }

  /** Loaded on first use, so that importing the library compiles nothing. */
  get #backend(): { readonly memory: ScratchMemory; readonly run: CompiledFunction | null } {
    if (this.#loaded === null) {
      const memory = scratchMemory(this.#options.vectors ?? true);
      this.#loaded = { memory, run: memory.vectorFunction(this.#options) };
    }
    return this.#loaded;
  }

  /**
   * Returns the arrays of a problem. Their contents are arbitrary. All instances share one memory, so the arrays are valid only until
   * any instance prepares another problem.
   */
  prepare(shape: KernelShape): KernelProblem {
    const known = this.#prepared;
    if (known !== null && sameShape(known.shape, shape) && this.#backend.memory.buffer(0) === known.buffer)
      return known.problem;
    const isSingle = this.#options.precision === 'single';
    const [size, lanes] = isSingle ? [4, 4] : [8, 2];
    const stride = roundUp(shape.capacity, lanes);
    // The vector code processes points in groups of this size.
    const points = roundUp(shape.points, pointsAtOnce);
    const { axes, lookups } = shape;
    const { ownScales } = this.#options;
    const layout = layoutOf(size, {
      rowStarts: points * lookups,
      maxima: points * lanes,
      sums: points * lanes,
      coordinates: points * axes,
      norms: stride,
      weights: stride,
      exponents: pointsAtOnce * stride,
      centres: axes * stride,
      scales: ownScales ? axes * stride : 0,
      rows: shape.rows * stride,
    });
    const { offsets, lengths } = layout;
    const buffer = this.#backend.memory.buffer(layout.bytes);
    const Kind = isSingle ? Float32Array : Float64Array;
    const floats = (name: ArrayName): Floats => new Kind(buffer, offsets[name], lengths[name]);
    const problem: KernelProblem = {
      stride,
      axes,
      lookups,
      points: shape.points,
      lanes,
      rowStarts: new Int32Array(buffer, offsets.rowStarts, lengths.rowStarts),
      maxima: floats('maxima'),
      sums: floats('sums'),
      coordinates: floats('coordinates'),
      norms: floats('norms'),
      weights: floats('weights'),
      centres: floats('centres'),
      scales: ownScales ? floats('scales') : null,
      rows: floats('rows'),
    };
    this.#prepared = { problem, shape, buffer, layout };
    return problem;
  }

  /**
   * Natural logarithms of the sums over the first `kernels` kernels of the last prepared problem, plus one additional term per point.
   * @param others exponents of the additional terms, one per point; -Infinity for none
   * @param out receives one logarithm per point
   */
  logSums(kernels: number, others: Float64Array, out: Float64Array): void {
    const { problem, shape, layout } = this.#prepared as Prepared;
    const { lanes, maxima, sums } = problem;
    for (let c = 0; c < shape.points; c++) maxima.fill(others[c] as number, c * lanes, (c + 1) * lanes);
    const { run } = this.#backend;
    if (run === null) scalarSums(problem, kernels, this.#options.precision);
    else this.#runVectors(run, problem, layout, kernels);
    for (let c = 0; c < shape.points; c++) {
      const max = maxima[c * lanes] as number;
      let sum = sums[c * lanes] as number;
      for (let lane = 1; lane < lanes; lane++) sum += sums[c * lanes + lane] as number;
      const other = others[c] as number;
      out[c] = max + log(sum + (other === Number.NEGATIVE_INFINITY ? 0 : exp(other - max)));
    }
  }

  #runVectors(run: CompiledFunction, problem: KernelProblem, { offsets }: Layout, kernels: number): void {
    const { stride, axes, lookups, points, lanes, norms, rowStarts } = problem;
    const size = norms.BYTES_PER_ELEMENT;
    // Lanes beyond the last kernel must not contribute.
    const end = roundUp(kernels, lanes);
    norms.fill(Number.NEGATIVE_INFINITY, kernels, end);
    // Points beyond the last one are computed as well, so they need valid row starts. Their results are not read.
    rowStarts.fill(0, points * lookups);
    callVector(run, { kernelBytes: end * size, axes, lookups, points, strideBytes: stride * size, ...offsets });
  }
}

function layoutOf(bytesEach: number, lengths: Layout['lengths']): Layout {
  const offsets: { [name in ArrayName]?: number } = {};
  let bytes = 0;
  for (const name of arrayNames) {
    offsets[name] = bytes;
    bytes += roundUp(lengths[name] * bytesEach, 16);
  }
  return { offsets: offsets as Layout['offsets'], lengths, bytes };
}

function sameShape(a: KernelShape, b: KernelShape): boolean {
  return (
    a.capacity === b.capacity &&
    a.axes === b.axes &&
    a.lookups === b.lookups &&
    a.rows === b.rows &&
    a.points === b.points
  );
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
