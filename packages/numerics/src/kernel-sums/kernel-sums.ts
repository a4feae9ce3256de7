import type { Floats, KernelProblem, KernelShape } from './kernel-problem.ts';
import { callVector, type SumsKind, type Workshop, workshop } from './memory.ts';
import { plainSums } from './plain-sums.ts';
import { pointsAtOnce } from './vector-sums.ts';
import type { CompiledFunction } from './wasm-module.ts';

interface Prepared {
  readonly problem: KernelProblem;
  readonly shape: KernelShape;
  readonly buffer: ArrayBuffer;
  readonly layout: Layout;
}

/** Where the arrays of a problem lie in the memory: offsets in bytes, and lengths in numbers. */
interface Layout {
  readonly offsets: { readonly [name in ArrayName]: number };
  readonly lengths: { readonly [name in ArrayName]: number };
  readonly bytes: number;
}

/** In the order in which they lie in the memory. `exponents` is scratch of the vector arithmetic. */
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
 * `precision`: single precision is twice as fast and keeps about six digits of an exponent. `ownScales`: whether each kernel has
 * scales of its own.
 */
export interface KernelSumsOptions extends SumsKind {
  /** `false`: plain arithmetic even where there is vector arithmetic. The results are the same, bit by bit. */
  readonly vectors?: boolean;
}

/**
 * Weighted sums of exponentials of kernels, for several points at once: most of the time of a Parzen estimator. In vector arithmetic
 * (WebAssembly's 128 bits) where the engine has it, else in plain arithmetic, with the same results bit by bit.
 * @example
 * const sums = new KernelSums({ precision: 'double', ownScales: false });
 * const problem = sums.prepare({ capacity: 2, axes: 1, lookups: 0, rows: 0, points: 1 });
 * problem.centres.set([0, 3]); problem.weights.set([1, 1]); problem.norms.fill(0); problem.coordinates.set([1]);
 * sums.logSums(2, Float64Array.of(-Infinity), new Float64Array(1)); // [ln(e^-1 + e^-4)]
 */
export class KernelSums {
  readonly #options: KernelSumsOptions;
  #opened: { readonly workshop: Workshop; readonly run: CompiledFunction | null } | null = null;
  #made: Prepared | null = null;

  constructor(options: KernelSumsOptions) {
    this.#options = options;
  }

  /** At first need: to import the library compiles nothing. */
  get #tools(): { readonly workshop: Workshop; readonly run: CompiledFunction | null } {
    if (this.#opened === null) {
      const opened = workshop(this.#options.vectors ?? true);
      this.#opened = { workshop: opened, run: opened.vectorFunction(this.#options) };
    }
    return this.#opened;
  }

  /** Room for a problem, good until anybody prepares the next one. Its contents are arbitrary. */
  prepare(shape: KernelShape): KernelProblem {
    const known = this.#made;
    if (known !== null && isSame(known.shape, shape) && this.#tools.workshop.buffer(0) === known.buffer)
      return known.problem;
    const isSingle = this.#options.precision === 'single';
    const [size, lanes] = isSingle ? [4, 4] : [8, 2];
    const stride = roundUp(shape.capacity, lanes);
    // Vector arithmetic always does several points at once.
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
    const buffer = this.#tools.workshop.buffer(layout.bytes);
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
    this.#made = { problem, shape, buffer, layout };
    return problem;
  }

  /**
   * Natural logarithms of the sums over the first `kernels` kernels of the problem that was prepared last, each with one more
   * term, whose exponent is given.
   * @param others one for each point, -Infinity = no further term
   * @param out receives one logarithm for each point
   */
  logSums(kernels: number, others: Float64Array, out: Float64Array): void {
    const { problem, shape, layout } = this.#made as Prepared;
    const { lanes, maxima, sums } = problem;
    for (let c = 0; c < shape.points; c++) maxima.fill(others[c] as number, c * lanes, (c + 1) * lanes);
    const { run } = this.#tools;
    if (run === null) plainSums(problem, kernels, this.#options.precision);
    else this.#runVectors(run, problem, layout, kernels);
    for (let c = 0; c < shape.points; c++) {
      const max = maxima[c * lanes] as number;
      let sum = sums[c * lanes] as number;
      for (let lane = 1; lane < lanes; lane++) sum += sums[c * lanes + lane] as number;
      const other = others[c] as number;
      out[c] = max + Math.log(sum + (other === Number.NEGATIVE_INFINITY ? 0 : Math.exp(other - max)));
    }
  }

  #runVectors(run: CompiledFunction, problem: KernelProblem, { offsets }: Layout, kernels: number): void {
    const { stride, axes, lookups, points, lanes, norms, rowStarts } = problem;
    const size = norms.BYTES_PER_ELEMENT;
    // Lanes beyond the last kernel must not count, whatever their exponents are.
    const end = roundUp(kernels, lanes);
    norms.fill(Number.NEGATIVE_INFINITY, kernels, end);
    // Points beyond the last one are computed, too. Their results are not read.
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

function isSame(a: KernelShape, b: KernelShape): boolean {
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
