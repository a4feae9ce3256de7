import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { TrialPruned } from '../errors.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { StudyOptions } from '../study/study-options.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const output = { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} };
const start = (options: StudyOptions = {}): Promise<Study> =>
  createStudy({ sampler, seed: 1, ...options }, { environment: { process: null, output, compileExpression: null } });

/** An objective whose measurements of each trial are these. */
function series(...trials: readonly (readonly unknown[])[]): (trial: { readonly number: number }) => number {
  const next: number[] = [];
  return ({ number }) => {
    const at = next[number] ?? 0;
    next[number] = at + 1;
    const value = trials[number]?.[at];
    if (value instanceof Error) throw value;
    if (value === undefined) throw new Error(`Trial ${number} was measured ${at + 1} times.`);
    return value as number;
  };
}

const facts = async (study: Study) =>
  (await study.trials()).map(({ state, failure, values, sem, intermediateValues }) => [
    failure?.code ?? state,
    values ?? null,
    sem,
    [...intermediateValues.values()],
  ]);

describe('a measurement', () => {
  it('that is NaN fails the trial at once', async () => {
    const study = await start();
    await study.optimize(series([1, Number.NaN], [2, 2, 2]), { trials: 2, repeat: { max: 3 } });
    expect((await facts(study)).map(([state]) => state)).toEqual(['nan', 'complete']);
    expect((await study.trials())[0]?.failure?.message).toBe('Measurement 1 was NaN.');
    expect((await facts(study))[0]?.[3]).toEqual([1, Number.NaN]);
  });

  it('may be infinite', async () => {
    const study = await start();
    const infinity = Number.POSITIVE_INFINITY;
    await study.optimize(series([1, infinity], [-infinity, infinity]), { trials: 2, repeat: { max: 2 } });
    expect((await facts(study)).map(([state, values, sem]) => [state, values, sem])).toEqual([
      ['complete', [infinity], null],
      ['nan', null, null],
    ]);
  });

  it('that is not a number fails the trial and ends the call', async () => {
    const study = await start();
    await refused('invalid-value', () =>
      study.optimize(series([[3], 5], [1, 'two'], [1, 2]), { trials: 3, repeat: { max: 2 } }),
    );
    expect((await facts(study)).map(([state, values]) => [state, values])).toEqual([
      ['complete', [4]],
      ['invalid-value', null],
    ]);
    await refused('invalid-value', () => study.optimize((() => [1, 2]) as never, { trials: 2, repeat: { max: 2 } }));
  });

  it('that throws fails the trial and ends the call, unless catch covers it', async () => {
    const study = await start();
    const broken = new Error('broken');
    await expect(study.optimize(series([1, broken]), { trials: 2, repeat: { max: 3 } })).rejects.toBe(broken);
    await study.optimize(series([], [broken], [2, 2, 2]), { trials: 2, repeat: { max: 3 }, catch: true });
    expect((await facts(study)).map(([state, values]) => [state, values])).toEqual([
      ['error', null],
      ['error', null],
      ['complete', [2]],
    ]);
  });

  it('that throws is retried as a new trial, which is measured from the beginning', async () => {
    const study = await start();
    const points: number[] = [];
    const objective = series([1, new Error('broken')], [2, 4]);
    await study.optimize(
      (trial) => {
        points.push(trial.suggestFloat('x', 0, 1));
        return objective(trial);
      },
      { trials: 2, repeat: { max: 2 }, retry: { max: 1 } },
    );
    expect(await facts(study)).toEqual([
      ['error', null, null, [1]],
      ['complete', [3], [1], [2, 4]],
    ]);
    expect(new Set(points).size).toBe(1);
  });

  it('that throws TrialPruned ends the trial with the mean so far', async () => {
    const study = await start();
    await study.optimize(series([1, 4, new TrialPruned()], [new TrialPruned()]), { trials: 2, repeat: { max: 5 } });
    expect(await facts(study)).toEqual([
      ['pruned', [2.5], null, [1, 4]],
      ['pruned', null, null, []],
    ]);
  });

  it('is the last one when the objective was told to prune and returned a value all the same', async () => {
    const pruner: Pruner = {
      name: 'second',
      config: { version: 1, options: {} },
      decide: (_state, { step }) => ({ prune: step >= 1 }),
    };
    const study = await start({ pruner });
    const decisions: boolean[] = [];
    const objective = series([1, 2, 3]);
    await study.optimize(
      async (trial) => {
        decisions.push(await trial.shouldPrune());
        return objective(trial);
      },
      { trials: 1, repeat: { max: 5 } },
    );
    expect(decisions).toEqual([false, false, true]);
    expect((await facts(study))[0]?.slice(0, 2)).toEqual(['complete', [2]]);
  });

  it('after a refused write that nobody awaited fails the trial', async () => {
    const study = await start();
    const run = study.optimize(
      async (trial) => {
        void trial.setConstraint('size', Number.NaN);
        return 1;
      },
      { trials: 1, repeat: { max: 3 } },
    );
    await refused('invalid-value', () => run);
    expect(await facts(study)).toEqual([['error', null, null, [1]]]);
  });
});
