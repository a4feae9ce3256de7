import type { PruneContext, PruneDecision, Pruner, PrunerFoldContext, StateFold } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { prunerLawsFor } from './test-pruner.ts';

/** Checks that the laws can fail: the law listed with each planted bug must find it. */

type Means = { sum: number; count: number };

function reports({ history, number }: PruneContext): readonly number[] {
  return Array.from(history.reports(number).values);
}

/** Prunes a trial whose last report is worse than the mean of the final values. It has no bug. */
class MeanPruner implements Pruner<Means> {
  readonly name = 'mean';
  readonly config: Pruner['config'] = { version: 1, options: {} };
  readonly fold: StateFold<Means, PrunerFoldContext> = {
    init: () => ({ sum: 0, count: 0 }),
    absorb(state, row, { history }) {
      const value = history.values(0)[row] as number;
      if (history.state(row) !== 'complete' || !Number.isFinite(value)) return;
      state.sum += value;
      state.count++;
    },
    clone: (state) => ({ ...state }),
  };

  decide({ sum, count }: Means, ctx: PruneContext): { prune: boolean } {
    const values = reports(ctx).filter(Number.isFinite);
    if (count === 0 || values.length === 0) return { prune: false };
    const last = values.at(-1) as number;
    return { prune: ctx.history.directions[0] === 'maximize' ? last < sum / count : last > sum / count };
  }
}

class RandomPruner extends MeanPruner {
  override decide(): { prune: boolean } {
    return { prune: Math.random() < 0.3 };
  }
}

class HistoryFreePruner extends MeanPruner {
  override decide(_: Means, ctx: PruneContext): { prune: boolean } {
    return { prune: reports(ctx).length > 3 };
  }
}

class MinimizeOnlyPruner extends MeanPruner {
  override decide({ sum, count }: Means, ctx: PruneContext): { prune: boolean } {
    return { prune: count > 0 && (reports(ctx).at(-1) ?? 0) > sum / count };
  }
}

class MutatingPruner extends MeanPruner {
  override decide(state: Means, ctx: PruneContext): { prune: boolean } {
    state.count += 0.5;
    return super.decide(state, ctx);
  }
}

class SharedStatePruner extends MeanPruner {
  override readonly fold = { ...new MeanPruner().fold, clone: (state: Means): Means => state };
}

class CountingPruner extends MeanPruner {
  #decided = 0;
  override decide(state: Means, ctx: PruneContext): { prune: boolean } {
    return { prune: this.#decided++ % 3 === 2 && super.decide(state, ctx).prune };
  }
}

class RunningTrialPruner extends MeanPruner {
  override decide(state: Means, ctx: PruneContext): { prune: boolean } {
    const others = Array.from(ctx.history.running).filter((row) => row !== ctx.number);
    const worse = others.some((row) => (ctx.history.reports(row).values[0] ?? 0) > 0);
    return { prune: worse || super.decide(state, ctx).prune };
  }
}

/** Prunes each third report. */
class IndiscriminatePruner extends MeanPruner {
  override decide({ count }: Means, ctx: PruneContext): { prune: boolean } {
    return { prune: count > 0 && reports(ctx).length % 3 === 0 };
  }
}

/** Prunes a step at most once. */
class OneTimePruner extends MeanPruner {
  override decide(state: Means, ctx: PruneContext): PruneDecision {
    const wasAsked = ctx.history.attribute(ctx.number, 'asked') === ctx.step;
    return { prune: !wasAsked && super.decide(state, ctx).prune, attrs: { asked: ctx.step } };
  }
}

/** Compares with the trial that finished last. */
class LastTrialPruner extends MeanPruner {
  override readonly fold: StateFold<Means, PrunerFoldContext> = {
    ...new MeanPruner().fold,
    absorb(state, row, { history }) {
      const value = history.values(0)[row] as number;
      if (Number.isFinite(value)) Object.assign(state, { sum: value, count: 1 });
    },
  };
}

/** Decides about a step only once, also if the trial starts over. */
class LatestStepPruner extends MeanPruner {
  override decide(state: Means, ctx: PruneContext): PruneDecision {
    const latest = ctx.history.attribute(ctx.number, 'latest');
    if (typeof latest === 'number' && ctx.step < latest) return { prune: false };
    return { ...super.decide(state, ctx), attrs: { latest: ctx.step } };
  }
}

class ThrowingPruner extends MeanPruner {
  override decide(state: Means, ctx: PruneContext): { prune: boolean } {
    if (reports(ctx).some(Number.isNaN)) throw new Error('NaN');
    return super.decide(state, ctx);
  }
}

/** Keeps its state on the object, so another study with the same object changes it. */
class SharedObjectPruner extends MeanPruner {
  readonly #seen: Means = { sum: 0, count: 0 };
  override readonly fold: Pruner<Means>['fold'] & object = {
    init: () => this.#seen,
    absorb: new MeanPruner().fold.absorb,
  };
}

const pure = 'deciding has no side effects and a clone of the state is independent';
const restart = 'decisions after a restart equal those without one (memory)';

const planted: readonly (readonly [string, () => Pruner, string])[] = [
  ['decides at random', () => new RandomPruner(), 'the same reports give the same decisions'],
  ['prunes without history', () => new HistoryFreePruner(), 'no trial is pruned without history'],
  ['ignores the direction', () => new MinimizeOnlyPruner(), 'negated reports give the same decisions under maximize'],
  ['changes its state while it decides', () => new MutatingPruner(), pure],
  ['does not copy its state', () => new SharedStatePruner(), pure],
  ['counts its decisions', () => new CountingPruner(), pure],
  ['loses its count in a restart', () => new CountingPruner(), restart],
  [
    'reads running trials without declaring it',
    () => new RunningTrialPruner(),
    'reports of other running trials affect only pruners that read them',
  ],
  [
    'keeps its decisions of an earlier run',
    () => new LatestStepPruner(),
    'a trial that starts over after its worker was killed at any step is decided as before (memory)',
  ],
  [
    'loses its count in a restart amid a trial',
    () => new CountingPruner(),
    'a trial that is continued after its worker was killed at any step is decided as without (memory)',
  ],
  ['ignores the values', () => new IndiscriminatePruner(), 'the best curve so far is not pruned'],
  ['prunes a step only once', () => new OneTimePruner(), 'repeated questions about a step have the same answer'],
  [
    'compares with the last trial',
    () => new LastTrialPruner(),
    'the order in which other trials finish does not affect decisions',
  ],
  [
    'keeps its state on the object',
    () => new SharedObjectPruner(),
    'studies that share one pruner object do not affect each other',
  ],
  ['throws at NaN', () => new ThrowingPruner(), 'NaN and infinite reports do not prevent decisions'],
];

describe('planted bugs in a pruner', () => {
  it.each(planted)('%s', async (_, make, name) => {
    const run = async (subject: () => Pruner): Promise<void> => {
      const law = prunerLawsFor({ make: subject }).find((each) => each.name === name);
      if (law === undefined) throw new Error(`unknown law ${name}`);
      await law.run({ make: subject });
    };
    await run(() => new MeanPruner());
    await expect(run(make)).rejects.toThrow();
  });
});
