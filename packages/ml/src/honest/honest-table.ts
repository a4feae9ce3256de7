import type { Direction } from '@asktell/core';
import { hypot } from '@asktell/numerics/elementary';
import { mean, standardErrorOf } from '../moments.ts';
import type { Estimate } from './measured.ts';
import { spearman } from './rank-correlation.ts';
import { studentTQuantile } from './student-t.ts';

/** One candidate, or one fold with the candidate that was best in it. */
export interface HonestRow<P> {
  /** The number of the trial, or of the fold. */
  readonly number: number;
  readonly params: P;
  /** The value by which the search chose. */
  readonly inSample: Estimate;
  /** The value on data that the search did not see. */
  readonly outOfSample: Estimate;
  /** How much better than the baseline, out of sample. `null`: there is no baseline. */
  readonly aboveBaseline: Estimate | null;
}

/** An estimate with its 95 % interval. The bounds are NaN if the standard error is unknown. */
export interface IntervalEstimate extends Estimate {
  readonly low: number;
  readonly high: number;
}

/** What {@link HonestTable} is made of. */
export interface HonestTableData<P> {
  /** `'candidates'`: the best candidates of one search, the best first. `'folds'`: the winners of several searches. */
  readonly kind: 'candidates' | 'folds';
  readonly direction: Direction;
  readonly rows: readonly HonestRow<P>[];
  /** How many candidates the search measured, or each search on average. NaN: unknown. */
  readonly tried: number;
  /** The optimism to expect of the best of these, from {@link expectedOptimism}. NaN: unknown. */
  readonly expectedOptimism: number;
}

/** Results of a search on data that it did not see. `String(table)` is the table as text. */
export class HonestTable<P> implements HonestTableData<P> {
  readonly kind: 'candidates' | 'folds';
  readonly direction: Direction;
  readonly rows: readonly HonestRow<P>[];
  readonly tried: number;
  readonly expectedOptimism: number;
  /** Out of sample: the best candidate in sample, or the mean over the folds. */
  readonly result: IntervalEstimate;
  /** In sample: the best candidate, or the mean over the folds. */
  readonly inSample: Estimate;
  /** How much better the result looked in sample than out of sample. */
  readonly optimism: IntervalEstimate;
  /** How much better the result is than the baseline. `null`: there is no baseline. */
  readonly effect: IntervalEstimate | null;
  /** Spearman's correlation of the ranks in and out of sample. NaN for folds and for fewer than three candidates. */
  readonly rankCorrelation: number;
  /**
   * Whether no other candidate is significantly better out of sample than the best one in sample, by the 95 % interval of the
   * difference. `null` for folds, for one candidate, and without standard errors.
   */
  readonly orderHolds: boolean | null;

  constructor({ kind, direction, rows, tried, expectedOptimism }: HonestTableData<P>) {
    this.kind = kind;
    this.direction = direction;
    this.rows = rows;
    this.tried = tried;
    this.expectedOptimism = expectedOptimism;
    const sign = direction === 'maximize' ? 1 : -1;
    const first = rows[0] as HonestRow<P>;
    const isFolds = kind === 'folds';
    const degrees = isFolds ? Math.max(1, rows.length - 1) : Number.POSITIVE_INFINITY;
    const over = (of: (row: HonestRow<P>) => Estimate): Estimate =>
      isFolds ? overFolds(rows.map((row) => of(row).value)) : of(first);
    this.inSample = over((row) => row.inSample);
    this.result = withInterval(
      over((row) => row.outOfSample),
      degrees,
    );
    this.optimism = withInterval(
      over((row) => optimismOf(row, sign)),
      degrees,
    );
    this.effect = rows.every((row) => row.aboveBaseline !== null)
      ? withInterval(
          over((row) => row.aboveBaseline as Estimate),
          degrees,
        )
      : null;
    this.rankCorrelation =
      isFolds || rows.length < 3
        ? Number.NaN
        : spearman(
            rows.map((row) => row.inSample.value),
            rows.map((row) => row.outOfSample.value),
          );
    this.orderHolds = isFolds || rows.length < 2 ? null : holds(rows, sign);
  }

  /** The rows as a table with standard errors. */
  toString(): string {
    const header = [this.kind === 'folds' ? 'fold' : 'trial', 'in sample', 'out of sample', 'optimism', 'parameters'];
    const sign = this.direction === 'maximize' ? 1 : -1;
    const lines = this.rows.map((row) => [
      String(row.number),
      formatEstimate(row.inSample),
      formatEstimate(row.outOfSample),
      formatNumber(optimismOf(row, sign).value),
      JSON.stringify(row.params),
    ]);
    if (this.kind === 'folds')
      lines.push([
        'mean',
        formatEstimate(this.inSample),
        formatEstimate(this.result),
        formatNumber(this.optimism.value),
        '',
      ]);
    const all = [header, ...lines];
    const widths = header.map((_, i) => Math.max(...all.map((line) => (line[i] as string).length)));
    return all
      .map((line) =>
        line
          .map((cell, i) => (i === 4 ? cell : cell.padStart(widths[i] as number)))
          .join('  ')
          .trimEnd(),
      )
      .join('\n');
  }
}

function optimismOf<P>({ inSample, outOfSample }: HonestRow<P>, sign: 1 | -1): Estimate {
  // An unknown standard error in sample counts as 0: the interval is then too narrow rather than unknown.
  const standardError = hypot([outOfSample.standardError, inSample.standardError || 0]);
  return { value: sign * (inSample.value - outOfSample.value), standardError };
}

function overFolds(values: readonly number[]): Estimate {
  return { value: mean(values), standardError: standardErrorOf(values) };
}

function withInterval({ value, standardError }: Estimate, degrees: number): IntervalEstimate {
  const half = standardError * studentTQuantile(0.975, degrees);
  return { value, standardError, low: value - half, high: value + half };
}

function holds<P>(rows: readonly HonestRow<P>[], sign: 1 | -1): boolean | null {
  const [first, ...others] = rows as [HonestRow<P>, ...HonestRow<P>[]];
  const own = first.outOfSample;
  if (Number.isNaN(own.standardError)) return null;
  // One comparison per other candidate: the bound is Bonferroni's.
  const bound = studentTQuantile(1 - 0.025 / others.length, Number.POSITIVE_INFINITY);
  return others.every(({ outOfSample: { value, standardError } }) => {
    const error = hypot([own.standardError, standardError || 0]);
    return sign * (value - own.value) <= bound * error;
  });
}

/** Four significant digits. */
export function formatNumber(value: number): string {
  return Number.isNaN(value) ? '?' : String(Number(value.toPrecision(4)));
}

/** `0.91 ± 0.012`: a value with its standard error. */
export function formatEstimate({ value, standardError }: Estimate): string {
  const error = Number.isNaN(standardError) ? '' : ` ± ${Number(standardError.toPrecision(2))}`;
  return `${formatNumber(value)}${error}`;
}
