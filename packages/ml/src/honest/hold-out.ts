import {
  AsktellError,
  type Awaitable,
  type Checks,
  check,
  checkOptions,
  type FrozenTrial,
  must,
  type Study,
  show,
} from '@asktell/core';
import { mean } from '../moments.ts';
import { expectedOptimism } from './expected-optimism.ts';
import { type HonestRow, HonestTable } from './honest-table.ts';
import { above, type Measured, readMeasured } from './measured.ts';

/** Options of {@link holdOut}. */
export interface HoldOutOptions<P extends object> {
  /** How many of the best candidates to measure. Default 10. */
  readonly top?: number;
  /** The standard error of a trial's value in the study. Default: unknown. */
  readonly standardError?: (trial: FrozenTrial<P>) => number;
  /**
   * The standard deviation of the part of a value's error that differs between candidates, for the optimism to expect.
   * Default: from `standardError`, which is too much if candidates are measured on the same data.
   */
  readonly noise?: number;
  /** What a candidate has to beat: the measurement of a default, or of doing nothing, on the same data. */
  readonly baseline?: Measured;
}

const optionChecks: Checks<HoldOutOptions<object>> = {
  top: check.count(1),
  standardError: must('a function', (value) => typeof value === 'function'),
  noise: must('a number, 0 or more', (value) => typeof value === 'number' && value >= 0),
  baseline: check.anything,
};

/**
 * Measures the best candidates of a study on data that it did not see. The value that a search reports is that of a lucky
 * winner: this is what it is worth. Choose the candidate before, by the study: the best of the table is lucky again.
 * @param evaluate measures the parameters on the new data. A list with one number per item gives a standard error.
 * @throws AsktellError `invalid-argument`, `unsupported` for several objectives, `invalid-value` for a measurement that is not
 *   a number; `trial-not-found` if no trial is complete; what `evaluate` throws
 * @example
 * const table = await holdOut(study, ({ lookback }) => dailyReturns(prices2020, lookback), { baseline: dailyReturns(prices2020) });
 * console.log(String(table));
 * console.log(String(overfitReport(table)));
 */
export async function holdOut<P extends object>(
  study: Study<P>,
  evaluate: (params: P, trial: FrozenTrial<P>) => Awaitable<Measured>,
  options: HoldOutOptions<P> = {},
): Promise<HonestTable<P>> {
  checkOptions('holdOut', options, optionChecks as Checks<HoldOutOptions<P>>);
  if (typeof (study as Study<P> | null)?.trials !== 'function' || typeof evaluate !== 'function')
    throw new AsktellError(
      'invalid-argument',
      `holdOut needs a study and a function that measures parameters, not ${show(study)} and ${show(evaluate)}.`,
    );
  const { top = 10, standardError = () => Number.NaN } = options;
  if (study.directions.length !== 1)
    throw new AsktellError(
      'unsupported',
      'holdOut ranks candidates by one objective. Choose them yourself from the Pareto front.',
    );
  const { direction } = study;
  const sign = direction === 'maximize' ? 1 : -1;
  const complete = (await study.trials({ states: ['complete'] })).filter(({ isFeasible }) => isFeasible);
  if (complete.length === 0)
    throw new AsktellError('trial-not-found', 'holdOut: the study has no complete, feasible trial. Run it first.');
  const worth = (trial: FrozenTrial<P>): number => trial.value as number;
  const ranked = [...complete].sort((a, b) => sign * (worth(b) - worth(a)) || a.number - b.number);
  const baseline = options.baseline === undefined ? null : readMeasured('holdOut: baseline', options.baseline);
  const rows: HonestRow<P>[] = [];
  for (const trial of ranked.slice(0, top)) {
    const measured = readMeasured(`holdOut: trial ${trial.number}`, await evaluate(trial.params, trial));
    rows.push({
      number: trial.number,
      params: trial.params,
      inSample: { value: worth(trial), standardError: standardError(trial) },
      outOfSample: { value: measured.value, standardError: measured.standardError },
      aboveBaseline: above(measured, baseline, sign),
    });
  }
  const noise = options.noise ?? Math.sqrt(mean(complete.map((trial) => standardError(trial) ** 2)));
  return new HonestTable({
    kind: 'candidates',
    direction,
    rows,
    tried: complete.length,
    expectedOptimism: Number.isNaN(noise)
      ? Number.NaN
      : expectedOptimism(complete.map(worth).filter(Number.isFinite), noise, { direction }),
  });
}
