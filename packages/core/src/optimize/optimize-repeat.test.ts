import { refused } from '@asktell/testing';
import { describe, expect, it, vi } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { TrialPruned } from '../errors.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { RepeatContext, RepeatPolicy } from '../pruner/repeat-policy.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { CreateStudyOptions } from '../study/study-options.ts';
import type { Trial } from '../trial/trial.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const output = { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} };
const start = (options: CreateStudyOptions = {}): Promise<Study> =>
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
    [...intermediateValues.values()],
  ]);

describe('repeat', () => {
  it.each(['synchronous', 'asynchronous'])(
    'tells the mean of the measurements and its standard error (%s)',
    async (kind) => {
      const study = await start();
      const objective = series([1, 2, 3], [5, 5, 5]);
      const points: number[] = [];
      const repeats: number[] = [];
      const measure = (trial: Trial): number => {
        points.push(trial.suggestFloat('x', 0, 1));
        repeats.push(trial.repeat);
        return objective(trial);
      };
      const later = async (trial: Trial): Promise<number> => {
        await null;
        return measure(trial);
      };
      await study.optimize(kind === 'synchronous' ? measure : later, { trials: 2, repeat: { max: 3 } });
      expect(await facts(study)).toEqual([
        ['complete', [2], [Math.sqrt(1 / 3)], [1, 2, 3]],
        ['complete', [5], [0], [5, 5, 5]],
      ]);
      expect(points[1], 'one trial has one point').toBe(points[0]);
      expect([...((await study.trials())[0]?.intermediateValues.keys() ?? [])]).toEqual([0, 1, 2]);
      expect(new Set(points).size).toBe(2);
      expect(repeats).toEqual([0, 1, 2, 0, 1, 2]);
    },
  );

  it('measures once without the option, and has no standard error with one measurement', async () => {
    const study = await start();
    await study.optimize(series([1]), { trials: 1 });
    await study.optimize(series([], [2]), { trials: 1, repeat: { max: 1, policy: 'fixed' } });
    expect(await facts(study)).toEqual([
      ['complete', [1], null, []],
      ['complete', [2], null, [2]],
    ]);
  });

  it('does not read the storage between measurements when no policy asks', async () => {
    const storage = new MemoryStorage();
    const study = await start({ storage });
    const pull = vi.spyOn(storage, 'pull');
    const pullsOf = async (repeat: { readonly max: number } | undefined): Promise<number> => {
      pull.mockClear();
      await study.optimize(() => 1, repeat === undefined ? { trials: 1 } : { trials: 1, repeat });
      return pull.mock.calls.length;
    };
    await pullsOf(undefined);
    expect(await pullsOf({ max: 9 })).toBe(await pullsOf(undefined));
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
      again: (state, { number, step }) => {
        states.push(`${number}.${step}: ${state}`);
        return number !== 2;
      },
    };
    await study.optimize(() => 1, { trials: 1, repeat: { max: 2, policy } });
    const { storage, internals } = study;
    const foreign = { names: [], dists: [], x: [], values: [1], reports: null, userAttrs: null, systemAttrs: null };
    let finishSecond: () => void = () => undefined;
    const isSecondFinished = new Promise<void>((resolve) => {
      finishSecond = resolve;
    });
    let calls = 0;
    await study.optimize(
      async ({ number }) => {
        if (number === 2) return 1;
        calls++;
        if (calls === 2) await isSecondFinished;
        if (calls === 3) {
          // Another program's trial, number 3, which finished before trial 2.
          const stamp = study.history.startedAt[2] as number;
          const trial = { ...foreign, state: 'complete' as const, startedAt: stamp, finishedAt: stamp };
          await storage.write(internals.session.study.ref, null, [{ kind: 'create', trial }]);
        }
        return 1;
      },
      { trials: 2, concurrency: 2, repeat: { max: 4, policy }, callbacks: [() => finishSecond()] },
    );
    expect(states.filter((line) => !line.startsWith('2'))).toEqual(['0.0: ', '1.0: 0', '1.1: 0,2', '1.2: 0,3,2']);
    expect(internals.session.onInserted.size, 'the call is over').toBe(0);
  });

  it('has a state from the history that is read again after a failed transaction', async () => {
    const study = await start();
    const states: string[] = [];
    const policy: RepeatPolicy<number[]> = {
      ...policyOf(() => true),
      fold: { init: () => [], absorb: (state, row) => void state.push(row), clone: (state) => [...state] },
      again: (state, { number }) => states.push(`${number}: ${state}`) > 0,
    };
    await study.optimize(
      ({ number }) => {
        if (number === 1) study.internals.session.forget();
        return 1;
      },
      { trials: 3, repeat: { max: 2, policy } },
    );
    expect(states).toEqual(['0: ', '1: 0', '2: 0,1']);
  });

  it('knows what other workers have finished in the meantime', async () => {
    const storage = new MemoryStorage();
    const study = await start({ name: 's', storage });
    const other = await start({ name: 's', storage, loadIfExists: true });
    const finished: number[] = [];
    const policy = policyOf((_state, { history }) => finished.push(history.finished.length) > 0);
    let calls = 0;
    await study.optimize(
      async () => {
        if (++calls === 2) await other.tell(await other.ask(), 5);
        return 1;
      },
      { trials: 1, repeat: { max: 3, policy } },
    );
    expect(finished).toEqual([0, 1]);
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
    expect(await facts(study)).toEqual([['running', null, null, [1]]]);
    await study.optimize(series([3]), { trials: 1, repeat: { max: 2 } });
    expect(await facts(study)).toEqual([['complete', [2], [1], [1, 3]]]);
  });

  it('supplied by the host is known by name', async () => {
    const racing = { ...policyOf(() => false), name: 'racing' };
    const study = await createStudy({ sampler }, { repeatPolicies: [racing] });
    await study.optimize(series([1]), { trials: 1, repeat: { max: 5, policy: 'racing' } });
    expect(await study.bestValue()).toBe(1);
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
    const pruner: Pruner = {
      name: 'always',
      config: { version: 1, options: {} },
      decide: () => ({ prune: true }),
    };
    for (const end of ['return', 'prune', 'prune as told']) {
      const study = await start({ pruner });
      const error = await refused('unsupported', () =>
        study.optimize(
          async (trial) => {
            await trial.report(1, 0);
            if (end === 'prune' || (end === 'prune as told' && (await trial.shouldPrune()))) throw new TrialPruned();
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
