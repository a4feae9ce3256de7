import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { int } from '../distribution/validate.ts';
import { TrialPruned } from '../errors.ts';
import type { Directions } from '../history/directions.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { CatchOption, Objective } from './options.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

async function start(directions: Directions = ['minimize']): Promise<{ study: Study; warnings: string[] }> {
  const warnings: string[] = [];
  const output = {
    interactive: false,
    columns: 80,
    info: () => {},
    warn: (line: string) => warnings.push(line),
    status: () => {},
  };
  return {
    study: await createStudy(
      { sampler, directions },
      { environment: { process: null, output, compileExpression: null } },
    ),
    warnings,
  };
}

const states = async (study: Study): Promise<string[]> => (await study.trials()).map(({ state }) => state);

class NetworkError extends Error {
  override name = 'NetworkError';
}

describe('optimize', () => {
  it.each<readonly [string, Objective<object, Directions>]>([
    [
      'synchronous',
      (trial) => (trial as never as { suggestFloat(n: string, l: number, h: number): number }).suggestFloat('x', 0, 1),
    ],
    [
      'asynchronous',
      async (trial) =>
        (trial as never as { suggestFloat(n: string, l: number, h: number): number }).suggestFloat('x', 0, 1),
    ],
    ['an array of one', () => [0.5]],
  ])('measures that many trials (%s objective)', async (_, objective) => {
    const { study, warnings } = await start();
    await study.optimize(objective, { trials: 7 });
    await study.optimize(objective, { trials: 0 });
    await study.optimize(objective, { trials: 2 });
    const trials = await study.trials();
    expect(trials).toHaveLength(9);
    for (const { state, value, flatParams } of trials)
      expect([state, value]).toEqual(['complete', flatParams['x'] ?? 0.5]);
    expect(warnings).toEqual([]);
  });

  it('trials: n counts this call, { total: n } counts the study', async () => {
    const { study } = await start();
    await study.addTrials([{ value: 1 }, { state: 'fail' }]);
    await study.enqueue({ x: 1 });
    await study.optimize(() => 0, { trials: 2 });
    expect((await study.trials()).length).toBe(4); // the queued one and one more
    await study.optimize(() => 0, { trials: { total: 6 } });
    await study.optimize(() => 0, { trials: { total: 6 } });
    await study.optimize(() => 0, { trials: { total: 3 } });
    expect((await study.trials()).length).toBe(6);
  });

  it('a declared space gives every trial its params', async () => {
    const study = await createStudy({ sampler, space: { n: int(3, 5) } });
    await study.optimize(({ params }) => params.n, { trials: 5 });
    for (const { value, params } of await study.trials()) expect(value).toBe(params.n);
  });

  it('several objectives', async () => {
    const { study } = await start(['minimize', 'maximize']);
    await study.optimize(async (trial) => [trial.number, -trial.number], { trials: 3 });
    expect((await study.trials()).map(({ values }) => values)).toEqual([
      [0, 0],
      [1, -1],
      [2, -2],
    ]);
  });
});

describe('an objective that returns no value', () => {
  it('NaN: fails the trial with one warning, and continues', async () => {
    for (const objective of [() => Number.NaN, async () => Number.NaN]) {
      const { study, warnings } = await start();
      await study.optimize(objective, { trials: 2 });
      expect(await states(study)).toEqual(['fail', 'fail']);
      expect((await study.trials())[0]?.failure?.code).toBe('nan');
      expect(warnings).toHaveLength(2);
      expect(warnings[0]).toMatch(/^Trial 0 failed \(nan\): .*NaN/);
    }
  });

  it.each<readonly [directions: Directions, returned: unknown, got: RegExp]>([
    [['minimize'], undefined, /returned undefined.*a number/],
    [['minimize'], null, /returned null/],
    [['minimize'], '0.5', /returned "0.5".*must be a number/],
    [['minimize'], true, /returned true/],
    [['minimize'], { loss: 1 }, /\{"loss":1\}/],
    [['minimize', 'minimize'], [1, 'a'], /must be a number, not "a"/],
    [['minimize'], [], /0 value\(s\).*1 objective\(s\)/],
    [['minimize'], [1, 2], /2 value\(s\).*1 objective\(s\)/],
    [['minimize', 'minimize'], 1, /1 value\(s\).*2 objective\(s\)/],
    [['minimize', 'minimize'], [1, Number.NaN, 3], /3 value\(s\).*2 objective\(s\)/],
  ])(
    '%j, %j: no value, or a wrong number of them, fails the trial and ends the call, whatever `catch` says',
    async (directions, returned, got) => {
      for (const objective of [() => returned, async () => returned])
        for (const option of [true, false, () => true]) {
          const { study, warnings } = await start(directions);
          const error = await refused('invalid-value', () =>
            study.optimize(objective as never, { trials: 5, catch: option }),
          );
          expect(error.message).toMatch(got);
          expect(await states(study)).toEqual(['fail']);
          expect((await study.trials())[0]?.failure?.code).toBe('invalid-value');
          expect(warnings).toEqual([expect.stringMatching(got)]);
        }
    },
  );
});

it.each([async () => true, () => undefined])('a `catch` that returns no boolean ends the call (%s)', async (option) => {
  const { study } = await start();
  const objective = () => {
    throw new NetworkError('host is down');
  };
  const error = await refused('invalid-argument', () =>
    study.optimize(objective, { trials: 3, catch: option as never }),
  );
  expect(error.message).toContain('optimize: catch must return true or false');
  expect(await states(study)).toEqual(['fail']);
});

describe('an objective that throws', () => {
  const thrower = (error: unknown, later: boolean) => {
    const at = (trial: { number: number }): number => {
      if (trial.number === 1) throw error;
      return 0;
    };
    return later ? async (trial: { number: number }) => at(trial) : at;
  };

  it.each([false, true])('fails its trial and ends the call with the same error (later: %s)', async (later) => {
    const { study, warnings } = await start();
    const error = new NetworkError('host is down');
    await expect(study.optimize(thrower(error, later), { trials: 5 })).rejects.toBe(error);
    const trials = await study.trials();
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'fail']);
    expect(trials[1]?.failure).toEqual({ code: 'error', message: 'NetworkError: host is down' });
    expect(warnings).toEqual(['Trial 1 failed (error): NetworkError: host is down']);
  });

  it.each<readonly [name: string, option: CatchOption, caught: boolean]>([
    ['true', true, true],
    ['false', false, false],
    ['its class', [NetworkError], true],
    ['a class above', [RangeError, Error], true],
    ['other classes', [RangeError, TypeError], false],
    ['no classes', [], false],
    ['a function', (error) => error instanceof Error && error.message.includes('down'), true],
    ['a function that says no', () => false, false],
  ])('catch: %s', async (_, option, caught) => {
    for (const later of [false, true]) {
      const { study, warnings } = await start();
      const run = study.optimize(thrower(new NetworkError('host is down'), later), { trials: 3, catch: option });
      if (caught) await run;
      else await expect(run).rejects.toThrow('host is down');
      expect(await states(study)).toEqual(caught ? ['complete', 'fail', 'complete'] : ['complete', 'fail']);
      expect(warnings).toHaveLength(1);
    }
  });

  it('anything can be thrown', async () => {
    for (const error of ['a string', null, undefined, 42, { code: 7 }]) {
      const { study, warnings } = await start();
      await study.optimize(thrower(error, true), { trials: 3, catch: true });
      expect(await states(study)).toEqual(['complete', 'fail', 'complete']);
      expect(warnings).toHaveLength(1);
      const uncaught = (await start()).study.optimize(thrower(error, false), { trials: 3 });
      expect(
        await uncaught.then(
          () => 'resolved',
          (reason: unknown) => [reason],
        ),
      ).toEqual([error]);
    }
  });

  it('TrialPruned prunes, with the last report as value, and no warning', async () => {
    const { study, warnings } = await start();
    const foreign = Object.assign(new Error('stop'), { [Symbol.for('asktell.pruned')]: true }); // another copy's
    await study.optimize(
      async (trial) => {
        await trial.report(5, 0);
        await trial.report(3, 1);
        throw trial.number === 0 ? new TrialPruned() : foreign;
      },
      { trials: 2 },
    );
    await study.optimize(
      () => {
        throw new TrialPruned('no reports');
      },
      { trials: 1 },
    );
    expect((await study.trials()).map(({ state, value, failure }) => [state, value, failure])).toEqual([
      ['pruned', 3, null],
      ['pruned', 3, null],
      ['pruned', undefined, null],
    ]);
    expect(warnings).toEqual([]);
  });
});

describe('an objective that tells its trial itself', () => {
  it('decides its outcome', async () => {
    const { study, warnings } = await start();
    const seen: unknown[] = [];
    await study.optimize(
      async (trial) => {
        if (trial.number === 0) await study.tell(trial, 7);
        else if (trial.number === 1) await study.tell(trial.number, 8);
        else await study.tell(trial, undefined, { state: 'pruned' });
        if (trial.number === 2) throw new TrialPruned();
        return 9;
      },
      { trials: 3, callbacks: [({ number, state, value }) => seen.push([number, state, value])] },
    );
    expect(seen).toEqual([
      [0, 'complete', 7],
      [1, 'complete', 8],
      [2, 'pruned', undefined],
    ]);
    expect(warnings).toEqual([expect.stringContaining('Trial 1 was already finished')]);
  });
});
