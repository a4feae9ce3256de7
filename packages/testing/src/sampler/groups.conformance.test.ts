import {
  createStudy,
  float,
  fromUnit,
  isAsktellError,
  loadStudy,
  MemoryStorage,
  NopPruner,
  type Proposal,
  type Pruner,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type StateFold,
  toUnit,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { testSampler } from './test-sampler.ts';

/** The best point of each group, in the unit cube. */
type Best = Map<number, { readonly loss: number; readonly point: readonly number[] }>;

/** A model for each group: it proposes close to the best trial of the asked trial's group. */
class GroupSampler implements Sampler<Best> {
  readonly name = 'by-group';
  readonly config: Sampler['config'] = { version: 1, options: {} };
  readonly supports: Sampler['supports'] = { conditional: true };
  readonly fold: StateFold<Best, SamplerFoldContext> = {
    init: () => new Map(),
    absorb: (best, row, { history, space }) => {
      const group = history.group(row);
      const loss = history.values(0)[row] as number;
      const known = best.get(group);
      if (history.state(row) !== 'complete' || (known !== undefined && !(loss < known.loss))) return;
      best.set(group, { loss, point: space.params.map(({ name, dist }) => toUnit(dist, history.value(row, name))) });
    },
    clone: (best) => new Map(best),
  };

  propose(best: Best, ctx: SampleContext): Proposal {
    const group = ctx.history.group(ctx.trial.number);
    const rng = ctx.rng('near');
    const point = best.get(group)?.point;
    const x = Float64Array.from(ctx.space.params, ({ dist }, i) => {
      const at = point?.[i] ?? Number.NaN;
      const u = Number.isNaN(at) ? rng.float() : Math.min(1, Math.max(0, at + 0.1 * (rng.float() - 0.5)));
      return fromUnit(dist, u);
    });
    return { x, note: { group } };
  }
}

testSampler('a model for each group', { make: () => new GroupSampler() });

class Thirds extends NopPruner {
  group(_study: string, number: number): number {
    return number % 3;
  }
}

describe('groups', () => {
  it('are known to every ask: of the asked trial, of trials that were added, and after the study is opened again', async () => {
    const storage = new MemoryStorage();
    const space = { x: float(0, 1) };
    const seen: number[][] = [];
    const sampler: Sampler = {
      ...new GroupSampler(),
      name: 'watching',
      propose: (_, { history, trial, space: { params } }) => {
        seen.push([trial.number, ...Array.from(history.finished), ...history.running].map((row) => history.group(row)));
        return { x: new Float64Array(params.length).fill(0.5) };
      },
    };
    const options = { name: 's', storage, sampler, pruner: new Thirds(), space, seed: 1 };
    const study = await createStudy(options);
    await study.addTrial({ state: 'complete', value: 1, params: { x: 0.5 } });
    await study.tell(await study.ask(), 1);
    await study.ask();
    const again = await loadStudy({ name: 's', storage, sampler, pruner: new Thirds(), space });
    await again.ask();
    expect(seen).toEqual([
      [1, 0],
      [2, 0, 1],
      [0, 0, 1, 2],
    ]);
  });

  it('are 0 without a pruner that has groups', async () => {
    const study = await createStudy({
      sampler: new GroupSampler(),
      pruner: new NopPruner(),
      space: { x: float(0, 1) },
    });
    await study.ask();
    expect([0, 1, 99].map((row) => study.history.group(row))).toEqual([0, 0, 0]);
  });

  it.each([
    ['a fraction', 0.5],
    ['a negative number', -1],
    ['nothing', undefined],
    ['a name', 'first'],
  ])('%s is refused', async (_, group) => {
    const pruner = Object.assign(new Thirds(), { group: () => group as number });
    const study = await createStudy({ sampler: new GroupSampler(), pruner, space: { x: float(0, 1) } });
    const error: unknown = await study.ask().catch((caught: unknown) => caught);
    expect(isAsktellError(error, 'unsupported')).toBe(true);
    expect((error as Error).message).toContain('must return a whole number from 0 on as the group of trial 0, not');
  });

  it('a group that is no function is refused', async () => {
    const pruner = { name: 'p', config: { version: 1, options: {} }, decide: () => ({ prune: false }), group: 3 };
    await expect(createStudy({ sampler: new GroupSampler(), pruner: pruner as unknown as Pruner })).rejects.toThrow(
      'whose group is a function, not 3',
    );
  });
});
