import { formatEstimate, formatNumber, type HonestTable, type IntervalEstimate } from './honest-table.ts';

/** What a table means, in words. `String(report)` joins the sentences. */
export interface OverfitReport {
  /** Whether the result is better than the baseline beyond chance. `null`: there is no baseline, or no standard error. */
  readonly claimsEffect: boolean | null;
  /** Whether the result looked better in sample than out of sample beyond chance. `null`: no standard error. */
  readonly isOverfitted: boolean | null;
  /** Whether the optimism to expect of the best is larger than the standard error of the result. `null`: unknown. */
  readonly isLucky: boolean | null;
  /** One statement each. */
  readonly sentences: readonly string[];
  toString(): string;
}

/**
 * Says in plain words what out-of-sample results mean: the value to expect, the optimism of the search, whether the result
 * beats the baseline, and whether the order of the candidates holds. Statements about chance use 95 % intervals.
 * @example console.log(String(overfitReport(await holdOut(study, evaluate, { baseline }))));
 */
export function overfitReport<P>(table: HonestTable<P>): OverfitReport {
  const { result, optimism, effect, orderHolds, expectedOptimism, kind, tried } = table;
  const claimsEffect = effect === null || Number.isNaN(effect.low) ? null : effect.low > 0;
  const isOverfitted = Number.isNaN(optimism.low) ? null : optimism.low > 0;
  const isLucky = Number.isNaN(expectedOptimism) ? null : expectedOptimism > result.standardError;
  const sentences = [
    `${kind === 'folds' ? `Mean of ${table.rows.length} folds` : `Best of ${tried} candidates`}: ${formatEstimate(table.inSample)} in sample, ${formatEstimate(result)} out of sample. Expect the second number.`,
    describeOptimism(table, isOverfitted),
  ];
  if (isLucky !== null)
    sentences.push(
      `Picking the best of ${tried} looks ${formatNumber(expectedOptimism)} too good on average${isLucky ? ', more than the standard error of the result: the winner is partly luck' : ''}.`,
    );
  sentences.push(describeEffect(effect, claimsEffect));
  if (orderHolds === false)
    sentences.push('Another candidate is better out of sample beyond chance: the order of the search does not hold.');
  else if (orderHolds)
    sentences.push(
      `No other candidate is better out of sample beyond chance${Number.isNaN(table.rankCorrelation) ? '' : ` (rank correlation ${formatNumber(table.rankCorrelation)})`}.`,
    );
  return { claimsEffect, isOverfitted, isLucky, sentences, toString: () => sentences.join('\n') };
}

function describeOptimism<P>({ optimism, inSample }: HonestTable<P>, isOverfitted: boolean | null): string {
  // Beyond the rounding error of a mean.
  if (Math.abs(optimism.value) <= 1e-12 * Math.abs(inSample.value))
    return 'The result is the same in and out of sample.';
  const size = `${formatNumber(Math.abs(optimism.value))} ${optimism.value >= 0 ? 'better' : 'worse'}`;
  const text = `The result looked ${size} in sample than out of sample`;
  if (isOverfitted === null)
    return `${text}. Without a standard error, this may be chance: return one number per item.`;
  const interval = `95% interval ${formatNumber(optimism.low)} to ${formatNumber(optimism.high)}`;
  return isOverfitted
    ? `${text}, more than chance explains (${interval}): the search has over-fitted its data.`
    : `${text}, which chance explains (${interval}).`;
}

function describeEffect(effect: IntervalEstimate | null, claimsEffect: boolean | null): string {
  if (effect === null)
    return 'There is no baseline. Pass one to learn whether the result is better than doing nothing.';
  if (claimsEffect === null)
    return `It is ${formatNumber(effect.value)} better than the baseline, but the standard error is unknown.`;
  const interval = `${formatNumber(effect.value)}, 95% interval ${formatNumber(effect.low)} to ${formatNumber(effect.high)}`;
  return claimsEffect
    ? `It is better than the baseline (by ${interval}).`
    : `No effect: it is not better than the baseline beyond chance (difference ${interval}). Do not rely on it.`;
}
