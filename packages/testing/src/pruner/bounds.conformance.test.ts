import type { PruneContext, PruneDecision, Pruner } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { PrunerSubject } from './pruner-laws.ts';
import { prunerLawsFor, testPruner } from './test-pruner.ts';

/** Prunes a trial that reports a value above `upper` or below `lower`. */
class BoundsPruner implements Pruner {
  readonly name = 'bounds';
  readonly config: Pruner['config'];
  readonly #lower: number;
  readonly #upper: number;

  constructor({ lower = -Number.MAX_VALUE, upper = Number.MAX_VALUE }: { lower?: number; upper?: number }) {
    this.#lower = lower;
    this.#upper = upper;
    this.config = { version: 1, options: { lower, upper } };
  }

  decide(_state: unknown, { history, number }: PruneContext): PruneDecision {
    const value = Array.from(history.reports(number).values).at(-1) as number;
    return { prune: !(value >= this.#lower && value <= this.#upper) };
  }
}

const subject: PrunerSubject = {
  compares: 'bounds',
  make: () => new BoundsPruner({ upper: 5 }),
  makeMirrored: () => new BoundsPruner({ lower: -5 }),
};

testPruner('fixed bounds', subject);

describe('a pruner with fixed bounds', () => {
  it('skips no law', () => {
    const exempt = prunerLawsFor(subject).filter((law) => (law.exempt?.(subject) ?? null) !== null);
    expect(exempt).toEqual([]);
  });

  it('violates a law when it reads other trials', async () => {
    class HistoryReadingPruner extends BoundsPruner {
      override decide(state: unknown, ctx: PruneContext): PruneDecision {
        return ctx.history.finished.length > 2 ? { prune: false } : super.decide(state, ctx);
      }
    }
    const law = prunerLawsFor(subject).find(({ name }) => name.startsWith('other trials do not affect'));
    await expect(
      (async () => law?.run({ ...subject, make: () => new HistoryReadingPruner({ upper: 5 }) }))(),
    ).rejects.toThrow();
  });

  it('violates a law without makeMirrored', async () => {
    const law = prunerLawsFor(subject).find(({ name }) => name.startsWith('negated reports'));
    const { makeMirrored: _, ...without } = subject;
    await expect((async () => law?.run(without))()).rejects.toThrow();
  });
});
