import { refused } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewTrialInput } from '../ask-tell/add-trial.ts';
import { drawUniform } from '../distribution/draw.ts';
import type { Direction } from '../history/trial-record.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

const inf = Number.POSITIVE_INFINITY;
const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(inf, -inf));
const direction = fc.constantFrom<Direction>('minimize', 'maximize');

/** Trials of every kind; `violation` null: no constraints. */
function trialsOf(objectives: number): fc.Arbitrary<NewTrialInput[]> {
  return fc.array(
    fc
      .record({
        values: fc.array(value, { minLength: objectives, maxLength: objectives }),
        state: fc.constantFrom('complete', 'complete', 'complete', 'pruned', 'fail'),
        violation: fc.constantFrom(null, null, -1, 0, 1),
      })
      .map(
        ({ values, state, violation }): NewTrialInput => ({
          state: state as 'complete',
          ...(state === 'fail' ? {} : { values }),
          ...(violation === null ? {} : { constraints: { c: violation } }),
        }),
      ),
    { maxLength: 25 },
  );
}

const counts = ({ state, constraints }: NewTrialInput): boolean =>
  state === 'complete' && (constraints?.['c'] ?? 0) <= 0;

/** `a` is not worse than `b` in any objective and better in one. */
function dominates(a: NewTrialInput, b: NewTrialInput, directions: readonly Direction[]): boolean {
  const better = (k: number, p: NewTrialInput, q: NewTrialInput): boolean => {
    const [x, y] = [p.values?.[k] as number, q.values?.[k] as number];
    return directions[k] === 'minimize' ? x < y : x > y;
  };
  return directions.some((_, k) => better(k, a, b)) && !directions.some((_, k) => better(k, b, a));
}

describe('bestTrials', () => {
  it('is the Pareto front of complete, feasible trials (against all pairs)', async () => {
    const study = fc
      .array(direction, { minLength: 1, maxLength: 3 })
      .chain((directions) => fc.tuple(fc.constant(directions), trialsOf(directions.length)));
    await fc.assert(
      fc.asyncProperty(study, async ([directions, trials]) => {
        const subject = await createStudy({ sampler, directions });
        await subject.addTrials(trials);
        const front = trials.flatMap((a, i) =>
          counts(a) && !trials.some((b) => counts(b) && dominates(b, a, directions)) ? [i] : [],
        );
        expect((await subject.bestTrials()).map(({ number }) => number)).toEqual(front);
      }),
    );
  });
});

describe('bestTrial', () => {
  it('is the first of the best complete, feasible trials, in every getter', async () => {
    await fc.assert(
      fc.asyncProperty(direction, trialsOf(1), async (way, trials) => {
        const study = await createStudy({ sampler, direction: way });
        const good = trials.flatMap((trial, i) => (counts(trial) ? [{ i, v: trial.values?.[0] as number }] : []));
        const best = good.reduce<{ i: number; v: number } | undefined>(
          (a, b) => (a === undefined || (way === 'minimize' ? b.v < a.v : b.v > a.v) ? b : a),
          undefined,
        );
        for (const trial of trials) {
          await study.addTrial(trial);
          if (trial.state === 'pruned') await study.bestValue(); // looks in between change nothing
        }
        expect([(await study.bestTrial())?.number, await study.bestValue()]).toEqual([best?.i, best?.v]);
      }),
    );
  });

  it('changes when a better one is told, and with params', async () => {
    const study = await createStudy({ sampler, direction: 'maximize' });
    for (const told of [1, 3, 2]) {
      const trial = await study.ask();
      trial.suggestInt('n', told, told);
      await study.tell(trial, told);
    }
    expect([await study.bestValue(), await study.bestParams()]).toEqual([3, { n: 3 }]);
    expect((await study.bestTrials()).map(({ number }) => number)).toEqual([1]);
  });

  it('needs one objective', async () => {
    const directions: readonly Direction[] = ['minimize', 'minimize'];
    const study = await createStudy({ sampler, directions });
    for (const get of [() => study.bestTrial(), () => study.bestValue(), () => study.bestParams()])
      expect((await refused('unsupported', get)).message).toMatch(/2\. Use bestTrials\(\)/);
  });
});

describe('trials', () => {
  it('are all, or those in some states, by number', async () => {
    const study = await createStudy({ sampler });
    await study.addTrials([{ value: 1 }, { state: 'fail' }, { state: 'pruned' }]);
    await study.ask();
    await study.enqueue({});
    const numbers = async (states?: readonly string[]) =>
      (await study.trials(states === undefined ? {} : { states: states as never })).map(({ number }) => number);
    expect(await numbers()).toEqual([0, 1, 2, 3, 4]);
    expect(await numbers(['complete', 'fail'])).toEqual([0, 1]);
    expect(await numbers(['running'])).toEqual([3]);
    expect(await numbers(['waiting', 'pruned'])).toEqual([2, 4]);
    expect(await numbers([])).toEqual([]);
    for (const states of [['done'], 'complete', [1], null])
      expect((await refused('invalid-argument', () => study.trials({ states: states as never }))).message).toContain(
        'states',
      );
    await refused('invalid-argument', () => study.trials({ state: ['fail'] } as never));
  });

  it('are snapshots: a running one no longer changes', async () => {
    const study = await createStudy({ sampler });
    const trial = await study.ask();
    const [before] = await study.trials();
    trial.suggestFloat('x', 0, 1);
    await study.tell(trial, 1);
    expect(before).toMatchObject({ state: 'running', params: {}, value: undefined });
    expect((await study.trials())[0]?.state).toBe('complete');
  });
});
