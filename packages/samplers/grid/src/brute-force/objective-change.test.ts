import { createStudy, loadStudy, MemoryStorage, type Study, type Trial } from '@asktell/core';
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
  return lines.filter((line) => !line.startsWith('Trial '));
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

describe('an objective that changes between two runs', () => {
  const wider = (trial: Trial): number => trial.suggestInt('x', 0, 3) + trial.suggestInt('y', 0, 2);
  const longer = (trial: Trial): number => objective(trial) + trial.suggestInt('z', 0, 1);

  /** Runs `second` after some trials of `first`. Then it enqueues the trial that a notice names, if any, and continues. */
  async function twice(first: (trial: Trial) => number, trials: number, second: (trial: Trial) => number, seed = 1) {
    const storage = new MemoryStorage();
    await (await start(storage, seed)).optimize(first, { trials });
    const study = await start(storage);
    await study.optimize(second, options);
    const named = notices().flatMap((line) => /enqueue the parameters of trial (\d+) again/.exec(line)?.[1] ?? []);
    const all = await study.trials();
    for (const number of named) await study.enqueue(all[Number(number)]?.params as never);
    await study.optimize(second, options);
    await refused('exhausted', () => study.ask());
    return { study, named };
  }

  it.each([1, 2, 3, 4, 5])('with wider ranges, after %i of 6 trials: every new point is tried', async (trials) => {
    for (let seed = 0; seed < 10; seed++) {
      const { study, named } = await twice(objective, trials, wider, seed);
      const all = await pointsOf(study);
      expect([seed, new Set(all).size]).toEqual([seed, 12]);
      expect([seed, all.length]).toEqual([seed, 12 + named.length]);
    }
  });

  it.each([1, 2, 3, 4, 5])('with another parameter, after %i of 6 trials: every new point is tried', async (trials) => {
    const { study, named } = await twice(objective, trials, longer);
    expect(named).toEqual([String(trials - 1)]);
    const all = await pointsOf(study);
    expect(all.filter((point) => point.length === 3).toSorted()).toEqual(
      sixPoints.flatMap((point) => [`${point}0`, `${point}1`]),
    );
    expect(all).toHaveLength(12 + trials);
    const about = notices().filter((line) => !line.startsWith('No trial was run'));
    expect(about).toEqual([
      `BruteForceSampler: Until trial ${trials - 1}, trials ended where later ones suggest "z". If the objective has changed, enqueue the parameters of trial ${trials - 1} again. When that trial shows the change, all points that ended there are tried again.`,
    ]);
  });

  it.each([
    ['wider ranges', wider, { x: 0, y: 0 }, 12, 13],
    ['a new value of the first parameter', wider, { x: 3 }, 12, 13],
    ['another parameter', longer, { x: 0 }, 18, 18],
  ] as const)('with %s, after the last trial: a notice names the cure', async (_, second, point, distinct, total) => {
    const storage = new MemoryStorage();
    await (await start(storage)).optimize(objective, { trials: 6 });
    const study = await start(storage);
    await study.optimize(second, options);
    for await (const trial of study.take({ trials: 1 })) throw new Error(`trial ${trial.number} was not expected`);
    expect(notices()).toEqual([
      'No trial was run for study "s": every point that its trials suggested has been tried or is being tried. If the objective suggests other parameters or ranges now, enqueue a point that has one of them, such as study.enqueue({ x: 4 }), or start a new study.',
    ]);
    await study.enqueue(point);
    await study.optimize(second, options);
    const named = notices().flatMap((line) => /enqueue the parameters of trial (\d+) again/.exec(line)?.[1] ?? []);
    for (const number of named) await study.enqueue((await study.trials())[Number(number)]?.params as never);
    await study.optimize(second, options);
    const all = await pointsOf(study);
    expect(new Set(all).size).toBe(distinct);
    expect(all).toHaveLength(total);
  });

  it('with another parameter at the start: every new point is tried', async () => {
    const storage = new MemoryStorage();
    await (await start(storage)).optimize(() => 1);
    const study = await start(storage);
    await study.enqueue({ x: 0 });
    await study.optimize(objective, options);
    expect((await pointsOf(study)).toSorted()).toEqual(['', ...sixPoints]);
  });

  it('with a parameter less: it ends', async () => {
    const { study } = await twice(longer, 4, objective);
    const all = await pointsOf(study);
    expect(new Set(all.map((point) => point.slice(0, 2))).size).toBe(6);
    expect(all.length).toBeLessThan(4 + 3 * 6);
  });

  it('looks once more at each node with the former range', async () => {
    const mixed = (trial: Trial): number => {
      const x = trial.suggestInt('x', 0, 2);
      return x + trial.suggestInt('y', 0, x === 1 ? 2 : 1);
    };
    const storage = new MemoryStorage();
    await (await start(storage)).optimize(objective, { trials: 6 });
    const study = await start(storage);
    await study.enqueue({ x: 1, y: 2 });
    await study.optimize(mixed, options);
    const all = await pointsOf(study);
    expect(new Set(all).size).toBe(7);
    // The enqueued trial, and one that repeats a point, at each of x = 0 and x = 2.
    expect(all.length).toBe(6 + 1 + 2);
  });
});

describe('an objective that does not change', () => {
  it('has no notices if ranges depend on other parameters, or numbers decide what is suggested next', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const study = await start(new MemoryStorage(), seed);
      await study.optimize((trial) => {
        const layers = trial.suggestInt('layers', 1, 3);
        for (let i = 0; i < layers; i++) trial.suggestInt(`units ${i}`, 1, 4);
        return trial.suggestInt('late', layers, 4);
      });
      const all = await pointsOf(study);
      expect(all).toHaveLength(4 * 4 + 16 * 3 + 64 * 2);
      expect(new Set(all).size).toBe(all.length);
      expect([seed, ...notices()]).toEqual([seed]);
    }
  });
});
