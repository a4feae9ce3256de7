import { type KernelProblem, KernelSums } from '@asktell/numerics';
import { log } from '@asktell/numerics/elementary';
import { type Axis, flooredBandwidth, logSqrtTwoPi, logUnitMass, positionOf, priorMean } from './axis.ts';
import { grownCapacity, KernelAxes, spreadColumns } from './kernel-axes.ts';
import { MassRows } from './mass-rows.ts';
import { NeighbourGaps } from './neighbour-gaps.ts';

type Floats = Float32Array | Float64Array;

export interface NeighbourKernelsOptions {
  /** Minimum bandwidth on stepped axes, in units of the step. */
  readonly stepFloor: number;
  /** Single precision is enough to rank candidates. Double precision is for comparisons with other implementations. */
  readonly precision: 'single' | 'double';
}

/**
 * Kernels with individual bandwidths by the neighbour rule, used for the bad density. A new trial changes its own kernel and its
 * neighbours on every axis; only these are recomputed. The densities depend only on the set of active kernels, not on its history.
 *
 * A kernel is active while its weight is positive. Inactive kernels are not neighbours either.
 */
export class NeighbourKernels {
  readonly #axes: readonly Axis[];
  readonly #options: NeighbourKernelsOptions;
  readonly #kernelAxes: KernelAxes;
  /** Codes by axis, then kernel. */
  #codes: Float64Array;
  /** By axis; `null` for choices. */
  #gaps: readonly (NeighbourGaps | null)[];
  readonly #masses: readonly (MassRows | null)[];
  /** By axis, then kernel; NaN = not computed. */
  #sigmas: Float64Array;
  #logNorms: Float64Array;
  /** By smooth axis, then kernel. */
  #centres: Floats;
  #scales: Floats;
  /** By kernel; -Infinity = inactive. */
  #norms: Floats;
  /** By kernel; 1 = active. */
  #active: Uint8Array;
  /** All kernels from this index on are inactive. */
  #end = 0;
  #capacity = 0;
  #floor = Number.NaN;
  readonly #sums: KernelSums;
  #extraTerms = new Float64Array(0);
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
    this.#active = new Uint8Array(0);
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
    copy.#active = this.#active.slice();
    copy.#end = this.#end;
    copy.#capacity = this.#capacity;
    copy.#floor = this.#floor;
    return copy;
  }

  /** Stores a kernel under index `i`. It becomes active with its first positive weight. */
  put(i: number, codes: Float64Array, offset = 0): void {
    if (i >= this.#capacity) this.#grow(i + 1);
    if (this.#active[i] === 1) this.#deactivate(i);
    for (let j = 0; j < this.#axes.length; j++) this.#codes[j * this.#capacity + i] = codes[offset + j] as number;
  }

  #deactivate(i: number): void {
    this.#active[i] = 0;
    this.#norms[i] = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < this.#axes.length; j++) {
      this.#gaps[j]?.remove(i, this.#touched);
      this.#refresh(j);
    }
  }

  #activate(i: number): void {
    this.#active[i] = 1;
    for (let j = 0; j < this.#axes.length; j++) {
      const gaps = this.#gaps[j];
      if (gaps === null || gaps === undefined) continue;
      const at = j * this.#capacity + i;
      this.#sigmas[at] = Number.NaN;
      gaps.insert(i, positionOf(this.#axes[j] as Axis, this.#codes[at] as number), this.#touched);
      this.#refresh(j);
    }
    this.#setNorm(i);
  }

  /** Updates the bandwidths of the touched kernels on one axis. */
  #refresh(j: number): void {
    for (const i of this.#touched) this.#setSigma(j, i);
    this.#touched.length = 0;
  }

  #setSigma(j: number, i: number): void {
    const axis = this.#axes[j] as Axis;
    const gaps = this.#gaps[j] as NeighbourGaps;
    const at = j * this.#capacity + i;
    const clipped = Math.min(Math.max(gaps.gap(i), this.#floor), 1);
    const sigma = flooredBandwidth(axis, this.#codes[at] as number, clipped, this.#options.stepFloor);
    if (sigma === this.#sigmas[at]) return;
    this.#sigmas[at] = sigma;
    const position = gaps.position(i);
    const isSmooth = axis.kind === 'smooth';
    this.#logNorms[at] = logUnitMass(position, sigma) + (isSmooth ? log(sigma) + logSqrtTwoPi : 0);
    if (isSmooth) {
      const k = this.#kernelAxes.smooth.indexOf(j);
      this.#centres[k * this.#capacity + i] = position - priorMean;
      this.#scales[k * this.#capacity + i] = Math.SQRT1_2 / sigma;
    } else this.#masses[j]?.forget(i);
    if (this.#norms[i] !== Number.NEGATIVE_INFINITY) this.#setNorm(i);
  }

  /** Always sums over all axes in order, so that equal kernels have bit-identical norms. */
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
    this.#active = spread(this.#active, new Uint8Array(capacity), 1);
    for (const gaps of this.#gaps) gaps?.grow(capacity);
    this.#capacity = capacity;
  }

  /** Sets the minimum bandwidth. */
  setFloor(floor: number): void {
    if (floor === this.#floor) return;
    this.#floor = floor;
    for (let j = 0; j < this.#axes.length; j++) {
      if (this.#gaps[j] === null) continue;
      for (let i = 0; i < this.#end; i++) if (this.#active[i] === 1) this.#setSigma(j, i);
    }
  }

  /**
   * Log-densities of the mixture of the kernels 0 … size - 1 and a prior.
   * @param weights one per kernel; kernels of weight 0 are inactive
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
    const { kernels, total } = this.#updateActive(size, weights, priorWeight);
    const problem = this.#prepare(size, kernels, weights, priorWeight, codes, out.length);
    this.#kernelAxes.setCoordinates(problem, codes, priorMean, 1);
    if (this.#extraTerms.length !== out.length) this.#extraTerms = new Float64Array(out.length);
    const shift = log(priorWeight);
    for (let c = 0; c < out.length; c++) this.#extraTerms[c] = (priors[c] as number) + shift;
    this.#sums.logSums(size, this.#extraTerms, out);
    const last = log(total);
    for (let c = 0; c < out.length; c++) out[c] = (out[c] as number) - last;
  }

  /** Activates and deactivates kernels according to their weights. */
  #updateActive(size: number, weights: Float64Array, priorWeight: number): { kernels: number; total: number } {
    const active = this.#active;
    let kernels = 0;
    let total = priorWeight;
    for (let i = 0; i < size; i++) {
      const weight = weights[i] as number;
      if (weight > 0) {
        kernels++;
        total += weight;
        if (active[i] === 0) this.#activate(i);
      } else if (active[i] === 1) this.#deactivate(i);
    }
    for (let i = size; i < this.#end; i++) if (active[i] === 1) this.#deactivate(i);
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
      masses.fill(cell, size, this.#active, (i) => gaps.position(i), this.#sigmas, offset, rows, at);
      return;
    }
    // The weight of the prior is divided among all kernels. A kernel gives its share to every choice.
    const hit = log((1 + share) / (1 + axis.cells * share));
    const miss = log(share / (1 + axis.cells * share));
    for (let i = 0; i < size; i++) rows[at + i] = this.#codes[offset + i] === cell ? hit : miss;
  }
}
