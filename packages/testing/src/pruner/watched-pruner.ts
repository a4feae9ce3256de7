import type { PruneContext, PruneDecision, Pruner, TrialHistory } from '@asktell/core';
import { expect } from 'vitest';
import { fingerprint, watchedFold } from '../sampler/watched-sampler.ts';

function historyPrint(history: TrialHistory): string {
  const rows = Array.from({ length: history.size }, (_, row) => history.reports(row));
  return fingerprint([
    history.finished,
    history.running,
    rows.map(({ steps, values }) => [Array.from(steps), Array.from(values)]),
  ]);
}

/**
 * The same pruner under observation: decisions are made twice and have to agree, and neither the state, nor the history,
 * nor a clone of the state may change where they must not.
 * @example createStudy({ pruner: watchedPruner(new MyPruner()), sampler })
 */
export function watchedPruner(pruner: Pruner): Pruner {
  const { fold } = pruner;
  return {
    name: pruner.name,
    config: pruner.config,
    ...(pruner.reads === undefined ? {} : { reads: pruner.reads }),
    ...(fold && { fold: watchedFold(fold, ({ history }) => historyPrint(history)) }),
    decide: (state: unknown, ctx: PruneContext): PruneDecision => {
      const before = [fingerprint(state), historyPrint(ctx.history)];
      const decision = pruner.decide(state, ctx);
      expect(pruner.decide(state, ctx), 'the same decision again').toEqual(decision);
      expect([fingerprint(state), historyPrint(ctx.history)], 'deciding changes nothing').toEqual(before);
      expect(typeof decision.prune).toBe('boolean');
      return decision;
    },
  };
}
