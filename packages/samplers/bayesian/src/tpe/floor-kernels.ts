import { type KernelProblem, KernelSums } from '@asktell/numerics';
import { type Axis, logSqrtTwoPi, logUnitMass, placeOf, priorMean, widened } from './axis.ts';
import { grownCapacity, KernelAxes, spreadColumns } from './kernel-axes.ts';
import { MassTables } from './mass-tables.ts';

/**
 * Kernels that all have the same bandwidth, in flat arrays: the bad density of long runs, which has to be summed for every candidate of
 * every ask. On smooth axes a kernel's exponent is a squared distance in coordinates scaled by 1/(σ√2); on all others it is
 * looked up by the kernel's cell in a table row that belongs to the candidate's cell. Normalisers are kept per kernel. Single
 * precision is enough to rank candidates.
 */
export class FloorKernels {
  readonly #axes: readonly Axis[];
  readonly #kernelAxes: KernelAxes;
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
  #others = new Float64Array(0);

  /** @param stepFloor least bandwidth on stepped axes, in units of the step */
  constructor(axes: readonly Axis[], stepFloor: number = 0) {
    this.#axes = axes;
    this.#stepFloor = stepFloor;
    this.#kernelAxes = new KernelAxes(axes);
    this.#capacity = 0;
    this.#places = new Float64Array(0);
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
      this.#kernelAxes.celled.map((j) => this.#axes[j] as Axis),
      sigma,
      this.#stepFloor,
    );
    for (let i = 0; i < size; i++) this.#normalise(i);
  }

  /** Puts a kernel at position `i`. */
  put(i: number, codes: Float64Array, offset = 0): void {
    if (i >= this.#capacity) this.#grow(i + 1);
    const smooth = this.#kernelAxes.smooth;
    const celled = this.#kernelAxes.celled;
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
    for (let k = 0; k < this.#kernelAxes.smooth.length; k++) {
      const place = this.#places[k * stride + i] as number;
      this.#scaled[k * stride + i] = (place - priorMean) * scale;
      norm -= logUnitMass(place, sigma);
    }
    const celled = this.#kernelAxes.celled;
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
    const capacity = grownCapacity(needed, old);
    const [ds, dt] = [this.#kernelAxes.smooth.length, this.#kernelAxes.celled.length];
    this.#places = spreadColumns(this.#places, new Float64Array(capacity * ds), ds, old, capacity);
    this.#scaled = spreadColumns(this.#scaled, new Float32Array(capacity * ds), ds, old, capacity);
    this.#cells = spreadColumns(this.#cells, new Int32Array(capacity * dt), dt, old, capacity);
    this.#norms = spreadColumns(this.#norms, new Float32Array(capacity), 1, old, capacity);
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
    let constant = -this.#kernelAxes.smooth.length * (Math.log(this.#sigma) + logSqrtTwoPi);
    constant += this.#tables.setChoices(priorWeight, kernels);
    const problem = this.#prepared(size, weights, codes, count);
    this.#kernelAxes.setCoordinates(problem, codes, priorMean, Math.SQRT1_2 / this.#sigma);
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
