import { cardinality, type Distribution, fromUnit, type IntDist, isSingle, nthInternal, toUnit } from '@asktell/core';
import { logNormalMass, normalCdf } from '@asktell/numerics';

/** Stepped ranges with more values than this are treated as continuous: a step is then far below any bandwidth. */
const maxSteps = 4096;
/** Logarithmic ints: so many of the smallest values get a cell of their own, the others share as many cells. */
const loneCells = 256;

/**
 * How a density sees one parameter. A value's *code* is its place in the unit interval on a `smooth` axis and the index of its
 * cell on the others; ranges of whole steps fill the interval from half a step below the lowest value to half a step above the
 * highest, on the logarithm where the range is logarithmic.
 */
export interface Axis {
  readonly kind: 'smooth' | 'steps' | 'log-steps' | 'choices';
  readonly dist: Distribution;
  /** Number of cells, 0 on a smooth axis. */
  readonly cells: number;
  /** `log-steps`: lower edges of the cells in the unit interval, and 1 at the end; else empty. */
  readonly edges: Float64Array;
  /** `log-steps`: the smallest value of each cell; else empty. */
  readonly starts: Float64Array;
  /** Log-probability of each cell under the prior; empty on a smooth axis. */
  readonly prior: Float64Array;
}

const none = new Float64Array(0);

/** The axis of a distribution, `null` when it has one value only and nothing is to be modelled. */
export function makeAxis(dist: Distribution): Axis | null {
  if (isSingle(dist)) return null;
  if (dist.kind === 'categorical') {
    const cells = dist.choices.length;
    return shaped('choices', dist, cells, new Float64Array(cells).fill(-Math.log(cells)));
  }
  const count = cardinality(dist);
  if (dist.kind === 'int' && dist.log) {
    const starts = logStarts(dist.low, dist.high);
    const edges = Float64Array.from(starts, (start) => clampUnit(logPlace(dist, start - 0.5)));
    const all = Float64Array.of(...edges, 1);
    return withPrior(shaped('log-steps', dist, starts.length, none, all, starts));
  }
  if (count > maxSteps) return shaped('smooth', dist, 0, none);
  return withPrior(shaped('steps', dist, count, none));
}

/** All axes are made here: objects of one shape, which the compiler can rely on from one study to the next. */
function shaped(
  kind: Axis['kind'],
  dist: Distribution,
  cells: number,
  prior: Float64Array,
  edges: Float64Array = none,
  starts: Float64Array = none,
): Axis {
  return { kind, dist, cells, edges, starts, prior };
}

function withPrior(axis: Axis): Axis {
  const { kind, dist, cells, edges, starts } = axis;
  return shaped(kind, dist, cells, priorOf(axis), edges, starts);
}

/** Code of an internal value of the axis. Values beyond the range count as its end. */
export function encode(axis: Axis, x: number): number {
  const { dist } = axis;
  if (axis.kind === 'smooth') return toUnit(dist, x);
  if (dist.kind === 'categorical') return x;
  if (axis.kind === 'steps') {
    const cell = Math.round((x - dist.low) / (dist.step as number));
    return Math.min(Math.max(cell, 0), axis.cells - 1);
  }
  const lone = x - dist.low;
  if (lone < Math.min(loneCells, axis.cells)) return Math.max(lone, 0);
  const { starts } = axis;
  let low = 0;
  let high = axis.cells - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether a code stands for one value, as those of numbers and of cells of one step do; long logarithmic ranges have wider cells. */
export function isOneValue({ kind, dist, cells, starts }: Axis, code: number): boolean {
  if (kind !== 'log-steps') return true;
  const end = code + 1 < cells ? (starts[code + 1] as number) : (dist as IntDist).high + 1;
  return end - (starts[code] as number) === 1;
}

/** Internal value at a place in the unit interval, a member of the distribution. Not for choices. */
export function valueAt(axis: Axis, place: number): number {
  if (axis.kind !== 'steps') return fromUnit(axis.dist, place);
  return nthInternal(axis.dist, Math.min(Math.floor(place * axis.cells), axis.cells - 1));
}

/** Place of a code in the unit interval: where a kernel sits. Not for choices. */
export function placeOf(axis: Axis, code: number): number {
  if (axis.kind === 'smooth') return code;
  if (axis.kind === 'steps') return (code + 0.5) / axis.cells;
  const { starts, edges } = axis;
  const isLone = code + 1 < axis.cells ? (starts[code + 1] as number) - (starts[code] as number) === 1 : true;
  if (isLone) return toUnit(axis.dist, starts[code] as number);
  return ((edges[code] as number) + (edges[code + 1] as number)) / 2;
}

/** Lower edge of a cell in the unit interval; `cells` gives the upper end. */
export function edgeOf(axis: Axis, cell: number): number {
  return axis.kind === 'steps' ? cell / axis.cells : (axis.edges[cell] as number);
}

/**
 * Bandwidth of a kernel at a code: on a stepped axis not less than `stepFloor` times the width of its cell, or the kernel would
 * never reach the neighbouring values.
 */
export function widened(axis: Axis, code: number, sigma: number, stepFloor: number): number {
  if (axis.kind === 'smooth') return sigma;
  return Math.min(Math.max(sigma, stepFloor * (edgeOf(axis, code + 1) - edgeOf(axis, code))), 1);
}

/** Log-probability of a cell under a normal distribution that is not truncated; mean and deviation in unit coordinates. */
export function logCellMass(axis: Axis, cell: number, mean: number, sigma: number): number {
  return logNormalMass((edgeOf(axis, cell) - mean) / sigma, (edgeOf(axis, cell + 1) - mean) / sigma);
}

/** Log-mass that a normal distribution has inside the unit interval, in which its mean lies. */
export function logUnitMass(mean: number, sigma: number): number {
  const low = mean / sigma;
  const high = (1 - mean) / sigma;
  // Beyond, the tails are less than half a unit in the last place of 1.
  return low > 8.3 && high > 8.3 ? 0 : Math.log(normalCdf(high) - normalCdf(-low));
}

/** The prior: a normal distribution in the middle of the interval, as wide as the interval. */
export const priorMean = 0.5;
export const priorSigma = 1;
export const logPriorMass: number = logUnitMass(priorMean, priorSigma);
/** ln √(2π). */
export const logSqrtTwoPi = 0.9189385332046728;

/** Log-density of the prior at a code. */
export function logPrior(axis: Axis, code: number): number {
  if (axis.kind !== 'smooth') return axis.prior[code] as number;
  return -((code - priorMean) ** 2) / 2 - logSqrtTwoPi - logPriorMass;
}

function priorOf(axis: Axis): Float64Array {
  const prior = new Float64Array(axis.cells);
  for (let cell = 0; cell < axis.cells; cell++)
    prior[cell] = logCellMass(axis, cell, priorMean, priorSigma) - logPriorMass;
  return prior;
}

function logPlace(dist: { readonly low: number; readonly high: number }, x: number): number {
  const low = Math.log(dist.low - 0.5);
  return (Math.log(x) - low) / (Math.log(dist.high + 0.5) - low);
}

function clampUnit(u: number): number {
  return Math.min(Math.max(u, 0), 1);
}

/** Smallest value of each cell: one cell a value at first, then about as many cells again, equally wide on the logarithm. */
function logStarts(low: number, high: number): Float64Array {
  const count = high - low + 1;
  const lone = Math.min(count, count <= 2 * loneCells ? count : loneCells);
  const starts = Array.from({ length: lone }, (_, i) => low + i);
  if (lone < count) {
    const first = low + lone;
    const ratio = (high + 1) / first;
    let last = first - 1;
    for (let k = 0; k < loneCells; k++) {
      const start = Math.max(Math.round(first * ratio ** (k / loneCells)), last + 1);
      if (start > high) break;
      starts.push(start);
      last = start;
    }
  }
  return Float64Array.from(starts);
}
