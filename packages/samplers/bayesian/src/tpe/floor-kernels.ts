import { type KernelProblem, KernelSums } from '@asktell/numerics';
import { type Axis, logSqrtTwoPi, logUnitMass, placeOf, priorMean, widened } from './axis.ts';
import { MassTables } from './mass-tables.ts';
import { fillRows, sharedCells } from './shared-cells.ts';

/**
 * Kernels that all have the same bandwidth, in flat arrays: the bad density of long runs, which has to be summed for every candidate of
 * every ask. On smooth axes a kernel's exponent is a squared distance in coordinates scaled by 1/(σ√2); on all others it is
 * looked up by the kernel's cell in a table row that belongs to the candidate's cell. Normalisers are kept per kernel. Single
 * precision is enough to rank candidates.
 */
export class FloorKernels {
  readonly #axes: readonly Axis[];
  readonly #smooth: readonly number[];
  readonly #celled: readonly number[];
  /** By axis, then kernel: places (smooth), the same from the middle of the interval and scaled, and cells (all others). */
  #places: Float64Array;
  #scaled: Float32Array;
  #cells: Int32Array;
  /** -Σ ln Z by kernel. */
  #norms: Float32Array;
  #capacity: number;
  #sigma = Number.NaN;
  readonly #stepFloor: number;
  #tables: MassTables;
  readonly #sums = new KernelSums({ precision: 'single', ownScales: false });
  /** Most rows that a sum has needed. */
  #rows = 0;
  #others = new Float64Array(0);

  /** @param stepFloor least bandwidth on stepped axes, in units of the step */
  constructor(axes: readonly Axis[], stepFloor: number = 0) {
    this.#axes = axes;
    this.#stepFloor = stepFloor;
    this.#smooth = axes.flatMap(({ kind }, j) => (kind === 'smooth' ? [j] : []));
    this.#celled = axes.flatMap(({ kind }, j) => (kind === 'smooth' ? [] : [j]));
    this.#capacity = 0;
    this.#places = new Float64Array(0);
    this.#scaled = new Float32Array(0);
    this.#cells = new Int32Array(0);
    this.#norms = new Float32Array(0);
    this.#tables = new MassTables(
      this.#celled.map((j) => axes[j] as Axis),
      Number.NaN,
      stepFloor,
    );
  }

  clone(): FloorKernels {
    const copy = new FloorKernels(this.#axes, this.#stepFloor);
    copy.#capacity = this.#capacity;
    copy.#places = this.#places.slice();
    copy.#scaled = this.#scaled.slice();
    copy.#cells = this.#cells.slice();
    copy.#norms = this.#norms.slice();
    copy.#sigma = this.#sigma;
    copy.#tables = this.#tables; // depends on σ only, but for what every sum sets anew
    return copy;
  }

  /** Sets the common bandwidth; the first `size` kernels get new normalisers if it changed. */
  setFloor(sigma: number, size: number): void {
    if (sigma === this.#sigma) return;
    this.#sigma = sigma;
    this.#tables = new MassTables(
      this.#celled.map((j) => this.#axes[j] as Axis),
      sigma,
      this.#stepFloor,
    );
    for (let i = 0; i < size; i++) this.#normalise(i);
  }

  /** Puts a kernel at position `i`. */
  put(i: number, codes: Float64Array, offset = 0): void {
    if (i >= this.#capacity) this.#grow(i + 1);
    const smooth = this.#smooth;
    const celled = this.#celled;
    const stride = this.#capacity;
    for (let k = 0; k < smooth.length; k++)
      this.#places[k * stride + i] = codes[offset + (smooth[k] as number)] as number;
    for (let k = 0; k < celled.length; k++)
      this.#cells[k * stride + i] = codes[offset + (celled[k] as number)] as number;
    if (!Number.isNaN(this.#sigma)) this.#normalise(i);
  }

  #normalise(i: number): void {
    const sigma = this.#sigma;
    const scale = Math.SQRT1_2 / sigma;
    const stride = this.#capacity;
    let norm = 0;
    for (let k = 0; k < this.#smooth.length; k++) {
      const place = this.#places[k * stride + i] as number;
      this.#scaled[k * stride + i] = (place - priorMean) * scale;
      norm -= logUnitMass(place, sigma);
    }
    const celled = this.#celled;
    for (let k = 0; k < celled.length; k++) {
      const axis = this.#axes[celled[k] as number] as Axis;
      if (axis.kind === 'choices') continue;
      const cell = this.#cells[k * stride + i] as number;
      norm -= logUnitMass(placeOf(axis, cell), widened(axis, cell, sigma, this.#stepFloor));
    }
    this.#norms[i] = norm;
  }

  #grow(needed: number): void {
    const old = this.#capacity;
    const capacity = Math.ceil(Math.max(needed, old * 1.5, 32) / 4) * 4;
    const spread = <T extends Float64Array | Float32Array | Int32Array>(from: T, to: T, width: number): T => {
      for (let k = 0; k < width; k++) to.set(from.subarray(k * old, (k + 1) * old), k * capacity);
      return to;
    };
    const [ds, dt] = [this.#smooth.length, this.#celled.length];
    this.#places = spread(this.#places, new Float64Array(capacity * ds), ds);
    this.#scaled = spread(this.#scaled, new Float32Array(capacity * ds), ds);
    this.#cells = spread(this.#cells, new Int32Array(capacity * dt), dt);
    this.#norms = spread(this.#norms, new Float32Array(capacity), 1);
    this.#capacity = capacity;
  }

  /**
   * Log-densities of the mixture of kernels 0 … size-1 and of a prior.
   * @param weights of the kernels; those with weight 0 do not count
   * @param priors log-density of the prior at each point; the prior's weight is `priorWeight`
   * @param codes points, one after the other
   * @param out receives one log-density for each point
   */
  logDensities(
    size: number,
    weights: Float64Array,
    priors: Float64Array,
    priorWeight: number,
    codes: Float64Array,
    out: Float64Array,
  ): void {
    const count = out.length;
    const { kernels, total } = this.#counted(size, weights, priorWeight);
    let constant = -this.#smooth.length * (Math.log(this.#sigma) + logSqrtTwoPi);
    constant += this.#tables.setChoices(priorWeight, kernels);
    const problem = this.#prepared(size, weights, codes, count);
    this.#setPoints(problem, codes, count);
    // Sums are relative to the constant that all kernels share.
    if (this.#others.length !== count) this.#others = new Float64Array(count);
    const shift = Math.log(priorWeight) - constant;
    for (let c = 0; c < count; c++) this.#others[c] = (priors[c] as number) + shift;
    this.#sums.logSums(size, this.#others, out);
    const last = constant - Math.log(total);
    for (let c = 0; c < count; c++) out[c] = (out[c] as number) + last;
  }

  #counted(size: number, weights: Float64Array, priorWeight: number): { kernels: number; total: number } {
    let kernels = 0;
    let total = priorWeight;
    for (let i = 0; i < size; i++) {
      total += weights[i] as number;
      if ((weights[i] as number) > 0) kernels++;
    }
    return { kernels, total };
  }

  #prepared(size: number, weights: Float64Array, codes: Float64Array, count: number): KernelProblem {
    const celled = this.#celled;
    const d = this.#axes.length;
    const sharing = sharedCells(codes, d, celled, count);
    this.#rows = Math.max(this.#rows, sharing.rows);
    const stride = this.#capacity;
    const problem = this.#sums.prepare({
      capacity: stride,
      axes: this.#smooth.length,
      lookups: celled.length,
      rows: this.#rows,
      points: count,
    });
    problem.centres.set(this.#scaled);
    problem.norms.set(this.#norms);
    problem.weights.set(weights);
    for (let i = 0; i < size; i++) if (weights[i] === 0) problem.norms[i] = Number.NEGATIVE_INFINITY;
    fillRows(problem, sharing, codes, d, celled, (k, cell, at) => {
      this.#tables.fill(k, cell, this.#cells.subarray(k * stride, k * stride + size), problem.rows, at);
    });
    return problem;
  }

  #setPoints({ coordinates }: KernelProblem, codes: Float64Array, count: number): void {
    const scale = Math.SQRT1_2 / this.#sigma;
    const smooth = this.#smooth;
    const d = this.#axes.length;
    for (let c = 0; c < count; c++)
      for (let k = 0; k < smooth.length; k++)
        coordinates[c * smooth.length + k] = ((codes[c * d + (smooth[k] as number)] as number) - priorMean) * scale;
  }
}
