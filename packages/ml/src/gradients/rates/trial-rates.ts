import { AsktellError, type FrozenTrial, show, type Trial } from '@asktell/core';
import type { HypergradientOptimizer } from './hypergradient-optimizer.ts';
import type { RateHistory } from './rate-history.ts';

const key = 'rates';

/**
 * Stores the history of rates with a trial, as the user attribute `rates`. {@link learnedRates} reads it back. Call it
 * after the training, or after each epoch: a later call replaces the attribute.
 * @throws AsktellError `invalid-argument` for something that is no trial or no optimizer, `trial-finished`
 */
export async function reportRates(
  trial: Pick<Trial, 'setUserAttr'>,
  optimizer: Pick<HypergradientOptimizer, 'history'>,
): Promise<void> {
  if (typeof trial?.setUserAttr !== 'function')
    throw new AsktellError(
      'invalid-argument',
      `reportRates: the first argument must be a trial, not ${show(trial)}. Pass the trial of ask, take or optimize.`,
    );
  if (!isHistory(optimizer?.history))
    throw new AsktellError(
      'invalid-argument',
      `reportRates: the second argument must be a hypergradient optimizer, not ${show(optimizer)}.`,
    );
  const { steps, rates } = optimizer.history;
  await trial.setUserAttr(key, { steps, rates });
}

/**
 * The rates that a trial has learned, as the start of another one: `new HypergradientAdam({ rate })`. For each group it is
 * the median of the rates in the second half of the training. `undefined` if {@link reportRates} has stored none.
 * @throws AsktellError `invalid-argument` for something that is no trial, `invalid-value` if the attribute `rates` is something
 *   else
 * @example
 * const best = await study.bestTrial();
 * const optimizer = new HypergradientSgd({ rate: (best && learnedRates(best)) ?? 0.1 });
 */
export function learnedRates(
  trial: Pick<FrozenTrial, 'userAttrs' | 'number'>,
): { readonly [group: string]: number } | undefined {
  if (typeof trial?.userAttrs !== 'object' || trial.userAttrs === null)
    throw new AsktellError(
      'invalid-argument',
      `learnedRates: the argument must be a trial, such as one of study.trials(), not ${show(trial)}.`,
    );
  const stored = trial.userAttrs[key];
  if (stored === undefined) return undefined;
  if (!isHistory(stored) || stored.steps.length === 0)
    throw new AsktellError(
      'invalid-value',
      `learnedRates: the attribute ${show(key)} of trial ${trial.number} is not a history of rates, but ${show(stored)}. Store it with reportRates.`,
    );
  return Object.fromEntries(Object.entries(stored.rates).map(([group, rates]) => [group, medianOfSecondHalf(rates)]));
}

function isHistory(value: unknown): value is RateHistory {
  const { steps, rates } = (value ?? {}) as { readonly steps?: unknown; readonly rates?: unknown };
  if (!Array.isArray(steps) || typeof rates !== 'object' || rates === null) return false;
  return Object.values(rates).every(
    (column: unknown) =>
      Array.isArray(column) &&
      column.length === steps.length &&
      column.every((rate) => typeof rate === 'number' && rate >= 0),
  );
}

function medianOfSecondHalf(rates: readonly number[]): number {
  const sorted = rates.slice(rates.length >> 1).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}
