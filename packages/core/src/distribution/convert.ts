import { AsktellError, show } from '../errors.ts';
import type { Distribution, Scalar } from './distribution.ts';
import { roundToStep } from './validate.ts';

/** The external value of an internal one: the number itself, or the choice with that index. */
export function toExternal(dist: Distribution, x: number): Scalar {
  return dist.kind === 'categorical' ? (dist.choices[x] as Scalar) : x;
}

/** The internal value of an external one, NaN when it is not a member of `dist`. */
export function toInternal(dist: Distribution, value: unknown): number {
  if (dist.kind === 'categorical') {
    const index = dist.choices.indexOf(value as Scalar);
    // `indexOf` does not find NaN, which can be a choice in a study of Optuna.
    return index >= 0 ? index : Number.isNaN(value) ? nanToIndex(dist.choices) : Number.NaN;
  }
  return typeof value === 'number' && containsInternal(dist, value) ? value + 0 : Number.NaN;
}

function nanToIndex(choices: readonly Scalar[]): number {
  const index = choices.findIndex((choice) => Number.isNaN(choice));
  return index < 0 ? Number.NaN : index;
}

/**
 * The largest distance from a grid point, in steps, that still counts as on the grid: Optuna's 1e-8 plus the rounding error
 * of `low + k * step`, which matters when the step is tiny compared with the numbers.
 */
function gridTolerance(x: number, low: number, step: number): number {
  return 1e-8 + (4 * Number.EPSILON * Math.max(Math.abs(x), Math.abs(low))) / step;
}

/** Whether an internal value is a member of `dist`. */
export function containsInternal(dist: Distribution, x: number): boolean {
  if (dist.kind === 'categorical') return Number.isInteger(x) && x >= 0 && x < dist.choices.length;
  if (dist.kind === 'int')
    return Number.isInteger(x) && x >= dist.low && x <= dist.high && (x - dist.low) % dist.step === 0;
  if (dist.step === null) return x >= dist.low && x <= dist.high;
  const tolerance = gridTolerance(x, dist.low, dist.step);
  const slack = dist.step * tolerance;
  const k = (x - dist.low) / dist.step;
  return x >= dist.low - slack && x <= dist.high + slack && Math.abs(k - Math.round(k)) <= tolerance;
}

/** Whether the external `value` is a member of `dist`. Choices are compared by identity: `1`, `'1'` and `true` differ. */
export function contains(dist: Distribution, value: unknown): boolean {
  return !Number.isNaN(toInternal(dist, value));
}

/**
 * The internal value of an external one.
 * @throws AsktellError `invalid-value` when `value` is not a member of `dist`
 */
export function requireInternal(dist: Distribution, name: string, value: unknown): number {
  const x = toInternal(dist, value);
  if (Number.isNaN(x)) {
    throw new AsktellError(
      'invalid-value',
      `Parameter ${show(name)} must be a value of ${describe(dist)}, not ${show(value)}.`,
    );
  }
  return x;
}

/** The number of values of `dist`, Infinity for a continuous range. */
export function cardinality(dist: Distribution): number {
  if (dist.kind === 'categorical') return dist.choices.length;
  if (dist.step === null) return dist.low === dist.high ? 1 : Number.POSITIVE_INFINITY;
  return Math.round((dist.high - dist.low) / dist.step) + 1;
}

/** The k-th internal value of a finite distribution, with k from 0 to cardinality - 1. */
export function nthInternal(dist: Distribution, k: number): number {
  if (dist.kind === 'categorical') return k;
  if (dist.step === null) return dist.low;
  if (dist.kind === 'int') return dist.low + k * dist.step;
  const x = roundToStep(dist.low + k * dist.step, dist.low, dist.step);
  return dist.high - x < dist.step / 2 ? dist.high : x;
}

/** Whether `dist` has only one value. */
export function isSingle(dist: Distribution): boolean {
  if (dist.kind === 'categorical') return dist.choices.length === 1;
  return dist.low === dist.high;
}

/** Prints a distribution as the call that creates it, such as `int(1, 9, { step: 2 })`. */
export function describe(dist: Distribution): string {
  if (dist.kind === 'categorical') return `categorical(${show(dist.choices)})`;
  const options = [
    dist.log ? 'log: true' : '',
    dist.step === null || (dist.kind === 'int' && dist.step === 1) ? '' : `step: ${dist.step}`,
  ];
  const tail = options.filter((text) => text !== '').join(', ');
  return `${dist.kind}(${dist.low}, ${dist.high}${tail === '' ? '' : `, { ${tail} }`})`;
}

function sameChoices(a: readonly Scalar[], b: readonly Scalar[]): boolean {
  return a.length === b.length && a.every((choice, i) => Object.is(choice, b[i]));
}

/** Whether two distributions are equal in every field. */
export function sameDistribution(a: Distribution, b: Distribution): boolean {
  if (a === b) return true;
  if (a.kind === 'categorical' || b.kind === 'categorical') return isCompatible(a, b);
  return isCompatible(a, b) && a.low === b.low && a.high === b.high && a.step === b.step;
}

/**
 * Whether trials of one study can use both distributions for the same parameter name. They must have the same kind, the same
 * log, and the same choices in the same order. Bounds and steps can differ. This is Optuna's rule, except that `1`, `'1'`
 * and `true` are different choices.
 */
export function isCompatible(a: Distribution, b: Distribution): boolean {
  if (a === b) return true;
  if (a.kind === 'categorical' || b.kind === 'categorical') {
    return a.kind === 'categorical' && b.kind === 'categorical' && sameChoices(a.choices, b.choices);
  }
  return a.kind === b.kind && a.log === b.log;
}
