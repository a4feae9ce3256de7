import { AsktellError, show } from '@asktell/core';
import { hypot } from '@asktell/numerics/elementary';
import { mean, standardErrorOf } from '../moments.ts';

/** A value with its standard error. NaN: unknown. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
}

/**
 * A measurement on data that the search did not see: one number; one number per item (row, query, day), of which the mean
 * counts; or a value with its standard error.
 */
export type Measured =
  | number
  | ArrayLike<number>
  | {
      readonly value: number;
      /** Default: unknown. */
      readonly standardError?: number;
      /** How much better than a baseline, if the two were compared item by item. */
      readonly aboveBaseline?: Estimate;
    };

/** A measurement with everything that is known about it. */
export interface ReadMeasured extends Estimate {
  /** One number per item, if given. */
  readonly items: ArrayLike<number> | null;
  readonly aboveBaseline: Estimate | null;
}

/** @throws AsktellError `invalid-value` for a measurement that is not a finite number */
export function readMeasured(where: string, measured: Measured): ReadMeasured {
  const read = parse(measured);
  if (read === null || !Number.isFinite(read.value))
    throw new AsktellError(
      'invalid-value',
      `${where}: a measurement must be a finite number, a list of numbers or { value, standardError }, not ${show(measured)}.`,
    );
  return read;
}

function parse(measured: Measured): ReadMeasured | null {
  if (typeof measured === 'number')
    return { value: measured, standardError: Number.NaN, items: null, aboveBaseline: null };
  if (typeof measured !== 'object' || measured === null) return null;
  if ('length' in measured)
    return { value: mean(measured), standardError: standardErrorOf(measured), items: measured, aboveBaseline: null };
  const { value, standardError = Number.NaN, aboveBaseline = null } = measured;
  return { value, standardError, items: null, aboveBaseline };
}

/** How much better a measurement is than the baseline, item by item where both have the same items. */
export function above(measured: ReadMeasured, baseline: ReadMeasured | null, sign: 1 | -1): Estimate | null {
  if (measured.aboveBaseline !== null || baseline === null) return measured.aboveBaseline;
  const { items } = measured;
  if (items !== null && baseline.items !== null && items.length === baseline.items.length) {
    const other = baseline.items;
    const differences = Float64Array.from(items, (item, i) => sign * (item - (other[i] as number)));
    return { value: mean(differences), standardError: standardErrorOf(differences) };
  }
  // A baseline without a standard error is a constant.
  const error = hypot([measured.standardError, baseline.standardError || 0]);
  return { value: sign * (measured.value - baseline.value), standardError: error };
}
