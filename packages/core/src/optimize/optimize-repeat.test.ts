import { refused } from '@asktell/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { TrialPruned } from '../errors.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { RepeatContext, RepeatPolicy } from '../pruner/repeat-policy.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { StudyOptions } from '../study/study-options.ts';
import type { Trial } from '../trial/trial.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const lines: string[] = [];
const warn = (line: string): void => void lines.push(line);
const output = { interactive: false, columns: 80, info: () => {}, warn, status: () => {} };
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

const policyOf = (again: RepeatPolicy['again']): RepeatPolicy => ({
  name: 'own',
  config: { version: 1, options: {} },
  again,
});
const facts = async (study: Study) =>
  (await study.trials()).map(({ state, failure, values, sem, intermediateValues }) => [
    failure?.code ?? state,
    values ?? null,
    sem,
    [...intermediateValues],
  ]);

beforeEach(() => {
  lines.length = 0;
});

describe('repeat', () => {
  it.each(['synchronous', 'asynchronous'])(
    'tells the mean of the measurements and its standard error (%s)',
    async (kind) => {
      const study = await start();
      const objective = series([1, 2, 3], [5, 5, 5]);
      const points: number[] = [];
      const measure = (trial: Trial): number => {
        points.push(trial.suggestFloat('x', 0, 1));
        return objective(trial);
      };
      const later = async (trial: Trial): Promise<number> => {
        await null;
        return measure(trial);
      };
      await study.optimize(kind === 'synchronous' ? measure : later, { trials: 2, repeat: { max: 3 } });
      expect(await facts(study)).toEqual([
        [
          'complete',
          [2],
          [Math.sqrt(1 / 3)],
          [
            [0, 1],
            [1, 2],
            [2, 3],
          ],
        ],
        [
          'complete',
          [5],
          [0],
          [
            [0, 5],
            [1, 5],
            [2, 5],
          ],
        ],
      ]);
      expect(points[1], 'one trial has one point').toBe(points[0]);
      expect(new Set(points).size).toBe(2);
    },
  );

  it('measures once without the option, and has no standard error with one measurement', async () => {
    const study = await start();
    await study.optimize(series([1]), { trials: 1 });
    await study.optimize(series([], [2]), { trials: 1, repeat: { max: 1, policy: 'fixed' } });
    expect(await facts(study)).toEqual([
      ['complete', [1], null, []],
      ['complete', [2], null, [[0, 2]]],
    ]);
  });

  it('measures several trials at the same time', async () => {
    const study = await start();
    let running = 0;
    let most = 0;
    await study.optimize(
      async ({ number }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        return number;
      },
      { trials: 6, concurrency: 3, repeat: { max: 4 } },
    );
    expect(most).toBe(3);
    expect((await facts(study)).map(([, values, sem]) => [values, sem])).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => [[n], [0]]),
    );
  });

  it('adds up with callbacks, stop conditions and a total', async () => {
    const study = await start();
    const seen: number[] = [];
    await study.optimize(({ number }) => number, {
      trials: { total: 9 },
      repeat: { max: 2 },
      callbacks: [({ value }) => seen.push(value as number)],
      until: ({ finished }) => finished === 4,
    });
    expect(seen).toEqual([0, 1, 2, 3]);
    await study.optimize(({ number }) => number, { trials: { total: 6 }, repeat: { max: 2 } });
    expect(await study.trials()).toHaveLength(6);
  });
});

describe('a policy', () => {
  it('stops the measurements of a trial', async () => {
    const study = await start();
    const policy = policyOf((_state, { number, step }) => step < number);
    await study.optimize(series([1], [2, 4], [3, 3, 3]), { trials: 3, repeat: { max: 3, policy } });
    expect(
      (await facts(study)).map(([, values, sem, reports]) => [values, sem, (reports as unknown[]).length]),
    ).toEqual([
      [[1], null, 1],
      [[3], [1], 2],
      [[3], [0], 3],
    ]);
  });

  it('is asked after each measurement but the last, with what has been measured', async () => {
    const study = await start();
    const asked: unknown[] = [];
    const draws: number[] = [];
    const policy = policyOf((state, { study: name, number, step, max, history, rng }: RepeatContext) => {
      asked.push([state, name === study.name, number, step, max, Array.from(history.reports(number).values)]);
      draws.push(rng('a').float());
      return true;
    });
    await study.optimize(series([1, 2, 3], [4, 5, 6]), { trials: 2, repeat: { max: 3, policy } });
    expect(asked).toEqual([
      [undefined, true, 0, 0, 3, [1]],
      [undefined, true, 0, 1, 3, [1, 2]],
      [undefined, true, 1, 0, 3, [4]],
      [undefined, true, 1, 1, 3, [4, 5]],
    ]);
    expect(new Set(draws).size).toBe(4);
  });

  it('has a state from the finished trials, in which a late one takes its place', async () => {
    const study = await start();
    const states: string[] = [];
    const policy: RepeatPolicy<number[]> = {
      ...policyOf(() => true),
      fold: { init: () => [], absorb: (state, row) => void state.push(row), clone: (state) => [...state] },
      again: (state, { number }) => states.push(`${number}: ${state}`) > 0,
    };
    const { storage } = study;
    const { ref } = study.internals.session.study;
    await study.optimize(series([1, 1], [1, 1], [1, 1]), { trials: 3, repeat: { max: 2, policy } });
    const stamp = (row: number): number => study.history.finishedAt[row] as number;
    const foreign = { names: [], dists: [], x: [], values: [1], reports: null, userAttrs: null, systemAttrs: null };
    await study.optimize(
      async () => {
        // Another program's trial, which finished before trial 2.
        if (study.history.size === 4)
          await storage.write(ref, null, [
            {
              kind: 'create',
              trial: { ...foreign, state: 'complete', startedAt: stamp(1), finishedAt: stamp(1) + 1e-3 },
            },
          ]);
        return 1;
      },
      { trials: 2, repeat: { max: 2, policy } },
    );
    expect(states.slice(0, 3)).toEqual(['0: ', '1: 0', '2: 0,1']);
    expect(states.at(-1)?.split(': ')[1]?.split(',')).toEqual(expect.arrayContaining(['0', '1', '2', '4']));
    expect(study.internals.session.onInserted.size, 'the call is over').toBe(0);
  });

  it.each([
    [
      'throws',
      (): boolean => {
        throw new Error('broken policy');
      },
      /broken policy/,
    ],
    [
      'returns a promise',
      async (): Promise<boolean> => true,
      /the policy own must return true or false, not a promise/,
    ],
  ] as const)('that %s ends the call. The trial keeps its measurements', async (_, again, message) => {
    const study = await start();
    const run = study.optimize(series([1]), {
      trials: 3,
      catch: true,
      repeat: { max: 3, policy: policyOf(again as never) },
    });
    await expect(run).rejects.toThrow(message);
    expect(await facts(study)).toEqual([['running', null, null, [[0, 1]]]]);
    await study.optimize(series([3]), { trials: 1, repeat: { max: 2 } });
    expect(await facts(study)).toEqual([
      [
        'complete',
        [2],
        [1],
        [
          [0, 1],
          [1, 3],
        ],
      ],
    ]);
  });

  it('supplied by the host is known by name', async () => {
    const racing = { ...policyOf(() => false), name: 'racing' };
    const study = await createStudy({ sampler }, { repeatPolicies: [racing] });
    await study.optimize(series([1]), { trials: 1, repeat: { max: 5, policy: 'racing' } });
    expect(await study.bestValue()).toBe(1);
  });
});

describe('a measurement', () => {
  it('that is NaN fails the trial at once', async () => {
    const study = await start();
    await study.optimize(series([1, Number.NaN], [2, 2, 2]), { trials: 2, repeat: { max: 3 } });
    expect((await facts(study)).map(([state]) => state)).toEqual(['nan', 'complete']);
    expect((await study.trials())[0]?.failure?.message).toBe('Measurement 1 was NaN.');
    expect([...((await study.trials())[0]?.intermediateValues ?? [])]).toEqual([
      [0, 1],
      [1, Number.NaN],
    ]);
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

  it('that is not a number fails the trial', async () => {
    const study = await start();
    await study.optimize(series([1, 'two'], [[3], 5]), { trials: 2, repeat: { max: 2 } });
    expect((await facts(study)).map(([state, values]) => [state, values])).toEqual([
      ['invalid-value', null],
      ['complete', [4]],
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
      ['error', null, null, [[0, 1]]],
      [
        'complete',
        [3],
        [1],
        [
          [0, 2],
          [1, 4],
        ],
      ],
    ]);
    expect(new Set(points).size).toBe(1);
  });

  it('that throws TrialPruned ends the trial with the mean so far', async () => {
    const study = await start();
    await study.optimize(series([1, 4, new TrialPruned()], [new TrialPruned()]), { trials: 2, repeat: { max: 5 } });
    expect(await facts(study)).toEqual([
      [
        'pruned',
        [2.5],
        null,
        [
          [0, 1],
          [1, 4],
        ],
      ],
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
    expect(await facts(study)).toEqual([['error', null, null, [[0, 1]]]]);
  });
});

describe('refusals', () => {
  it('several objectives', async () => {
    const study = await createStudy({ sampler, directions: ['minimize', 'maximize'] });
    const error = await refused('unsupported', () => study.optimize(() => [1, 2], { trials: 1, repeat: { max: 2 } }));
    expect(error.message).toMatch(/^optimize: repeat needs one objective, but the study has 2\./);
    expect(await study.trials()).toEqual([]);
  });

  it.each([
    [3, /repeat must be an object with max or policy, not 3/],
    [{}, /repeat must say how often to measure, \{ max: 5 \}/],
    [{ max: 0 }, /valid max, which must be a whole number, 1 or more, not 0/],
    [{ max: 2.5 }, /valid max/],
    [{ max: 2, policy: {} }, /valid policy, which must be 'fixed', 'racing' or a policy/],
    [{ max: 2, policy: 'often' }, /the policy "often" is unknown. Known here: "fixed"/],
    [{ max: 2, policy: 'racing' }, /the policy "racing" is unknown/],
    [{ max: 2, often: true }, /must not have "often"/],
  ])('%o', async (repeat, message) => {
    const study = await start();
    const error = await refused('invalid-argument', () =>
      study.optimize(() => 1, { trials: 1, repeat: repeat as never }),
    );
    expect(error.message).toMatch(message);
    expect(await study.trials()).toEqual([]);
  });

  it('reports of the objective, whose steps would be taken for measurements', async () => {
    for (const end of ['return', 'prune']) {
      const study = await start();
      const error = await refused('unsupported', () =>
        study.optimize(
          async (trial) => {
            await trial.report(1, 0);
            if (end === 'prune') throw new TrialPruned();
            return 1;
          },
          { trials: 2, repeat: { max: 2 } },
        ),
      );
      expect(error.message).toContain('Trial 0 has reports of its own.');
      expect((await facts(study)).map(([state]) => state)).toEqual(['error']);
    }
  });
});
