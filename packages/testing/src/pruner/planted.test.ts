import type { PruneContext, PruneDecision, Pruner, PrunerFoldContext, StateFold } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { prunerLawsFor } from './test-pruner.ts';

/** The laws must be able to fail: each planted bug is found by the laws named beside it. */

type Means = { sum: number; count: number };

function reports({ history, number }: PruneContext): readonly number[] {
  return Array.from(history.reports(number).values);
}

/** Prunes what is worse than the mean of the final values so far. Blameless. */
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

class Coin extends MeanPruner {
  override decide(): { prune: boolean } {
    return { prune: Math.random() < 0.3 };
  }
}

class Hasty extends MeanPruner {
  override decide(_: Means, ctx: PruneContext): { prune: boolean } {
    return { prune: reports(ctx).length > 3 };
  }
}

class Minimizer extends MeanPruner {
  override decide({ sum, count }: Means, ctx: PruneContext): { prune: boolean } {
    return { prune: count > 0 && (reports(ctx).at(-1) ?? 0) > sum / count };
  }
}

class Learner extends MeanPruner {
  override decide(state: Means, ctx: PruneContext): { prune: boolean } {
    state.count += 0.5;
    return super.decide(state, ctx);
  }
}

class Shared extends MeanPruner {
  override readonly fold = { ...new MeanPruner().fold, clone: (state: Means): Means => state };
}

class Diary extends MeanPruner {
  #decided = 0;
  override decide(state: Means, ctx: PruneContext): { prune: boolean } {
    return { prune: this.#decided++ % 3 === 2 && super.decide(state, ctx).prune };
  }
}

class Neighbour extends MeanPruner {
  override decide(state: Means, ctx: PruneContext): { prune: boolean } {
    const others = Array.from(ctx.history.running).filter((row) => row !== ctx.number);
    const worse = others.some((row) => (ctx.history.reports(row).values[0] ?? 0) > 0);
    return { prune: worse || super.decide(state, ctx).prune };
  }
}

/** Prunes each third report, whatever it is. */
class Harsh extends MeanPruner {
  override decide({ count }: Means, ctx: PruneContext): { prune: boolean } {
    return { prune: count > 0 && reports(ctx).length % 3 === 0 };
  }
}

/** Says once that a trial should stop, and takes it back. */
class Fickle extends MeanPruner {
  override decide(state: Means, ctx: PruneContext): PruneDecision {
    const hasSaid = ctx.history.attribute(ctx.number, 'said') === ctx.step;
    return { prune: !hasSaid && super.decide(state, ctx).prune, attrs: { said: ctx.step } };
  }
}

/** Compares with the trial that finished last. */
class Shortsighted extends MeanPruner {
  override readonly fold: StateFold<Means, PrunerFoldContext> = {
    ...new MeanPruner().fold,
    absorb(state, row, { history }) {
      const value = history.values(0)[row] as number;
      if (Number.isFinite(value)) Object.assign(state, { sum: value, count: 1 });
    },
  };
}

class Fragile extends MeanPruner {
  override decide(state: Means, ctx: PruneContext): { prune: boolean } {
    if (reports(ctx).some(Number.isNaN)) throw new Error('NaN');
    return super.decide(state, ctx);
  }
}

/** Keeps what it learns on the object: another study with it learns, too. */
class Confused extends MeanPruner {
  readonly #seen: Means = { sum: 0, count: 0 };
  override readonly fold: Pruner<Means>['fold'] & object = {
    init: () => this.#seen,
    absorb: new MeanPruner().fold.absorb,
  };
}

const pure = 'deciding changes nothing, and a clone of the state is independent';
const restart = 'decisions after a restart are those without one (memory)';

const planted: readonly (readonly [string, () => Pruner, string])[] = [
  ['tosses a coin', () => new Coin(), 'the same reports give the same decisions'],
  ['prunes without history', () => new Hasty(), 'nothing is pruned without history'],
  ['knows minimize only', () => new Minimizer(), 'negated reports decide the same under maximize'],
  ['learns while it decides', () => new Learner(), pure],
  ['does not copy its state', () => new Shared(), pure],
  ['counts its decisions', () => new Diary(), pure],
  ['forgets its count in a restart', () => new Diary(), restart],
  [
    'looks at running trials without saying so',
    () => new Neighbour(),
    'what other running trials report matters only to pruners that read it',
  ],
  ['does not look at the values', () => new Harsh(), 'the best curve so far survives'],
  ['takes back what it said', () => new Fickle(), 'asked twice about the same step, it answers the same'],
  [
    'compares with the last trial',
    () => new Shortsighted(),
    'the order in which other trials finished does not matter',
  ],
  ['learns on the object', () => new Confused(), 'two studies with one pruner object do not disturb each other'],
  ['throws at NaN', () => new Fragile(), 'NaN and infinities are decided about, whoever reports them'],
];

describe('planted bugs in a pruner', () => {
  it.each(planted)('%s', async (_, make, name) => {
    const run = async (subject: () => Pruner): Promise<void> => {
      const law = prunerLawsFor({ make: subject }).find((each) => each.name === name);
      if (law === undefined) throw new Error(`no law ${name}`);
      await law.run({ make: subject });
    };
    await run(() => new MeanPruner());
    await expect(run(make)).rejects.toThrow();
  });
});
