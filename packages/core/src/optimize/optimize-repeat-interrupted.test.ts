import { refused } from '@asktell/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import type { ProcessIdentity } from '../environment.ts';
import { AsktellError } from '../errors.ts';
import type { RepeatPolicy } from '../pruner/repeat-policy.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
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

/** A storage and processes that can die. */
function world() {
  const storage = new MemoryStorage();
  const dead = new Set<number>();
  const open = (pid: number): Promise<Study> => {
    const process: ProcessIdentity = { host: 'here', pid, born: null, isAlive: (other) => !dead.has(other) };
    return createStudy(
      { name: 's', storage, sampler, seed: 1, loadIfExists: true },
      { environment: { process, output, compileExpression: null } },
    );
  };
  return { storage, open, kill: (pid: number) => dead.add(pid) };
}

const facts = async (study: Study) =>
  (await study.trials()).map(({ state, failure, values, sem, intermediateValues }) => [
    failure?.code ?? state,
    values ?? null,
    sem,
    [...intermediateValues.values()],
  ]);
const never = new Promise<never>(() => undefined);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Runs until the measurement `dies` of the first trial, in which the process dies. */
async function dieIn({ open, kill }: ReturnType<typeof world>, dies: number, points: number[] = []): Promise<void> {
  const study = await open(1);
  let measured = 0;
  void study.optimize(
    async (trial) => {
      points.push(trial.suggestFloat('x', 0, 1));
      if (measured === dies) return never;
      return ++measured;
    },
    { trials: 1, repeat: { max: 4 } },
  );
  for (let i = 0; i < 5; i++) await turn();
  kill(1);
}

beforeEach(() => {
  lines.length = 0;
});

describe('a process that dies', () => {
  it('in the middle of the measurements: the next one continues after the last stored one, at the same point', async () => {
    const here = world();
    const points: number[] = [];
    await dieIn(here, 2, points);
    const two = await here.open(2);
    expect(await facts(two)).toEqual([['running', null, null, [1, 2]]]);
    const resumed: unknown[] = [];
    await two.optimize(
      (trial) => {
        points.push(trial.suggestFloat('x', 0, 1));
        resumed.push([trial.isResumed, trial.repeat]);
        return 6;
      },
      { trials: 1, repeat: { max: 4 } },
    );
    expect(await facts(two)).toEqual([['complete', [15 / 4], [Math.sqrt(20.75 / 3 / 4)], [1, 2, 6, 6]]]);
    expect(resumed).toEqual([
      [true, 2],
      [true, 3],
    ]);
    expect(new Set(points).size).toBe(1);
  });

  it('in the first measurement, and once more', async () => {
    const here = world();
    await dieIn(here, 0);
    const two = await here.open(2);
    let calls = 0;
    void two.optimize(() => (++calls < 3 ? calls : never), { trials: 1, repeat: { max: 4 } });
    for (let i = 0; i < 5; i++) await turn();
    here.kill(2);
    const three = await here.open(3);
    await three.optimize(() => 3, { trials: 1, repeat: { max: 4 } });
    expect((await facts(three)).map(([state, , , reports]) => [state, reports])).toEqual([['complete', [1, 2, 3, 3]]]);
  });

  it('before it told: nothing is measured again', async () => {
    const here = world();
    await dieIn(here, 3);
    const two = await here.open(2);
    const objective = vi.fn(() => 9);
    await two.optimize(objective, { trials: 1, repeat: { max: 3 } });
    expect(await facts(two)).toEqual([['complete', [2], [Math.sqrt(1 / 3)], [1, 2, 3]]]);
    expect(objective).not.toHaveBeenCalled();
  });

  it('and whose trial the policy stops now', async () => {
    const here = world();
    await dieIn(here, 2);
    const two = await here.open(2);
    const steps: number[] = [];
    const policy: RepeatPolicy = {
      name: 'stop',
      config: { version: 1, options: {} },
      again: (_, { step }) => steps.push(step) < 0,
    };
    await two.optimize(() => 9, { trials: 1, repeat: { max: 4, policy } });
    expect(await facts(two)).toEqual([['complete', [1.5], [0.5], [1, 2]]]);
    expect(steps).toEqual([1]);
  });

  it('after a measurement that was NaN: the trial fails', async () => {
    const { open, kill } = world();
    const one = await open(1);
    const trial = (await one.take({ trials: 1 }).next()).value as Trial;
    await trial.report(Number.NaN, 0);
    kill(1);
    const two = await open(2);
    await two.optimize(() => 9, { trials: 1, repeat: { max: 4 } });
    expect((await facts(two)).map(([state]) => state)).toEqual(['nan']);
  });

  it('with reports that are not measurements: they are not counted', async () => {
    const { open, kill } = world();
    const one = await open(1);
    const trial = (await one.take({ trials: 1 }).next()).value as Trial;
    await trial.report(1, 0);
    await trial.report(2, 7);
    kill(1);
    const two = await open(2);
    const objective = vi.fn(() => 9);
    await refused('unsupported', () => two.optimize(objective, { trials: 1, repeat: { max: 2 } }));
    expect(await facts(two)).toEqual([['error', null, null, [1, 2]]]);
    expect(objective).not.toHaveBeenCalled();
  });

  it('but lives on: what it measures after another one took its trial is not stored', async () => {
    const { open, kill } = world();
    const one = await open(1);
    const two = await open(2);
    let calls = 0;
    await one.optimize(
      async () => {
        if (++calls < 2) return 1;
        kill(1);
        await two.optimize(() => 2, { trials: 1, repeat: { max: 3 } });
        return 100;
      },
      { trials: 1, repeat: { max: 3 } },
    );
    expect((await facts(two)).map(([state, values]) => [state, values])).toEqual([['complete', [5 / 3]]]);
    expect(lines).toEqual([expect.stringMatching(/Trial 0 was already finished/)]);
    expect(calls).toBe(2);
  });
});

describe('an interruption', () => {
  it.each(['a synchronous objective', 'one that returns its value', 'one that throws'])(
    'releases the trial with its measurements (%s)',
    async (kind) => {
      const study = await world().open(1);
      let calls = 0;
      const stopAtTwo = (): number => {
        if (++calls === 2) study.stop();
        return calls;
      };
      const later = async (trial: Trial): Promise<number> => {
        await null;
        const value = stopAtTwo();
        if (kind === 'one that throws') trial.signal.throwIfAborted?.();
        return value;
      };
      await study.optimize(kind === 'a synchronous objective' ? stopAtTwo : later, { trials: 3, repeat: { max: 3 } });
      const kept = kind === 'one that throws' ? [1] : [1, 2];
      expect(await facts(study)).toEqual([['running', null, null, kept]]);
      await study.optimize(() => 5, { trials: 1, repeat: { max: 3 } });
      expect((await facts(study)).map(([state, , , reports]) => [state, reports])).toEqual([
        ['complete', [...kept, 5, 5].slice(0, 3)],
      ]);
    },
  );

  it('in the last measurement tells the trial', async () => {
    const study = await world().open(1);
    let calls = 0;
    const objective = () => {
      if (++calls === 2) study.stop();
      return calls;
    };
    await study.optimize(objective, { trials: 3, repeat: { max: 2 } });
    expect(await facts(study)).toEqual([['complete', [1.5], [0.5], [1, 2]]]);
  });

  it('by close(): a measurement that returns later is not stored', async () => {
    const { open } = world();
    const study = await open(1);
    let finish: (value: number) => void = () => undefined;
    const run = study.optimize(
      () =>
        new Promise<number>((resolve) => {
          finish = resolve;
        }),
      { trials: 3, repeat: { max: 3 } },
    );
    await turn();
    finish(1);
    await turn();
    await study.close();
    finish(2);
    await run;
    expect(lines, 'no other worker has it').toEqual([]);
    const two = await open(2);
    expect(await facts(two)).toEqual([['running', null, null, [1]]]);
    await two.optimize(() => 3, { trials: 1, repeat: { max: 2 } });
    expect(await facts(two)).toEqual([['complete', [2], [1], [1, 3]]]);
  });

  it('by a timer is noticed between the measurements of a synchronous objective', async () => {
    const study = await world().open(1);
    const busy = (): number => {
      const end = performance.now() + 2;
      while (performance.now() < end);
      return 1;
    };
    await study.optimize(busy, { timeout: 50, repeat: { max: 2000 } });
    expect((await facts(study)).map(([state]) => state)).toEqual(['running']);
  });
});

describe('a trial that ends otherwise', () => {
  it('because its objective tells it', async () => {
    const study = await world().open(1);
    let calls = 0;
    const seen: unknown[] = [];
    await study.optimize(
      async (trial) => {
        if (++calls === 2) await study.tell(trial, 7);
        return 1;
      },
      { trials: 1, repeat: { max: 3 }, callbacks: [({ state, value }) => seen.push([state, value])] },
    );
    expect(await facts(study)).toEqual([['complete', [7], null, [1]]]);
    expect(calls).toBe(2);
    expect(seen, 'it is a trial of this call').toEqual([['complete', 7]]);
    expect(lines, 'no other worker has it').toEqual([]);
  });

  it('because another worker took it after its lease: the measurement is not stored', async () => {
    const study = await world().open(1);
    let calls = 0;
    await study.optimize(
      async ({ number }) => {
        if (++calls === 2) study.internals.session.workers.drop(number); // as a failed renewal of the lease does
        return 1;
      },
      { trials: 1, repeat: { max: 3 } },
    );
    expect(await facts(study)).toEqual([['running', null, null, [1]]]);
    expect(lines).toEqual([expect.stringMatching(/^Trial 0 has been taken over by another worker\./)]);
  });

  it('because a measurement cannot be stored: the call rejects, and the trial keeps what was stored', async () => {
    const { open, storage } = world();
    const study = await open(1);
    const write = storage.write.bind(storage);
    const full = new Error('disk full');
    let calls = 0;
    const run = study.optimize(
      () => {
        if (++calls === 2)
          storage.write = () => {
            throw full;
          };
        return calls;
      },
      { trials: 3, catch: true, repeat: { max: 3 } },
    );
    await expect(run).rejects.toBe(full);
    storage.write = write;
    expect(await facts(study)).toEqual([['running', null, null, [1]]]);
    await study.optimize(() => 5, { trials: 1, repeat: { max: 3 } });
    expect((await facts(study)).map(([state, , , reports]) => [state, reports])).toEqual([['complete', [1, 5, 5]]]);
  });
});

describe('a storage that refuses', () => {
  const refuse = (): never => {
    throw new AsktellError('invalid-value', 'The storage refuses.');
  };

  it('a measurement as invalid: the trial fails', async () => {
    const { open, storage } = world();
    const study = await open(1);
    const write = storage.write.bind(storage);
    let calls = 0;
    const run = study.optimize(
      () => {
        if (++calls === 2) {
          storage.write = () => {
            storage.write = write;
            return refuse();
          };
        }
        return calls;
      },
      { trials: 1, repeat: { max: 3 } },
    );
    await refused('invalid-value', () => run);
    expect((await facts(study)).map(([state]) => state)).toEqual(['error']);
    expect(calls).toBe(2);
  });

  it('to be read before the policy decides: the call rejects, and the trial is left to the next one', async () => {
    const { open, storage } = world();
    const study = await open(1);
    const pull = storage.pull.bind(storage);
    const policy: RepeatPolicy = { name: 'more', config: { version: 1, options: {} }, again: () => true };
    const run = study.optimize(
      () => {
        storage.pull = refuse;
        return 1;
      },
      { trials: 3, catch: true, repeat: { max: 3, policy } },
    );
    await refused('invalid-value', () => run);
    storage.pull = pull;
    expect([...study.internals.session.workers.active]).toEqual([]);
    await study.optimize(() => 5, { trials: 1, repeat: { max: 2 } });
    expect((await facts(study)).map(([state, , , reports]) => [state, reports])).toEqual([['complete', [1, 5]]]);
  });
});

describe('trialTimeout', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10) {
      await turn();
      await vi.advanceTimersByTimeAsync(Math.min(10, left));
    }
    await turn();
  }
  const slow = () => new Promise<number>((resolve) => setTimeout(() => resolve(3), 40));

  it.each([
    ['fails the trial', 100, ['timeout', null, null, [3, 3]]],
    ['tells the mean so far', { ms: 100, result: 'last-report' as const }, ['complete', [3], [0], [3, 3]]],
    ['fails a trial without a measurement', { ms: 20, result: 'last-report' as const }, ['timeout', null, null, []]],
  ])('limits all measurements of a trial together, and %s', async (_, trialTimeout, expected) => {
    const study = await world().open(1);
    const run = study.optimize(slow, { trials: 1, trialTimeout, repeat: { max: 5 } });
    await advance(400);
    await run;
    expect(await facts(study)).toEqual([expected]);
  });

  it('ends a synchronous objective between two measurements', async () => {
    const study = await world().open(1);
    const objective = (): number => {
      vi.advanceTimersByTime(40);
      return 3;
    };
    await study.optimize(objective, { trials: 1, trialTimeout: 100, repeat: { max: 5 } });
    expect(await facts(study)).toEqual([['timeout', null, null, [3, 3, 3]]]);
  });
});
