import { callVector, type SumsKind, type Workshop, workshop } from './memory.ts';
import { plainSums } from './plain-sums.ts';
import { pointsAtOnce } from './vector-sums.ts';
import type { CompiledFunction } from './wasm-module.ts';

type Floats = Float32Array | Float64Array;

export interface KernelShape {
  /** Kernels there is room for. */
  readonly capacity: number;
  /** Axes along which a kernel is normal. */
  readonly axes: number;
  /** Factors of a kernel that are looked up. */
  readonly lookups: number;
  /** Rows of looked-up factors there is room for. */
  readonly rows: number;
  readonly points: number;
}

/**
 * What is to be summed: to be filled in, but for `sums`. Kernel `i` at point `c` has the exponent
 * `norms[i] - Σ_k ((centres[k·stride + i] - coordinates[c·axes + k]) · scales[k·stride + i])² + Σ_k rows[rowStarts[c·lookups + k] + i]`;
 * what is looked up must not be positive.
 */
export interface KernelProblem {
  /** Kernels there is room for. */
  readonly stride: number;
  readonly axes: number;
  readonly lookups: number;
  readonly points: number;
  /** Numbers in a vector: a point has so many maxima and sums. */
  readonly lanes: number;
  /** By axis, then kernel. */
  readonly centres: Floats;
  /** By axis, then kernel; `null` when all are 1. */
  readonly scales: Floats | null;
  /** By kernel; -Infinity = it does not count. */
  readonly norms: Floats;
  /** By kernel, positive. */
  readonly weights: Floats;
  /** By point, then axis. */
  readonly coordinates: Floats;
  /** By row, then kernel. */
  readonly rows: Floats;
  /** By point, then factor: where the row begins, a multiple of `stride`. */
  readonly rowStarts: Int32Array;
  /** By point, then lane. */
  readonly maxima: Floats;
  readonly sums: Floats;
}

interface Prepared {
  readonly problem: KernelProblem;
  readonly shape: KernelShape;
  readonly buffer: ArrayBuffer;
}

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
    const lengths = [
      points * lookups, // rowStarts
      points * lanes, // maxima
      points * lanes, // sums
      points * axes, // coordinates
      stride, // norms
      stride, // weights
      pointsAtOnce * stride, // exponents, of the vector arithmetic only
      axes * stride, // centres
      this.#options.ownScales ? axes * stride : 0, // scales
      shape.rows * stride, // rows
    ];
    const offsets: number[] = [];
    let bytes = 0;
    for (const length of lengths) {
      offsets.push(bytes);
      bytes += roundUp(length * size, 16);
    }
    const buffer = this.#tools.workshop.buffer(bytes);
    const Kind = isSingle ? Float32Array : Float64Array;
    const floats = (which: number): Floats => new Kind(buffer, offsets[which], lengths[which]);
    const problem: KernelProblem = {
      stride,
      axes,
      lookups,
      points: shape.points,
      lanes,
      rowStarts: new Int32Array(buffer, offsets[0], lengths[0]),
      maxima: floats(1),
      sums: floats(2),
      coordinates: floats(3),
      norms: floats(4),
      weights: floats(5),
      centres: floats(7),
      scales: this.#options.ownScales ? floats(8) : null,
      rows: floats(9),
    };
    this.#made = { problem, shape, buffer };
    return problem;
  }

  /**
   * Natural logarithms of the sums over the first `kernels` kernels of the problem that was prepared last, each with one more
   * term, whose exponent is given.
   * @param others one for each point, -Infinity = no further term
   * @param out receives one logarithm for each point
   */
  logSums(kernels: number, others: Float64Array, out: Float64Array): void {
    const { problem, shape } = this.#made as Prepared;
    const { lanes, maxima, sums } = problem;
    for (let c = 0; c < shape.points; c++) maxima.fill(others[c] as number, c * lanes, (c + 1) * lanes);
    const { run } = this.#tools;
    if (run === null) plainSums(problem, kernels, this.#options.precision);
    else this.#runVectors(run, problem, kernels);
    for (let c = 0; c < shape.points; c++) {
      const max = maxima[c * lanes] as number;
      let sum = sums[c * lanes] as number;
      for (let lane = 1; lane < lanes; lane++) sum += sums[c * lanes + lane] as number;
      const other = others[c] as number;
      out[c] = max + Math.log(sum + (other === Number.NEGATIVE_INFINITY ? 0 : Math.exp(other - max)));
    }
  }

  #runVectors(run: CompiledFunction, problem: KernelProblem, kernels: number): void {
    const { stride, axes, lookups, points, lanes, norms, rowStarts, maxima, sums, coordinates } = problem;
    const size = norms.BYTES_PER_ELEMENT;
    // Lanes beyond the last kernel weigh nothing; whatever their exponents are, they are not the largest.
    const end = roundUp(kernels, lanes);
    norms.fill(Number.NEGATIVE_INFINITY, kernels, end);
    // Nor does anybody look at the points beyond the last one.
    rowStarts.fill(0, points * lookups);
    callVector(run, {
      kernelBytes: end * size,
      axes,
      lookups,
      points,
      strideBytes: stride * size,
      centres: problem.centres.byteOffset,
      scales: problem.scales?.byteOffset ?? 0,
      norms: norms.byteOffset,
      weights: problem.weights.byteOffset,
      rows: problem.rows.byteOffset,
      coordinates: coordinates.byteOffset,
      rowStarts: rowStarts.byteOffset,
      exponents: problem.weights.byteOffset + roundUp(problem.weights.byteLength, 16),
      maxima: maxima.byteOffset,
      sums: sums.byteOffset,
    });
  }
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
