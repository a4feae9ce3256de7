import { type KernelProblem, KernelSums } from '@asktell/numerics';
import { log } from '@asktell/numerics/elementary';
import { type Axis, flooredBandwidth, logSqrtTwoPi, logUnitMass, positionOf, priorMean } from './axis.ts';
import { grownCapacity, KernelAxes, spreadColumns } from './kernel-axes.ts';
import { MassTables } from './mass-tables.ts';

/**
 * Kernels of one common bandwidth in flat arrays, used for the bad density. The exponent of a kernel on a smooth axis is a squared
 * distance in coordinates scaled by 1/(σ√2). On other axes it is looked up by the cell of the kernel in a table row for the cell
 * of the candidate. Normalisers are cached per kernel. Sums use single precision, which is enough to rank candidates.
 */
export class FloorKernels {
  readonly #axes: readonly Axis[];
  readonly #kernelAxes: KernelAxes;
  /** Positions on the smooth axes, by axis, then kernel. */
  #positions: Float64Array;
  /** The same positions relative to the middle of the interval and scaled. */
  #scaled: Float32Array;
  /** Cells on the other axes, by axis, then kernel. */
  #cells: Int32Array;
  /** -Σ ln Z, by kernel. */
  #norms: Float32Array;
  #capacity: number;
  #sigma = Number.NaN;
  readonly #stepFloor: number;
  #tables: MassTables;
  readonly #sums = new KernelSums({ precision: 'single', ownScales: false });
  #extraTerms = new Float64Array(0);

  /** @param stepFloor minimum bandwidth on stepped axes, in units of the step */
  constructor(axes: readonly Axis[], stepFloor: number = 0) {
    this.#axes = axes;
    this.#stepFloor = stepFloor;
    this.#kernelAxes = new KernelAxes(axes);
    this.#capacity = 0;
    this.#positions = new Float64Array(0);
    this.#scaled = new Float32Array(0);
    this.#cells = new Int32Array(0);
    this.#norms = new Float32Array(0);
    this.#tables = new MassTables(
      this.#kernelAxes.celled.map((j) => axes[j] as Axis),
      Number.NaN,
      stepFloor,
    );
  }

  clone(): FloorKernels {
    const copy = new FloorKernels(this.#axes, this.#stepFloor);
    copy.#capacity = this.#capacity;
    copy.#positions = this.#positions.slice();
    copy.#scaled = this.#scaled.slice();
    copy.#cells = this.#cells.slice();
    copy.#norms = this.#norms.slice();
    copy.#sigma = this.#sigma;
    // Shared: the tables depend only on σ, except for the choice entries, which every sum sets first.
    copy.#tables = this.#tables;
    return copy;
  }

  /** Sets the common bandwidth and updates the normalisers of the first `size` kernels if it changed. */
  setFloor(sigma: number, size: number): void {
    if (sigma === this.#sigma) return;
    this.#sigma = sigma;
    this.#tables = new MassTables(
      this.#kernelAxes.celled.map((j) => this.#axes[j] as Axis),
      sigma,
      this.#stepFloor,
    );
    for (let i = 0; i < size; i++) this.#normalise(i);
  }

  /** Stores a kernel under index `i`. */
  put(i: number, codes: Float64Array, offset = 0): void {
    if (i >= this.#capacity) this.#grow(i + 1);
    const smooth = this.#kernelAxes.smooth;
    const celled = this.#kernelAxes.celled;
    const stride = this.#capacity;
    for (let k = 0; k < smooth.length; k++)
      this.#positions[k * stride + i] = codes[offset + (smooth[k] as number)] as number;
    for (let k = 0; k < celled.length; k++)
      this.#cells[k * stride + i] = codes[offset + (celled[k] as number)] as number;
    if (!Number.isNaN(this.#sigma)) this.#normalise(i);
  }

  #normalise(i: number): void {
    const sigma = this.#sigma;
    const scale = Math.SQRT1_2 / sigma;
    const stride = this.#capacity;
    let norm = 0;
    for (let k = 0; k < this.#kernelAxes.smooth.length; k++) {
      const position = this.#positions[k * stride + i] as number;
      this.#scaled[k * stride + i] = (position - priorMean) * scale;
      norm -= logUnitMass(position, sigma);
    }
    const celled = this.#kernelAxes.celled;
    for (let k = 0; k < celled.length; k++) {
      const axis = this.#axes[celled[k] as number] as Axis;
      if (axis.kind === 'choices') continue;
      const cell = this.#cells[k * stride + i] as number;
      norm -= logUnitMass(positionOf(axis, cell), flooredBandwidth(axis, cell, sigma, this.#stepFloor));
    }
    this.#norms[i] = norm;
  }

  #grow(needed: number): void {
    const old = this.#capacity;
    const capacity = grownCapacity(needed, old);
    const [ds, dt] = [this.#kernelAxes.smooth.length, this.#kernelAxes.celled.length];
    this.#positions = spreadColumns(this.#positions, new Float64Array(capacity * ds), ds, old, capacity);
    this.#scaled = spreadColumns(this.#scaled, new Float32Array(capacity * ds), ds, old, capacity);
    this.#cells = spreadColumns(this.#cells, new Int32Array(capacity * dt), dt, old, capacity);
    this.#norms = spreadColumns(this.#norms, new Float32Array(capacity), 1, old, capacity);
    this.#capacity = capacity;
  }

  /**
   * Log-densities of the mixture of the kernels 0 … size - 1 and a prior.
   * @param weights one per kernel; kernels of weight 0 are left out
   * @param priors log-density of the prior at each point
   * @param priorWeight weight of the prior
   * @param codes points, row by row
   * @param out receives one log-density per point
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
    const { kernels, total } = this.#countKernels(size, weights, priorWeight);
    let constant = -this.#kernelAxes.smooth.length * (log(this.#sigma) + logSqrtTwoPi);
    constant += this.#tables.setChoices(priorWeight, kernels);
    const problem = this.#prepare(size, weights, codes, count);
    this.#kernelAxes.setCoordinates(problem, codes, priorMean, Math.SQRT1_2 / this.#sigma);
    // The sums leave out the constant that all kernels share.
    if (this.#extraTerms.length !== count) this.#extraTerms = new Float64Array(count);
    const shift = log(priorWeight) - constant;
    for (let c = 0; c < count; c++) this.#extraTerms[c] = (priors[c] as number) + shift;
    this.#sums.logSums(size, this.#extraTerms, out);
    const last = constant - log(total);
    for (let c = 0; c < count; c++) out[c] = (out[c] as number) + last;
  }

  #countKernels(size: number, weights: Float64Array, priorWeight: number): { kernels: number; total: number } {
    let kernels = 0;
    let total = priorWeight;
    for (let i = 0; i < size; i++) {
      total += weights[i] as number;
      if ((weights[i] as number) > 0) kernels++;
    }
    return { kernels, total };
  }

  #prepare(size: number, weights: Float64Array, codes: Float64Array, count: number): KernelProblem {
    const stride = this.#capacity;
    const problem = this.#kernelAxes.prepare(this.#sums, stride, codes, count, ({ rows }, k, cell, at) => {
      this.#tables.fill(k, cell, this.#cells.subarray(k * stride, k * stride + size), rows, at);
    });
    problem.centres.set(this.#scaled);
    problem.norms.set(this.#norms);
    problem.weights.set(weights);
    for (let i = 0; i < size; i++) if (weights[i] === 0) problem.norms[i] = Number.NEGATIVE_INFINITY;
    return problem;
  }
}
