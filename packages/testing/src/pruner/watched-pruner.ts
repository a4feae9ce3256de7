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
 * Wraps a pruner and checks that it is pure. Each decision is made twice and both must be equal. Deciding must not change
 * the state or the history, and absorbing must not change the history or a clone of the state.
 * @example createStudy({ pruner: watchedPruner(new MyPruner()), sampler })
 */
export function watchedPruner(pruner: Pruner): Pruner {
  const { fold } = pruner;
  return {
    name: pruner.name,
    config: pruner.config,
    ...(pruner.reads === undefined ? {} : { reads: pruner.reads }),
    ...(pruner.group === undefined ? {} : { group: pruner.group.bind(pruner) }),
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
