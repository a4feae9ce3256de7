import { createStudy, int, loadStudy, MemoryStorage, type Study, type Trial, TrialPruned } from '@asktell/core';
import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { BruteForceSampler } from './brute-force-sampler.ts';

const lines: string[] = [];
const environment = {
  process: null,
  compileExpression: null,
  output: {
    interactive: false,
    columns: 80,
    info: () => undefined,
    warn: (line: string) => void lines.push(line),
    status: () => undefined,
  },
};

async function start(storage = new MemoryStorage(), seed = 1): Promise<Study> {
  lines.length = 0;
  const handle = { name: 's', storage, sampler: new BruteForceSampler() };
  const exists = (await storage.findStudy('s')) !== undefined;
  return (await (exists
    ? loadStudy(handle, { environment })
    : createStudy({ ...handle, seed }, { environment }))) as Study;
}

function notices(): string[] {
  return lines.filter((line) => !/^(Trial |\d+ more like that)/.test(line));
}

async function pointsOf(study: Study, state = 'complete'): Promise<string[]> {
  const trials = await study.trials();
  return trials.filter((trial) => trial.state === state).map(({ flatParams }) => Object.values(flatParams).join(''));
}

const sixPoints = ['00', '01', '10', '11', '20', '21'];

function objective(trial: Trial): number {
  const x = trial.suggestInt('x', 0, 2);
  return x + trial.suggestInt('y', 0, 1);
}

const options = { catch: true, trials: 100 };

describe('a define-by-run trial that does not complete', () => {
  const places = [
    ['before its first suggestion', () => undefined],
    ['after x', (trial: Trial) => void trial.suggestInt('x', 0, 2)],
    ['after x and y', (trial: Trial) => void objective(trial)],
  ] as const;
  const ways = {
    fail: async (study: Study, stop: (trial: Trial) => void) => {
      await study.optimize(
        (trial) => {
          stop(trial);
          throw new Error('no');
        },
        { catch: true, trials: 1 },
      );
    },
    pruned: async (study: Study, stop: (trial: Trial) => void) => {
      await study.optimize(
        (trial) => {
          stop(trial);
          throw new TrialPruned();
        },
        { trials: 1 },
      );
    },
    nan: async (study: Study, stop: (trial: Trial) => void) => {
      await study.optimize(
        (trial) => {
          stop(trial);
          return Number.NaN;
        },
        { trials: 1 },
      );
    },
    told: async (study: Study, stop: (trial: Trial) => void) => {
      const trial = await study.ask();
      stop(trial as Trial);
      await study.tell(trial, undefined, { state: 'fail' });
    },
    added: async (study: Study, stop: (trial: Trial) => void) => {
      const params: { [name: string]: number } = {};
      const suggestInt = (name: string): number => {
        params[name] = 1;
        return 1;
      };
      stop({ suggestInt } as unknown as Trial);
      const distributions = Object.fromEntries(
        Object.entries({ x: int(0, 2), y: int(0, 1) }).filter(([name]) => name in params),
      );
      await study.addTrial({ params, distributions, state: 'fail' });
    },
  };

  for (const [place, stop] of places)
    for (const [way, end] of Object.entries(ways))
      it(`${way}, ${place}: its point is still tried, last`, async () => {
        const storage = new MemoryStorage();
        const first = await start(storage);
        await end(first, stop);
        const unfinished = Object.values((await first.trials())[0]?.flatParams ?? {}).join('');
        const study = await start(storage);
        await study.optimize(objective, options);
        const all = await pointsOf(study);
        expect(all.toSorted()).toEqual(sixPoints);
        expect(all.at(-1)?.startsWith(unfinished)).toBe(true);
        expect(notices()).toEqual([]);
        await refused('exhausted', () => study.ask());
      });

  it('is tried again twice after all other points, then given up with one notice', async () => {
    const study = await start();
    const failing = (trial: Trial): number => {
      const x = trial.suggestInt('x', 0, 2);
      if (x === 1) throw new Error('no');
      return x + trial.suggestInt('y', 0, 1);
    };
    await study.optimize(failing, options);
    const states = (await study.trials()).map(({ state }) => state);
    expect((await pointsOf(study, 'fail')).join()).toBe('1,1,1');
    expect(states.slice(-2)).toEqual(['fail', 'fail']);
    expect((await pointsOf(study)).toSorted()).toEqual(['00', '01', '20', '21']);
    await study.optimize(failing, options);
    await refused('exhausted', () => study.ask());
    expect(notices()).toEqual([
      'BruteForceSampler gives up one point: 3 trials ended there and none completed: { x: 1 }. To try one again, enqueue it: study.enqueue({ x: 1 }).',
      expect.stringMatching(/^No trial was run for study "s": /),
    ]);
    await study.enqueue({ x: 1 });
    await study.optimize(objective, options);
    expect((await pointsOf(study)).toSorted()).toEqual(sixPoints);
  });

  it('ends the study after three trials before the first suggestion', async () => {
    const study = await start();
    await study.optimize(() => {
      throw new Error('no');
    }, options);
    expect(await study.trials()).toHaveLength(3);
    expect(notices()).toEqual([
      'BruteForceSampler gives up one point: 3 trials ended there and none completed: before the first suggestion. To try one again, enqueue a point.',
    ]);
  });

  it('names three of the points that are given up', async () => {
    const study = await start();
    await study.optimize((trial) => {
      trial.suggestInt('a b', 1, 5);
      throw new Error('no');
    }, options);
    expect(await study.trials()).toHaveLength(15);
    expect(notices()).toEqual([
      expect.stringMatching(/^BruteForceSampler gives up 5 points: .*: \{ "a b": \d \}, .* and 2 more\. /),
    ]);
  });

  it('has tried its point if it is pruned where complete trials end', async () => {
    const study = await start();
    await study.optimize((trial) => {
      const value = objective(trial);
      if (trial.number > 0) throw new TrialPruned();
      return value;
    }, options);
    expect(await study.trials()).toHaveLength(6);
    expect([...(await pointsOf(study)), ...(await pointsOf(study, 'pruned'))].toSorted()).toEqual(sixPoints);
    expect(notices()).toEqual([]);
  });

  it('is tried again by overlapping trials, and every point completes', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const study = await start(new MemoryStorage(), seed);
      await study.optimize(
        async (trial) => {
          await Promise.resolve();
          if (trial.number % 5 === 0) throw new Error('no');
          const x = trial.suggestInt('x', 0, 2);
          await Promise.resolve();
          if (trial.number % 5 === 2) throw new Error('no');
          return x + trial.suggestInt('y', 0, 1);
        },
        { ...options, concurrency: 4 },
      );
      expect([seed, [...new Set(await pointsOf(study))].toSorted()]).toEqual([seed, sixPoints]);
    }
  });

  it('closes its point in a declared space', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler(), space: { x: int(0, 2), y: int(0, 1) } });
    await study.optimize(() => Number.NaN, options);
    expect(await study.trials()).toHaveLength(6);
  });
});
