import { exp } from '@asktell/numerics/elementary';
import { type Axis, edgeOf, flooredBandwidth, logCellMass, logUnitMass, positionOf } from './axis.ts';

/** Number of bins of a smooth axis. Bins are narrower than the minimum bandwidth, so kernels can be centred in their bins. */
const smoothBins = 512;
/** Kernels further away than this many bandwidths are left out. */
const cutoff = 6.5;

/**
 * Histogram of the observed values of one axis. Each bin (a cell on axes with cells) stores the number of its trials and the sum
 * of their ages. Weights are linear in age, so these two numbers give the weight of a bin for any current slope. The cost of a
 * density does not depend on the number of trials.
 */
export class AxisHistogram {
  readonly #axis: Axis;
  readonly #stepFloor: number;
  readonly #bins: number;
  readonly #counts: Float64Array;
  readonly #ages: Float64Array;
  readonly #scratch: Float64Array;
  /** Cached values that depend only on the bandwidth. */
  #shape: { readonly sigma: number; readonly mass: Float64Array; readonly table: Float64Array } | null = null;

  /** @param stepFloor minimum bandwidth on stepped axes, in units of the step */
  constructor(axis: Axis, stepFloor: number = 0, from?: AxisHistogram) {
    this.#axis = axis;
    this.#stepFloor = stepFloor;
    this.#bins = axis.kind === 'smooth' ? smoothBins : axis.cells;
    this.#counts = from === undefined ? new Float64Array(this.#bins) : from.#counts.slice();
    this.#ages = from === undefined ? new Float64Array(this.#bins) : from.#ages.slice();
    this.#scratch = new Float64Array(this.#bins);
    this.#shape = from === undefined ? null : from.#shape;
  }

  clone(): AxisHistogram {
    return new AxisHistogram(this.#axis, this.#stepFloor, this);
  }

  bin(code: number): number {
    return this.#axis.kind === 'smooth' ? Math.min(Math.floor(code * this.#bins), this.#bins - 1) : code;
  }

  add(age: number, code: number): void {
    const bin = this.bin(code);
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
    this.#ages[bin] = (this.#ages[bin] as number) + age;
  }

  /** The weight of each bin if a trial of age `a` weighs `base + slope * a`. The array is reused by the next call. */
  weights(base: number, slope: number): Float64Array {
    const out = this.#scratch;
    const counts = this.#counts;
    const ages = this.#ages;
    for (let b = 0; b < out.length; b++) out[b] = base * (counts[b] as number) + slope * (ages[b] as number);
    return out;
  }

  /**
   * Densities of the mixture with one kernel of bandwidth `sigma` per bin, not divided by the sum of the weights.
   * @param weights one per bin; overwritten
   * @param total sum of the weights
   * @param kernels number of trials, which determines the smoothing of choices
   * @param codes one per point
   * @param out receives one density per point
   */
  densities(
    weights: Float64Array,
    total: number,
    sigma: number,
    kernels: number,
    priorWeight: number,
    codes: Float64Array,
    out: Float64Array,
  ): void {
    const { kind, cells } = this.#axis;
    if (kind === 'choices') {
      const share = priorWeight / (kernels + 1);
      const smoothing = 1 + cells * share;
      for (let c = 0; c < out.length; c++)
        out[c] = ((weights[codes[c] as number] as number) + share * total) / smoothing;
      return;
    }
    const { mass, table } = this.#shapeFor(sigma);
    for (let b = 0; b < weights.length; b++) weights[b] = (weights[b] as number) / (mass[b] as number);
    for (let c = 0; c < out.length; c++) {
      const code = codes[c] as number;
      if (kind === 'smooth') {
        out[c] = smoothDensity(weights, sigma, code);
        continue;
      }
      const row = kind === 'log-steps' ? this.#massRow(table, sigma, code) : cells - 1 - code;
      let sum = 0;
      for (let a = 0; a < cells; a++) sum += (weights[a] as number) * (table[row + a] as number);
      out[c] = sum;
    }
  }

  /** Start of the row of a cell of a logarithmic axis. The row is filled on first use. */
  #massRow(table: Float64Array, sigma: number, cell: number): number {
    const axis = this.#axis;
    const row = cell * axis.cells;
    if (!Number.isNaN(table[row])) return row;
    for (let a = 0; a < axis.cells; a++)
      table[row + a] = exp(
        logCellMass(axis, cell, positionOf(axis, a), flooredBandwidth(axis, a, sigma, this.#stepFloor)),
      );
    return row;
  }

  #shapeFor(sigma: number): { readonly mass: Float64Array; readonly table: Float64Array } {
    if (this.#shape?.sigma === sigma) return this.#shape;
    const axis = this.#axis;
    const position = (b: number) => (axis.kind === 'smooth' ? (b + 0.5) / this.#bins : positionOf(axis, b));
    const mass = Float64Array.from({ length: this.#bins }, (_, b) =>
      exp(logUnitMass(position(b), flooredBandwidth(axis, b, sigma, this.#stepFloor))),
    );
    this.#shape = { sigma, mass, table: massTable(axis, flooredBandwidth(axis, 0, sigma, this.#stepFloor)) };
    return this.#shape;
  }
}

/**
 * Sum of equally spaced Gaussian kernels. The ratios of neighbouring terms form a geometric series, so the loops need no
 * exponentials.
 */
function smoothDensity(weights: Float64Array, sigma: number, at: number): number {
  const bins = weights.length;
  const step = 1 / bins / sigma;
  const nearest = Math.min(Math.floor(at * bins), bins - 1);
  const ratioDecay = exp(-step * step);
  const width = Math.ceil(cutoff / step);
  const z = ((nearest + 0.5) / bins - at) / sigma;
  const top = exp((-z * z) / 2);
  let sum = top * (weights[nearest] as number);
  const half = exp((-step * step) / 2);
  let term = top;
  let ratio = half * exp(-z * step);
  for (let b = nearest + 1, end = Math.min(nearest + width, bins - 1); b <= end; b++) {
    term *= ratio;
    ratio *= ratioDecay;
    sum += term * (weights[b] as number);
  }
  term = top;
  ratio = half * exp(z * step);
  for (let b = nearest - 1, end = Math.max(nearest - width, 0); b >= end; b--) {
    term *= ratio;
    ratio *= ratioDecay;
    sum += term * (weights[b] as number);
  }
  return (sum * 0.3989422804014327) / sigma;
}

/** Masses of cells under kernels of one bandwidth: indexed by cell difference for equal steps, else by row; NaN = not filled. */
function massTable(axis: Axis, sigma: number): Float64Array {
  const { kind, cells } = axis;
  if (kind === 'log-steps') return new Float64Array(cells * cells).fill(Number.NaN);
  if (kind !== 'steps') return new Float64Array(0);
  const table = new Float64Array(2 * cells - 1);
  for (let a = 0; a < cells; a++) {
    const mass = exp(logCellMass(axis, 0, (a + 0.5) * edgeOf(axis, 1), sigma));
    table[cells - 1 + a] = mass;
    table[cells - 1 - a] = mass;
  }
  return table;
}
