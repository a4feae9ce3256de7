import {
  cardinality,
  type Distribution,
  fromUnit,
  type IntDist,
  isLogScaled,
  isSingle,
  nthInternal,
  toUnit,
} from '@asktell/core';
import { logNormalMass, normalCdf } from '@asktell/numerics';
import { log, pow } from '@asktell/numerics/elementary';

/** Stepped ranges with more values than this are treated as continuous, because a step is far below any bandwidth. */
const maxSteps = 4096;
/** Logarithmic integer ranges: this many of the smallest values get one cell each. Larger values share equally many cells. */
const singleValueCells = 256;

/**
 * One parameter as a density models it. The *code* of a value is its position in the unit interval on a `smooth` axis, and its
 * cell index on other axes. The unit interval of a stepped range extends from half a step below the lowest value to half a step
 * above the highest value. Logarithmic ranges are mapped on the log scale. Choices that are numbers are steps in ascending order.
 */
export interface Axis {
  readonly kind: 'smooth' | 'steps' | 'log-steps' | 'choices';
  readonly dist: Distribution;
  /** Number of cells; 0 on a smooth axis. */
  readonly cells: number;
  /** `log-steps`: lower edges of the cells in the unit interval, followed by 1. Empty on other axes. */
  readonly edges: Float64Array;
  /** `log-steps`: the smallest value of each cell. Empty on other axes. */
  readonly starts: Float64Array;
  /** Log-probability of each cell under the prior. Empty on a smooth axis. */
  readonly prior: Float64Array;
  /** Choices as steps: the index of the choice of each cell, and the cell of each choice. Empty on other axes. */
  readonly choiceOf: Int32Array;
  readonly cellOf: Int32Array;
}

const empty = new Float64Array(0);
const noCells = new Int32Array(0);

/**
 * The axis of a distribution, or `null` for a distribution with a single value, which needs no model.
 * @param ordered whether choices that are numbers are steps. Default: `true`
 */
export function makeAxis(dist: Distribution, ordered: boolean = true): Axis | null {
  if (isSingle(dist)) return null;
  if (dist.kind === 'categorical') {
    const cells = dist.choices.length;
    const choiceOf = ordered ? ascending(dist.choices) : null;
    if (choiceOf !== null) return withPrior(createAxis('steps', dist, cells, empty, empty, empty, choiceOf));
    return createAxis('choices', dist, cells, new Float64Array(cells).fill(-log(cells)));
  }
  const count = cardinality(dist);
  if (dist.kind === 'int' && isLogScaled(dist)) {
    const starts = logStarts(dist.low, dist.high);
    const edges = Float64Array.from(starts, (start) => clampUnit(logPosition(dist, start - 0.5)));
    const all = Float64Array.of(...edges, 1);
    return withPrior(createAxis('log-steps', dist, starts.length, empty, all, starts));
  }
  if (count > maxSteps) return createAxis('smooth', dist, 0, empty);
  return withPrior(createAxis('steps', dist, count, empty));
}

/** Creates every axis, so that all axes have one hidden class and compiled code stays valid across studies. */
function createAxis(
  kind: Axis['kind'],
  dist: Distribution,
  cells: number,
  prior: Float64Array,
  edges: Float64Array = empty,
  starts: Float64Array = empty,
  choiceOf: Int32Array = noCells,
): Axis {
  const cellOf = choiceOf.length === 0 ? noCells : new Int32Array(choiceOf.length);
  choiceOf.forEach((choice, cell) => {
    cellOf[choice] = cell;
  });
  return { kind, dist, cells, edges, starts, prior, choiceOf, cellOf };
}

function withPrior(axis: Axis): Axis {
  const { kind, dist, cells, edges, starts, choiceOf } = axis;
  return createAxis(kind, dist, cells, priorOf(axis), edges, starts, choiceOf);
}

/** Indexes of choices in ascending order, if they are at least three finite numbers; else `null`. */
function ascending(choices: readonly unknown[]): Int32Array | null {
  if (choices.length < 3 || !choices.every((choice) => typeof choice === 'number' && Number.isFinite(choice)))
    return null;
  return Int32Array.from(choices.keys()).sort((a, b) => (choices[a] as number) - (choices[b] as number));
}

/** Code of an internal value. Values outside the range are clamped to it. */
export function encode(axis: Axis, x: number): number {
  const { dist } = axis;
  if (axis.kind === 'smooth') return toUnit(dist, x);
  if (dist.kind === 'categorical') return axis.kind === 'steps' ? (axis.cellOf[x] as number) : x;
  if (axis.kind === 'steps') {
    const cell = Math.round((x - dist.low) / (dist.step as number));
    return Math.min(Math.max(cell, 0), axis.cells - 1);
  }
  const lone = x - dist.low;
  if (lone < Math.min(singleValueCells, axis.cells)) return Math.max(lone, 0);
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

/** Whether a code represents a single value. Long logarithmic ranges have cells that contain several values. */
export function isOneValue({ kind, dist, cells, starts }: Axis, code: number): boolean {
  if (kind !== 'log-steps') return true;
  const end = code + 1 < cells ? (starts[code + 1] as number) : (dist as IntDist).high + 1;
  return end - (starts[code] as number) === 1;
}

/** Internal value at a position in the unit interval, always a member of the distribution. Not for choices. */
export function valueAt(axis: Axis, position: number): number {
  if (axis.kind !== 'steps') return fromUnit(axis.dist, position);
  const cell = Math.min(Math.floor(position * axis.cells), axis.cells - 1);
  return axis.dist.kind === 'categorical' ? (axis.choiceOf[cell] as number) : nthInternal(axis.dist, cell);
}

/** Position of a code in the unit interval, the centre of its kernel. Not for choices. */
export function positionOf(axis: Axis, code: number): number {
  if (axis.kind === 'smooth') return code;
  if (axis.kind === 'steps') return (code + 0.5) / axis.cells;
  const { starts, edges } = axis;
  const isLone = code + 1 < axis.cells ? (starts[code + 1] as number) - (starts[code] as number) === 1 : true;
  if (isLone) return toUnit(axis.dist, starts[code] as number);
  return ((edges[code] as number) + (edges[code + 1] as number)) / 2;
}

/** Lower edge of a cell in the unit interval. `edgeOf(axis, axis.cells)` is 1. */
export function edgeOf(axis: Axis, cell: number): number {
  return axis.kind === 'steps' ? cell / axis.cells : (axis.edges[cell] as number);
}

/**
 * Bandwidth of a kernel at a code. On a stepped axis it is at least `stepFloor` times the width of the cell; a narrower kernel
 * would not reach the neighbouring values.
 */
export function flooredBandwidth(axis: Axis, code: number, sigma: number, stepFloor: number): number {
  if (axis.kind === 'smooth') return sigma;
  return Math.min(Math.max(sigma, stepFloor * (edgeOf(axis, code + 1) - edgeOf(axis, code))), 1);
}

/** Log-probability of a cell under an untruncated normal distribution with mean and standard deviation in unit coordinates. */
export function logCellMass(axis: Axis, cell: number, mean: number, sigma: number): number {
  return logNormalMass((edgeOf(axis, cell) - mean) / sigma, (edgeOf(axis, cell + 1) - mean) / sigma);
}

/** Log-mass of a normal distribution inside the unit interval. The mean must lie in the interval. */
export function logUnitMass(mean: number, sigma: number): number {
  const low = mean / sigma;
  const high = (1 - mean) / sigma;
  // The tails are below half a unit in the last position of 1.
  return low > 8.3 && high > 8.3 ? 0 : log(normalCdf(high) - normalCdf(-low));
}

/** The prior is a normal distribution centred in the unit interval, with the width of the interval as standard deviation. */
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

function logPosition(dist: { readonly low: number; readonly high: number }, x: number): number {
  const low = log(dist.low - 0.5);
  return (log(x) - low) / (log(dist.high + 0.5) - low);
}

function clampUnit(u: number): number {
  return Math.min(Math.max(u, 0), 1);
}

/** Smallest value of each cell: one cell per value first, then about as many cells of equal width on the log scale. */
function logStarts(low: number, high: number): Float64Array {
  const count = high - low + 1;
  const lone = Math.min(count, count <= 2 * singleValueCells ? count : singleValueCells);
  const starts = Array.from({ length: lone }, (_, i) => low + i);
  if (lone < count) {
    const first = low + lone;
    const ratio = (high + 1) / first;
    let last = first - 1;
    for (let k = 0; k < singleValueCells; k++) {
      const start = Math.max(Math.round(first * pow(ratio, k / singleValueCells)), last + 1);
      if (start > high) break;
      starts.push(start);
      last = start;
    }
  }
  return Float64Array.from(starts);
}
