import type { Rng } from '@asktell/core';
import { normalCdf, normalQuantile } from '@asktell/numerics';
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
import { expOfMinus, negligible } from './exp-table.ts';

/** Cell masses are remembered while there are at most so many of them on an axis. */
const rememberedMasses = 1 << 17;

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
  readonly #smooth: readonly number[];
  readonly #stepped: readonly number[];
  readonly #choices: readonly number[];
  /** All by kernel, then axis. */
  readonly #codes: Float64Array;
  readonly #mean: Float64Array;
  readonly #sigma: Float64Array;
  readonly #scale: Float64Array;
  readonly #cdfLow: Float64Array;
  readonly #cdfMass: Float64Array;
  /** By kernel: everything that does not depend on where the density is asked for, its weight included. */
  readonly #constant: Float64Array;
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
    const of = (...kinds: Axis['kind'][]) => axes.flatMap(({ kind }, j) => (kinds.includes(kind) ? [j] : []));
    this.#smooth = of('smooth');
    this.#stepped = of('steps', 'log-steps');
    this.#choices = of('choices');
    const size = (m + 1) * d;
    this.#mean = new Float64Array(size).fill(priorMean);
    this.#sigma = new Float64Array(size).fill(priorSigma);
    this.#scale = new Float64Array(size);
    this.#cdfLow = new Float64Array(size);
    this.#cdfMass = new Float64Array(size);
    this.#constant = new Float64Array(m + 1);
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
    this.#cumulative = this.#setWeights(weights, priorWeight);
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
      this.#scale[at] = Math.SQRT1_2 / sigma;
      // The mean lies in the interval, so the difference loses no digits.
      const norm = Math.log(high - low) + (density ? Math.log(sigma) + logSqrtTwoPi : 0);
      this.#constant[i] = (this.#constant[i] as number) - norm;
    }
  }

  /** Adds the log-weights to the constants and returns the cumulative weights. */
  #setWeights(weights: Float64Array | undefined, priorWeight: number): Float64Array {
    const m = this.#m;
    const cumulative = new Float64Array(m + 1);
    let sum = 0;
    for (let i = 0; i <= m; i++) {
      // With no observation the prior is all there is, whatever its weight.
      const weight = i < m ? ((weights?.[i] ?? 1) as number) : m === 0 ? 1 : priorWeight;
      sum += weight;
      cumulative[i] = sum;
      this.#constant[i] = (this.#constant[i] as number) + Math.log(weight);
    }
    const logSum = Math.log(sum);
    for (let i = 0; i <= m; i++) {
      cumulative[i] = (cumulative[i] as number) / sum;
      this.#constant[i] = (this.#constant[i] as number) - logSum;
    }
    return cumulative;
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
    const d = this.#axes.length;
    const m = this.#m;
    const smooth = this.#smooth;
    const stepped = this.#stepped;
    const choices = this.#choices;
    const mean = this.#mean;
    const scale = this.#scale;
    const constant = this.#constant;
    const own = this.#codes;
    const hit = this.#hit;
    const miss = this.#miss;
    for (let c = 0; c < out.length; c++) {
      const offset = c * d;
      let max = Number.NEGATIVE_INFINITY;
      let sum = 0;
      for (let i = 0; i <= m; i++) {
        let e = constant[i] as number;
        const at = i * d;
        // Whatever is added is negative: a kernel can be left as soon as it is hopeless.
        for (let k = 0; k < smooth.length && e > max - negligible; k++) {
          const j = smooth[k] as number;
          const z = ((codes[offset + j] as number) - (mean[at + j] as number)) * (scale[at + j] as number);
          e -= z * z;
        }
        for (let k = 0; k < stepped.length && e > max - negligible; k++) {
          const j = stepped[k] as number;
          e += this.#logMass(i, j, codes[offset + j] as number);
        }
        // The prior's share of the choices is in its constant.
        if (i < m) {
          for (let k = 0; k < choices.length; k++) {
            const j = choices[k] as number;
            e += (codes[offset + j] === own[at + j] ? hit[j] : miss[j]) as number;
          }
        }
        if (e > max) {
          sum = (e - max < negligible ? sum * expOfMinus(e - max) : 0) + 1;
          max = e;
        } else if (max - e < negligible) sum += expOfMinus(max - e);
      }
      out[c] = max + Math.log(sum);
    }
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
