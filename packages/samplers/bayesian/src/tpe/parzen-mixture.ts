import type { Rng } from '@asktell/core';
import { KernelSums, normalCdf, normalQuantile } from '@asktell/numerics';
import {
  type Axis,
  encode,
  logCellMass,
  logPrior,
  logSqrtTwoPi,
  placeOf,
  priorMean,
  priorSigma,
  valueAt,
  widened,
} from './axis.ts';
import { neighbourSigmas } from './bandwidth.ts';
import { KernelAxes } from './kernel-axes.ts';

/** Cell masses are remembered while there are at most so many of them on an axis. */
const rememberedMasses = 1 << 17;

/** Scratch of whichever mixture is asked. */
const sums = new KernelSums({ precision: 'double', ownScales: true });
let alone = new Float64Array(0);

export interface MixtureOptions {
  /** Least bandwidth in units of the range. */
  readonly floor: number;
  /** Least bandwidth on stepped axes in units of the step, 0 by default. */
  readonly stepFloor?: number;
  readonly priorWeight: number;
  /** Weights of the observations, all 1 by default. */
  readonly weights?: Float64Array;
}

/**
 * A Parzen estimator whose kernels have bandwidths of their own: a mixture over observations of products over axes of truncated
 * normals (their mass in a cell on stepped axes) and smoothed choices, and a prior kernel, the last one. Densities are per unit
 * of the transformed, unit-scaled parameters.
 * Source: Bergstra et al. 2011, §4; the joint form and its details are those of Optuna 5.0.
 */
export class ParzenMixture {
  readonly #axes: readonly Axis[];
  /** Observations; the prior is kernel number `#m`. */
  readonly #m: number;
  readonly #kernelAxes: KernelAxes;
  /** All by kernel, then axis. */
  readonly #codes: Float64Array;
  readonly #mean: Float64Array;
  readonly #sigma: Float64Array;
  readonly #cdfLow: Float64Array;
  readonly #cdfMass: Float64Array;
  /** By smooth axis, then kernel: the means, and what differences to them are multiplied with. */
  readonly #centres: Float64Array;
  readonly #scales: Float64Array;
  /** By kernel: everything that does not depend on where the density is asked for. */
  readonly #constant: Float64Array;
  readonly #weights: Float64Array;
  readonly #total: number;
  readonly #cumulative: Float64Array;
  /** By axis: log-probability of the kernel's own choice and of each other one, and of the own one, plain. */
  readonly #hit: Float64Array;
  readonly #miss: Float64Array;
  readonly #own: Float64Array;
  /** By axis: log-masses by kernel, then cell, NaN = not computed yet. */
  readonly #masses: readonly (Float64Array | null)[];

  /** @param codes observations, one after the other, a code for each axis */
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
      (kind === 'steps' || kind === 'log-steps') && (m + 1) * cells <= rememberedMasses
        ? new Float64Array((m + 1) * cells).fill(Number.NaN)
        : null,
    );
    const places = new Float64Array(m);
    const sigmas = new Float64Array(m);
    const order = new Int32Array(m);
    for (let j = 0; j < d; j++) {
      const axis = axes[j] as Axis;
      if (axis.kind === 'choices') {
        this.#setChoices(j, axis.cells, priorWeight);
        continue;
      }
      for (let i = 0; i < m; i++) places[i] = placeOf(axis, codes[i * d + j] as number);
      neighbourSigmas(places, floor, order, sigmas);
      for (let i = 0; i < m; i++) {
        this.#mean[i * d + j] = places[i] as number;
        this.#sigma[i * d + j] = widened(axis, codes[i * d + j] as number, sigmas[i] as number, stepFloor);
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
    // With no observation the prior is all there is, whatever its weight.
    if (m > 0) this.#weights[m] = priorWeight;
    this.#total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    this.#cumulative = cumulated(this.#weights, this.#total);
  }

  #setChoices(j: number, cells: number, priorWeight: number): void {
    // Each other choice gets the prior's weight shared among the kernels.
    const share = priorWeight / (this.#m + 1);
    const total = 1 + cells * share;
    this.#own[j] = (1 + share) / total;
    this.#hit[j] = Math.log((1 + share) / total);
    this.#miss[j] = Math.log(share / total);
    this.#constant[this.#m] = (this.#constant[this.#m] as number) - Math.log(cells);
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
      // The mean lies in the interval, so the difference loses no digits.
      const norm = Math.log(high - low) + (density ? Math.log(sigma) + logSqrtTwoPi : 0);
      this.#constant[i] = (this.#constant[i] as number) - norm;
    }
  }

  /**
   * One point of the mixture: its codes, and its places in the unit interval on all but choice axes. Takes one number for the
   * kernel and one for each axis from the stream.
   */
  draw(rng: Rng, codes: Float64Array, places: Float64Array, offset: number): void {
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
      const place = Math.min(Math.max(raw, 0), 1);
      places[offset + j] = place;
      codes[offset + j] = axis.kind === 'smooth' ? place : codeAt(axis, place);
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
   * Natural logarithms of the density at points, given by their codes one after the other. Terms below 1e-11 of the largest
   * are left out.
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
    if (alone.length !== count) alone = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    sums.logSums(m + 1, alone, out);
    const logTotal = Math.log(this.#total);
    for (let c = 0; c < count; c++) out[c] = (out[c] as number) - logTotal;
  }

  /** Log-probability of a cell under kernel `i`; the prior's share of the choices is in its constant. */
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

/** Sums of the first weights as shares of the total. */
function cumulated(weights: Float64Array, total: number): Float64Array {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum / total;
  });
}

/** Code of a place on a stepped axis. */
export function codeAt(axis: Axis, place: number): number {
  if (axis.kind === 'steps') return Math.min(Math.floor(place * axis.cells), axis.cells - 1);
  return encode(axis, valueAt(axis, place));
}

/** Log-density of the prior alone at a point. */
export function logPriorDensity(axes: readonly Axis[], codes: Float64Array, offset: number): number {
  let sum = 0;
  for (let j = 0; j < axes.length; j++) sum += logPrior(axes[j] as Axis, codes[offset + j] as number);
  return sum;
}
