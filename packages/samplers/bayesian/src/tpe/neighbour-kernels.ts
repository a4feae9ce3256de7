import { type KernelProblem, KernelSums } from '@asktell/numerics';
import { type Axis, logSqrtTwoPi, logUnitMass, placeOf, priorMean, widened } from './axis.ts';
import { grownCapacity, KernelAxes, spreadColumns } from './kernel-axes.ts';
import { MassRows } from './mass-rows.ts';
import { NeighbourGaps } from './neighbour-gaps.ts';

type Floats = Float32Array | Float64Array;

export interface NeighbourKernelsOptions {
  /** Least bandwidth on stepped axes, in units of the step. */
  readonly stepFloor: number;
  /** Single precision is enough to rank candidates, double to compare with others' densities. */
  readonly precision: 'single' | 'double';
}

/**
 * Kernels with bandwidths of their own, by the neighbour rule, for the bad density: what a trial changes (itself and its neighbours on every
 * axis) is computed anew, the rest is kept. The densities depend on the kernels that count, not on how they came to.
 */
export class NeighbourKernels {
  readonly #axes: readonly Axis[];
  readonly #options: NeighbourKernelsOptions;
  readonly #kernelAxes: KernelAxes;
  /** Codes by axis, then kernel. */
  #codes: Float64Array;
  /** By axis (none for choices). */
  #gaps: readonly (NeighbourGaps | null)[];
  readonly #masses: readonly (MassRows | null)[];
  /** By axis, then kernel; NaN = to be computed. */
  #sigmas: Float64Array;
  #logNorms: Float64Array;
  /** By smooth axis, then kernel. */
  #centres: Floats;
  #scales: Floats;
  /** By kernel; -Infinity = does not count. */
  #norms: Floats;
  #counts: Uint8Array;
  /** One more than the largest number of a kernel that counts. */
  #end = 0;
  #capacity = 0;
  #floor = Number.NaN;
  readonly #sums: KernelSums;
  #others = new Float64Array(0);
  readonly #touched: number[] = [];

  constructor(axes: readonly Axis[], options: NeighbourKernelsOptions) {
    this.#axes = axes;
    this.#options = options;
    this.#kernelAxes = new KernelAxes(axes);
    this.#gaps = axes.map(({ kind }) => (kind === 'choices' ? null : new NeighbourGaps()));
    this.#masses = axes.map((axis) => (axis.kind === 'steps' || axis.kind === 'log-steps' ? new MassRows(axis) : null));
    this.#codes = new Float64Array(0);
    this.#sigmas = new Float64Array(0);
    this.#logNorms = new Float64Array(0);
    this.#centres = this.#floats(0);
    this.#scales = this.#floats(0);
    this.#norms = this.#floats(0);
    this.#counts = new Uint8Array(0);
    this.#sums = new KernelSums({ precision: options.precision, ownScales: true });
  }

  #floats(length: number): Floats {
    return this.#options.precision === 'single' ? new Float32Array(length) : new Float64Array(length);
  }

  clone(): NeighbourKernels {
    const copy = new NeighbourKernels(this.#axes, this.#options);
    copy.#gaps = this.#gaps.map((gaps) => gaps?.clone() ?? null);
    copy.#codes = this.#codes.slice();
    copy.#sigmas = this.#sigmas.slice();
    copy.#logNorms = this.#logNorms.slice();
    copy.#centres = this.#centres.slice();
    copy.#scales = this.#scales.slice();
    copy.#norms = this.#norms.slice();
    copy.#counts = this.#counts.slice();
    copy.#end = this.#end;
    copy.#capacity = this.#capacity;
    copy.#floor = this.#floor;
    return copy;
  }

  /** Puts a kernel at position `i`, where it counts once it has a weight. */
  put(i: number, codes: Float64Array, offset = 0): void {
    if (i >= this.#capacity) this.#grow(i + 1);
    if (this.#counts[i] === 1) this.#leave(i);
    for (let j = 0; j < this.#axes.length; j++) this.#codes[j * this.#capacity + i] = codes[offset + j] as number;
  }

  #leave(i: number): void {
    this.#counts[i] = 0;
    this.#norms[i] = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < this.#axes.length; j++) {
      this.#gaps[j]?.remove(i, this.#touched);
      this.#refresh(j);
    }
  }

  #enter(i: number): void {
    this.#counts[i] = 1;
    for (let j = 0; j < this.#axes.length; j++) {
      const gaps = this.#gaps[j];
      if (gaps === null || gaps === undefined) continue;
      const at = j * this.#capacity + i;
      this.#sigmas[at] = Number.NaN;
      gaps.insert(i, placeOf(this.#axes[j] as Axis, this.#codes[at] as number), this.#touched);
      this.#refresh(j);
    }
    this.#setNorm(i);
  }

  /** Computes anew what has been touched on an axis. */
  #refresh(j: number): void {
    for (const i of this.#touched) this.#setSigma(j, i);
    this.#touched.length = 0;
  }

  #setSigma(j: number, i: number): void {
    const axis = this.#axes[j] as Axis;
    const gaps = this.#gaps[j] as NeighbourGaps;
    const at = j * this.#capacity + i;
    const clipped = Math.min(Math.max(gaps.gap(i), this.#floor), 1);
    const sigma = widened(axis, this.#codes[at] as number, clipped, this.#options.stepFloor);
    if (sigma === this.#sigmas[at]) return;
    this.#sigmas[at] = sigma;
    const place = gaps.place(i);
    const isSmooth = axis.kind === 'smooth';
    this.#logNorms[at] = logUnitMass(place, sigma) + (isSmooth ? Math.log(sigma) + logSqrtTwoPi : 0);
    if (isSmooth) {
      const k = this.#kernelAxes.smooth.indexOf(j);
      this.#centres[k * this.#capacity + i] = place - priorMean;
      this.#scales[k * this.#capacity + i] = Math.SQRT1_2 / sigma;
    } else this.#masses[j]?.forget(i);
    if (this.#norms[i] !== Number.NEGATIVE_INFINITY) this.#setNorm(i);
  }

  /** Summed in the order of the axes, whatever has changed: the same kernels have the same bits. */
  #setNorm(i: number): void {
    let norm = 0;
    for (let j = 0; j < this.#axes.length; j++)
      if (this.#gaps[j] !== null) norm -= this.#logNorms[j * this.#capacity + i] as number;
    this.#norms[i] = norm;
  }

  #grow(needed: number): void {
    const old = this.#capacity;
    const capacity = grownCapacity(needed, old);
    const spread = <T extends Floats | Uint8Array>(from: T, to: T, columns: number): T =>
      spreadColumns(from, to, columns, old, capacity);
    const d = this.#axes.length;
    this.#codes = spread(this.#codes, new Float64Array(capacity * d), d);
    this.#sigmas = spread(this.#sigmas, new Float64Array(capacity * d), d);
    this.#logNorms = spread(this.#logNorms, new Float64Array(capacity * d), d);
    this.#centres = spread(
      this.#centres,
      this.#floats(capacity * this.#kernelAxes.smooth.length),
      this.#kernelAxes.smooth.length,
    );
    this.#scales = spread(
      this.#scales,
      this.#floats(capacity * this.#kernelAxes.smooth.length),
      this.#kernelAxes.smooth.length,
    );
    this.#norms = spread(this.#norms, this.#floats(capacity).fill(Number.NEGATIVE_INFINITY), 1);
    this.#counts = spread(this.#counts, new Uint8Array(capacity), 1);
    for (const gaps of this.#gaps) gaps?.grow(capacity);
    this.#capacity = capacity;
  }

  /** Sets the least bandwidth. */
  setFloor(floor: number): void {
    if (floor === this.#floor) return;
    this.#floor = floor;
    for (let j = 0; j < this.#axes.length; j++) {
      if (this.#gaps[j] === null) continue;
      for (let i = 0; i < this.#end; i++) if (this.#counts[i] === 1) this.#setSigma(j, i);
    }
  }

  /**
   * Log-densities of the mixture of kernels 0 … size-1 and of a prior.
   * @param weights of the kernels; those with weight 0 do not count, neither as kernels nor as neighbours
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
    const { kernels, total } = this.#count(size, weights, priorWeight);
    const problem = this.#prepare(size, kernels, weights, priorWeight, codes, out.length);
    this.#kernelAxes.setCoordinates(problem, codes, priorMean, 1);
    if (this.#others.length !== out.length) this.#others = new Float64Array(out.length);
    const shift = Math.log(priorWeight);
    for (let c = 0; c < out.length; c++) this.#others[c] = (priors[c] as number) + shift;
    this.#sums.logSums(size, this.#others, out);
    const last = Math.log(total);
    for (let c = 0; c < out.length; c++) out[c] = (out[c] as number) - last;
  }

  /** Lets kernels come and go as their weights say. */
  #count(size: number, weights: Float64Array, priorWeight: number): { kernels: number; total: number } {
    const counts = this.#counts;
    let kernels = 0;
    let total = priorWeight;
    for (let i = 0; i < size; i++) {
      const weight = weights[i] as number;
      if (weight > 0) {
        kernels++;
        total += weight;
        if (counts[i] === 0) this.#enter(i);
      } else if (counts[i] === 1) this.#leave(i);
    }
    for (let i = size; i < this.#end; i++) if (counts[i] === 1) this.#leave(i);
    this.#end = size;
    return { kernels, total };
  }

  #prepare(
    size: number,
    kernels: number,
    weights: Float64Array,
    priorWeight: number,
    codes: Float64Array,
    count: number,
  ): KernelProblem {
    const { celled } = this.#kernelAxes;
    const share = priorWeight / (kernels + 1);
    const problem = this.#kernelAxes.prepare(this.#sums, this.#capacity, codes, count, ({ rows }, k, cell, at) => {
      this.#fillRow(celled[k] as number, cell, size, share, rows, at);
    });
    problem.centres.set(this.#centres);
    problem.scales?.set(this.#scales);
    problem.norms.set(this.#norms);
    problem.weights.set(weights);
    return problem;
  }

  #fillRow(j: number, cell: number, size: number, share: number, rows: Floats, at: number): void {
    const axis = this.#axes[j] as Axis;
    const masses = this.#masses[j];
    const offset = j * this.#capacity;
    if (masses !== null && masses !== undefined) {
      const gaps = this.#gaps[j] as NeighbourGaps;
      masses.fill(cell, size, this.#counts, (i) => gaps.place(i), this.#sigmas, offset, rows, at);
      return;
    }
    // A kernel gives each other choice the prior's weight shared among all kernels.
    const hit = Math.log((1 + share) / (1 + axis.cells * share));
    const miss = Math.log(share / (1 + axis.cells * share));
    for (let i = 0; i < size; i++) rows[at + i] = this.#codes[offset + i] === cell ? hit : miss;
  }
}
