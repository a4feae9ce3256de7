import { AsktellError, type Pruner, show } from '@asktell/core';
import type { PrunerReplayOptions, RecordedTrial } from './recorded-trial.ts';
import { type PrunerReplay, replayPruner } from './replay-pruner.ts';

/** A row of {@link compareRules}: a replay with the number of pruned trials instead of their list. */
export interface RuleRow extends Omit<PrunerReplay, 'stopped'> {
  readonly rule: string;
  /** Number of trials that the pruner would have pruned, and number of all ended trials. */
  readonly stopped: number;
  readonly trials: number;
}

/**
 * Replays several pruners on the trials of a study. Returns one row per pruner, for `console.table`.
 * @throws AsktellError `invalid-argument` as {@link replayPruner}
 * @example
 * console.table(compareRules(await study.trials(), { median: new MedianPruner(), halving: new SuccessiveHalvingPruner() }));
 */
export function compareRules(
  trials: readonly RecordedTrial[],
  rules: { readonly [name: string]: Pruner },
  options: PrunerReplayOptions = {},
): readonly RuleRow[] {
  if (typeof rules !== 'object' || rules === null)
    throw new AsktellError('invalid-argument', `compareRules: give pruners by name, not ${show(rules)}.`);
  const count = trials.filter(({ state }) => state !== 'running' && state !== 'waiting').length;
  return Object.entries(rules).map(([rule, pruner]) => {
    const { stopped, ...rest } = replayPruner(trials, pruner, options);
    return { rule, stopped: stopped.length, trials: count, ...rest };
  });
}
