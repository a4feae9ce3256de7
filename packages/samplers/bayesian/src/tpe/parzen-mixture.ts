import type { Rng } from '@asktell/core';
import { KernelSums, normalCdf, normalQuantile } from '@asktell/numerics';
import { log } from '@asktell/numerics/elementary';
import {
  type Axis,
  encode,
  flooredBandwidth,
  logCellMass,
  logPrior,
  logSqrtTwoPi,
  positionOf,
  priorMean,
  priorSigma,
  valueAt,
} from './axis.ts';
import { neighbourSigmas } from './bandwidth.ts';
import { KernelAxes } from './kernel-axes.ts';

/** Cell masses of an axis are cached only if there are at most this many. */
const maxCachedMasses = 1 << 17;

/** Scratch memory of all mixtures. */
const sums = new KernelSums({ precision: 'double', ownScales: true });
/** Passed to the sums as the logarithm of an additional term that is 0. */
let noExtraTerm = new Float64Array(0);

export interface MixtureOptions {
  /** Minimum bandwidth in units of the range. */
  readonly floor: number;
  /** Minimum bandwidth on stepped axes, in units of the step. Default: 0. */
  readonly stepFloor?: number;
  readonly priorWeight: number;
  /** Weights of the observations. Default: all 1. */
  readonly weights?: Float64Array;
}

/**
 * A Parzen estimator whose kernels have individual bandwidths: a mixture with one kernel per observation and a prior as last
 * kernel. A kernel is a product over the axes. Its factors are truncated normals on smooth axes, the mass of a truncated normal in
 * a cell on stepped axes, and smoothed categorical distributions on choices. Densities refer to the transformed parameters in the
 * unit interval.
 * Source: Bergstra et al. 2011, §4; the joint form and its details are those of Optuna 5.0.
 */
export class ParzenMixture {
  readonly #axes: readonly Axis[];
  /** Number of observations. Kernel `#m` is the prior. */
  readonly #m: number;
  readonly #kernelAxes: KernelAxes;
  // The next five arrays are indexed by kernel, then axis.
  readonly #codes: Float64Array;
  readonly #mean: Float64Array;
  readonly #sigma: Float64Array;
  readonly #cdfLow: Float64Array;
  readonly #cdfMass: Float64Array;
  /** By smooth axis, then kernel: the means, and the factors of differences from them. */
  readonly #centres: Float64Array;
  readonly #scales: Float64Array;
  /** By kernel: the part of the log-density that does not depend on the point. */
  readonly #constant: Float64Array;
  readonly #weights: Float64Array;
  readonly #total: number;
  readonly #cumulative: Float64Array;
  /** By axis: log-probability of a kernel's own choice. */
  readonly #hit: Float64Array;
  /** By axis: log-probability of each other choice. */
  readonly #miss: Float64Array;
  /** By axis: probability of a kernel's own choice. */
  readonly #own: Float64Array;
  /** By axis: cached log-masses by kernel, then cell; NaN = not computed. `null` without a cache. */
  readonly #masses: readonly (Float64Array | null)[];

  /** @param codes observations, row by row, one code per axis */
  constructor(
    axes: readonly Axis[],
    codes: Float64Array,
    { floor, stepFloor = 0, priorWeight, weights }: MixtureOptions,
  ) {
    const d = axes.length;
    const m = codes.length / d;
    this.#axes = axes;
    this.#m = m;
    this.#codes = codes;
    this.#kernelAxes = new KernelAxes(axes);
    const { smooth } = this.#kernelAxes;
    const size = (m + 1) * d;
    this.#mean = new Float64Array(size).fill(priorMean);
    this.#sigma = new Float64Array(size).fill(priorSigma);
    this.#cdfLow = new Float64Array(size);
    this.#cdfMass = new Float64Array(size);
    this.#centres = new Float64Array(smooth.length * (m + 1));
    this.#scales = new Float64Array(smooth.length * (m + 1));
    this.#constant = new Float64Array(m + 1);
    this.#weights = new Float64Array(m + 1).fill(1);
    this.#hit = new Float64Array(d);
    this.#miss = new Float64Array(d);
    this.#own = new Float64Array(d);
    this.#masses = axes.map(({ kind, cells }) =>
      (kind === 'steps' || kind === 'log-steps') && (m + 1) * cells <= maxCachedMasses
        ? new Float64Array((m + 1) * cells).fill(Number.NaN)
        : null,
    );
    const positions = new Float64Array(m);
    const sigmas = new Float64Array(m);
    const order = new Int32Array(m);
    for (let j = 0; j < d; j++) {
      const axis = axes[j] as Axis;
      if (axis.kind === 'choices') {
        this.#setChoices(j, axis.cells, priorWeight);
        continue;
      }
      for (let i = 0; i < m; i++) positions[i] = positionOf(axis, codes[i * d + j] as number);
      neighbourSigmas(positions, floor, order, sigmas);
      for (let i = 0; i < m; i++) {
        this.#mean[i * d + j] = positions[i] as number;
        this.#sigma[i * d + j] = flooredBandwidth(axis, codes[i * d + j] as number, sigmas[i] as number, stepFloor);
      }
      this.#setNormalisers(j);
    }
    smooth.forEach((j, k) => {
      for (let i = 0; i <= m; i++) {
        this.#centres[k * (m + 1) + i] = this.#mean[i * d + j] as number;
        this.#scales[k * (m + 1) + i] = Math.SQRT1_2 / (this.#sigma[i * d + j] as number);
      }
    });
    if (weights !== undefined) this.#weights.set(weights);
    // Without observations the prior is the only kernel and has weight 1.
    if (m > 0) this.#weights[m] = priorWeight;
    this.#total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    this.#cumulative = cumulativeShares(this.#weights, this.#total);
  }

  #setChoices(j: number, cells: number, priorWeight: number): void {
    // The weight of the prior is divided among all kernels. A kernel gives its share to every choice.
    const share = priorWeight / (this.#m + 1);
    const total = 1 + cells * share;
    this.#own[j] = (1 + share) / total;
    this.#hit[j] = log((1 + share) / total);
    this.#miss[j] = log(share / total);
    this.#constant[this.#m] = (this.#constant[this.#m] as number) - log(cells);
  }

  #setNormalisers(j: number): void {
    const d = this.#axes.length;
    const density = (this.#axes[j] as Axis).kind === 'smooth';
    for (let i = 0; i <= this.#m; i++) {
      const at = i * d + j;
      const mean = this.#mean[at] as number;
      const sigma = this.#sigma[at] as number;
      const low = normalCdf((0 - mean) / sigma);
      const high = normalCdf((1 - mean) / sigma);
      this.#cdfLow[at] = low;
      this.#cdfMass[at] = high - low;
      // The mean lies in the interval, so the difference does not cancel.
      const norm = log(high - low) + (density ? log(sigma) + logSqrtTwoPi : 0);
      this.#constant[i] = (this.#constant[i] as number) - norm;
    }
  }

  /**
   * Draws one point of the mixture. Consumes one random number for the kernel and one per axis.
   * @param codes receives one code per axis, starting at index `offset`
   * @param positions receives the positions in the unit interval, except on choice axes
   */
  draw(rng: Rng, codes: Float64Array, positions: Float64Array, offset: number): void {
    const axes = this.#axes;
    const d = axes.length;
    const pick = rng.float();
    let i = 0;
    while (i < this.#m && pick >= (this.#cumulative[i] as number)) i++;
    for (let j = 0; j < d; j++) {
      const axis = axes[j] as Axis;
      const u = rng.float();
      if (axis.kind === 'choices') {
        codes[offset + j] = this.#drawChoice(i, j, axis.cells, u);
        continue;
      }
      const at = i * d + j;
      const p = (this.#cdfLow[at] as number) + u * (this.#cdfMass[at] as number);
      const raw = (this.#mean[at] as number) + (this.#sigma[at] as number) * normalQuantile(p);
      const position = Math.min(Math.max(raw, 0), 1);
      positions[offset + j] = position;
      codes[offset + j] = axis.kind === 'smooth' ? position : codeAt(axis, position);
    }
  }

  #drawChoice(i: number, j: number, cells: number, u: number): number {
    if (i === this.#m) return Math.min(Math.floor(u * cells), cells - 1);
    const own = this.#codes[i * this.#axes.length + j] as number;
    const chance = this.#own[j] as number;
    if (u < chance) return own;
    const other = Math.min(Math.floor(((u - chance) / (1 - chance)) * (cells - 1)), cells - 2);
    return other < own ? other : other + 1;
  }

  /**
   * Writes the log-density at points given by their codes, row by row. Terms below 1e-11 of the largest are left out.
   */
  logDensities(codes: Float64Array, out: Float64Array): void {
    const m = this.#m;
    const { smooth, celled } = this.#kernelAxes;
    const count = out.length;
    const problem = this.#kernelAxes.prepare(sums, m + 1, codes, count, ({ rows }, k, cell, at) => {
      for (let i = 0; i <= m; i++) rows[at + i] = this.#logFactor(i, celled[k] as number, cell);
    });
    this.#kernelAxes.setCoordinates(problem, codes, 0, 1);
    for (let k = 0; k < smooth.length; k++) {
      const [from, to] = [k * (m + 1), (k + 1) * (m + 1)];
      problem.centres.set(this.#centres.subarray(from, to), k * problem.stride);
      problem.scales?.set(this.#scales.subarray(from, to), k * problem.stride);
    }
    problem.norms.set(this.#constant);
    problem.weights.set(this.#weights);
    if (noExtraTerm.length !== count) noExtraTerm = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    sums.logSums(m + 1, noExtraTerm, out);
    const logTotal = log(this.#total);
    for (let c = 0; c < count; c++) out[c] = (out[c] as number) - logTotal;
  }

  /** Log-probability of a cell under kernel `i`. The choice probabilities of the prior are part of its constant. */
  #logFactor(i: number, j: number, cell: number): number {
    if ((this.#axes[j] as Axis).kind !== 'choices') return this.#logMass(i, j, cell);
    if (i === this.#m) return 0;
    return (this.#codes[i * this.#axes.length + j] === cell ? this.#hit[j] : this.#miss[j]) as number;
  }

  #logMass(i: number, j: number, cell: number): number {
    const axis = this.#axes[j] as Axis;
    const at = i * this.#axes.length + j;
    const masses = this.#masses[j] as Float64Array | null;
    if (masses === null) return logCellMass(axis, cell, this.#mean[at] as number, this.#sigma[at] as number);
    const index = i * axis.cells + cell;
    const known = masses[index] as number;
    if (!Number.isNaN(known)) return known;
    const mass = logCellMass(axis, cell, this.#mean[at] as number, this.#sigma[at] as number);
    masses[index] = mass;
    return mass;
  }
}

/** Cumulative sums of the weights, divided by the total. */
function cumulativeShares(weights: Float64Array, total: number): Float64Array {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum / total;
  });
}

/** Code of a position on a stepped axis. */
export function codeAt(axis: Axis, position: number): number {
  if (axis.kind === 'steps') return Math.min(Math.floor(position * axis.cells), axis.cells - 1);
  return encode(axis, valueAt(axis, position));
}

/** Log-density of the prior at a point. */
export function logPriorDensity(axes: readonly Axis[], codes: Float64Array, offset: number): number {
  let sum = 0;
  for (let j = 0; j < axes.length; j++) sum += logPrior(axes[j] as Axis, codes[offset + j] as number);
  return sum;
}
