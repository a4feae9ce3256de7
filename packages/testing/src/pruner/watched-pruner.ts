import type { PruneContext, PruneDecision, Pruner, TrialHistory } from '@asktell/core';
import { expect } from 'vitest';
import { fingerprint } from '../sampler/watched-sampler.ts';

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
  const { init, absorb, clone } = pruner;
  return {
    name: pruner.name,
    config: pruner.config,
    reads: pruner.reads,
    ...(init && { init: (history: TrialHistory) => init.call(pruner, history) }),
    ...(absorb && {
      absorb: (state: unknown, row: number, history: TrialHistory): void => {
        const [print, before] = [fingerprint(state), historyPrint(history)];
        const checkpoint = clone?.call(pruner, state);
        absorb.call(pruner, state, row, history);
        expect(historyPrint(history), 'absorbing leaves the history as it is').toBe(before);
        if (clone === undefined) return;
        expect(fingerprint(checkpoint), 'a clone is equal, and stays so while the original absorbs').toBe(print);
        absorb.call(pruner, checkpoint, row, history);
        expect(fingerprint(checkpoint), 'the clone absorbs in the same way').toBe(fingerprint(state));
      },
    }),
    ...(clone && { clone: (state: unknown) => clone.call(pruner, state) }),
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
