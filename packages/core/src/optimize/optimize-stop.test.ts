import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { Trial } from '../trial/trial.ts';
import { allOf, anyOf, elapsed, noImprovement, type StopCondition, targetReached } from './stop-conditions.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const output = { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} };
const start = (): Promise<Study> =>
  createStudy({ sampler }, { environment: { process: null, output, compileExpression: null } });

/** Resolves when the trial's signal is aborted, with the reason. */
const aborted = (trial: Trial): Promise<unknown> =>
  new Promise((resolve) => {
    const { signal } = trial;
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener('abort', () => resolve(signal.reason));
  });

const facts = async (study: Study) => (await study.trials()).map(({ state, failure }) => [state, failure?.code]);

describe('stop()', () => {
  it('inside an objective: this trial counts, no other starts', async () => {
    const study = await start();
    await study.optimize(async (trial) => {
      if (trial.number === 2) study.stop();
      return trial.signal.aborted ? -1 : trial.number;
    });
    expect((await study.trials()).map(({ value }) => value)).toEqual([0, 1, -1]);
  });

  it('inside a callback, or from outside', async () => {
    const study = await start();
    await study.optimize(() => 0, { callbacks: [({ number }) => number === 1 && study.stop()] });
    const run = study.optimize(async (trial) => {
      await aborted(trial);
      return 1;
    });
    study.stop();
    study.stop();
    await run;
    expect((await study.trials()).length).toBeLessThanOrEqual(3);
  });

  it('aborts the running trials; their values count, those that throw are released', async () => {
    const study = await start();
    const reasons: unknown[] = [];
    await study.optimize(
      async (trial) => {
        if (trial.number === 3) study.stop();
        reasons.push(((await aborted(trial)) as Error).message);
        if (trial.number === 1) throw new Error('cancelled');
        if (trial.number === 2) throw trial.signal.reason as Error;
        return trial.number;
      },
      { concurrency: 4 },
    );
    expect(await facts(study)).toEqual([
      ['complete', undefined],
      ['running', undefined],
      ['running', undefined],
      ['complete', undefined],
    ]);
    const resumed: (readonly [number, boolean])[] = [];
    await study.optimize(async ({ number, isResumed }) => resumed.push([number, isResumed]), { trials: { total: 5 } });
    expect(resumed).toEqual([
      [1, true],
      [2, true],
      [4, false],
    ]);
    expect(reasons).toEqual(Array.from({ length: 4 }, () => 'The study was stopped.'));
  });

  it('does nothing without a loop, and ends all running loops', async () => {
    const study = await start();
    study.stop();
    await study.optimize(() => 0, { trials: 1 });
    const hanging = (): Promise<void> =>
      study.optimize(async (trial) => {
        await aborted(trial);
        return 0;
      });
    const both = [hanging(), hanging()];
    await new Promise((resolve) => setImmediate(resolve));
    study.stop();
    await Promise.all(both);
    expect(await facts(study)).toHaveLength(3);
  });
});

/** Answers asks later, as a storage does that waits for a lock. After `close`, every call is refused. */
class SlowStorage extends MemoryStorage {
  #isClosed = false;

  override ask(...args: Parameters<MemoryStorage['ask']>): ReturnType<MemoryStorage['ask']> {
    const later = new Promise((resolve) => setTimeout(resolve, 20)).then(() => super.ask(...args));
    return later as unknown as ReturnType<MemoryStorage['ask']>;
  }

  override write(...args: Parameters<MemoryStorage['write']>): ReturnType<MemoryStorage['write']> {
    if (this.#isClosed) throw new Error('closed');
    return super.write(...args);
  }

  override close(): void {
    this.#isClosed = true;
  }
}

describe('close()', () => {
  it('during an ask releases the trial that the ask is granted', async () => {
    const storage = new SlowStorage();
    const environment = { process: null, output, compileExpression: null };
    const study = await createStudy({ storage, sampler }, { environment, ownsStorage: true });
    const run = study.optimize(async (trial) => {
      if (trial.signal.aborted) throw trial.signal.reason;
      return 1;
    });
    await Promise.resolve();
    await study.close();
    await run;
    const [record] = storage.pull(study.internals.session.study.ref, null).trials;
    expect(record?.state).toBe('running');
    expect(record?.systemAttrs?.get(keys.owner)).toMatchObject({ until: 0 });
  });
});

describe('a trial that was released and finished by another worker', () => {
  it('keeps that result, and the callbacks of the first worker are not called', async () => {
    const storage = new MemoryStorage();
    const host = { environment: { process: null, output, compileExpression: null } };
    const open = () => createStudy({ name: 's', storage, sampler, loadIfExists: true }, host);
    const [one, two] = [await open(), await open()];
    let finish: (value: number) => void = () => undefined;
    const seen: number[] = [];
    const run = one.optimize(() => new Promise<number>((resolve) => (finish = resolve)), {
      trials: 1,
      callbacks: [({ number }) => seen.push(number)],
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await one.close();
    await two.optimize(() => 2, { trials: 1, callbacks: [({ number }) => seen.push(number)] });
    finish(1);
    await run;
    expect(seen).toEqual([0]);
    expect((await two.trials()).map(({ value }) => value)).toEqual([2]);
  });
});

describe('timeout', () => {
  it('starts no more trials, and aborts the running ones', async () => {
    const study = await start();
    await study.optimize(
      async (trial) => {
        expect(((await aborted(trial)) as Error).message).toBe('The timeout of 5 ms is over.');
        if (trial.number === 0) throw new Error('cancelled');
        return 1;
      },
      { timeout: 5, concurrency: 2 },
    );
    expect(await facts(study)).toEqual([
      ['running', undefined],
      ['complete', undefined],
    ]);
    expect((await study.ask()).number).toBe(0);
  });

  it('0 starts none, Infinity is none', async () => {
    const study = await start();
    await study.optimize(() => 0, { timeout: 0 });
    await study.optimize(() => 0, { timeout: Number.POSITIVE_INFINITY, trials: 1 });
    expect(await study.trials()).toHaveLength(1);
  });

  it('reaches synchronous objectives between two trials', async () => {
    const study = await start();
    await study.optimize(() => 0, { timeout: 30 });
    expect((await study.trials()).length).toBeGreaterThan(0);
  });

  it('also reaches objectives that only await resolved promises', async () => {
    const study = await start();
    await study.optimize(async () => 0, { timeout: 30 });
    expect((await study.trials()).length).toBeGreaterThan(0);
  });
});

describe('an abort signal', () => {
  it('ends the call like a timeout', async () => {
    const study = await start();
    const controller = new AbortController();
    await study.optimize(
      async (trial) => {
        if (trial.number === 1) controller.abort();
        if (trial.number === 1) await aborted(trial);
        return 0;
      },
      { signal: controller.signal },
    );
    expect(await facts(study)).toEqual([
      ['complete', undefined],
      ['complete', undefined],
    ]);
    await study.optimize(() => 0, { signal: controller.signal });
    expect(await study.trials()).toHaveLength(2);
  });

  it('has no listener left afterwards', async () => {
    const study = await start();
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_type: 'abort', listener: () => void) => listeners.add(listener),
      removeEventListener: (_type: 'abort', listener: () => void) => listeners.delete(listener),
    };
    await study.optimize(
      () => {
        expect(listeners.size).toBe(1);
        return 0;
      },
      { signal, trials: 1 },
    );
    await study
      .optimize(
        () => {
          throw new Error('no');
        },
        { signal, trials: 1 },
      )
      .catch(() => undefined);
    expect(listeners.size).toBe(0);
  });
});

describe("a trial's signal", () => {
  it('is created on first read, and still aborted', async () => {
    const study = await start();
    const late: boolean[] = [];
    await study.optimize(async (trial) => {
      study.stop();
      const { signal } = trial;
      late.push(signal.aborted, signal === trial.signal);
      return 0;
    });
    expect(late).toEqual([true, true]);
  });

  it('is aborted when the pruner decides so', async () => {
    const pruner = {
      name: 'always',
      config: { version: 1, options: {} },
      reads: 'finished' as const,
      decide: () => ({ prune: true }),
    };
    const study = await createStudy({ sampler, pruner });
    const trial = await study.ask();
    expect([await trial.shouldPrune(), trial.signal.aborted]).toEqual([false, false]); // nothing reported yet
    await trial.report(1, 0);
    expect([await trial.shouldPrune(), trial.signal.aborted]).toEqual([true, true]);
    expect((trial.signal.reason as Error).message).toContain('Trial 0 is pruned at step 0');
  });
});

describe('until', () => {
  it('ends the call after the trial that meets the condition', async () => {
    const study = await start();
    const values = [5, 3, 4, 4, 1, 0];
    await study.optimize((trial) => values[trial.number] as number, { until: noImprovement(2) });
    expect(await study.trials()).toHaveLength(4);
    await study.optimize((trial) => values[trial.number] as number, { until: targetReached(1) });
    expect(await study.trials()).toHaveLength(5);
    await study.optimize(() => 0, { until: elapsed(0) });
    expect(await study.trials()).toHaveLength(6);
  });

  it('sees the progress of this call', async () => {
    const study = await start();
    await study.addTrial({ value: 2 });
    const seen: unknown[] = [];
    await study.optimize((trial) => 5 - trial.number, {
      until: ({ elapsedMs, ...progress }) => {
        seen.push(progress);
        return elapsedMs < 0 || progress.finished === 4;
      },
    });
    const directions = ['minimize'];
    expect(seen).toEqual([
      { finished: 1, bestValue: 2, bestTrial: 0, sinceImprovement: 1, directions },
      { finished: 2, bestValue: 2, bestTrial: 0, sinceImprovement: 2, directions },
      { finished: 3, bestValue: 2, bestTrial: 0, sinceImprovement: 3, directions },
      { finished: 4, bestValue: 1, bestTrial: 4, sinceImprovement: 0, directions },
    ]);
  });

  it('that throws ends the call with the error', async () => {
    const study = await start();
    await expect(
      study.optimize(() => 0, {
        until: () => {
          throw new Error('bad condition');
        },
      }),
    ).rejects.toThrow('bad condition');
    expect(await facts(study)).toEqual([['complete', undefined]]);
  });

  it.each<readonly [string, () => unknown]>([
    ['itself', () => async () => false],
    ['in anyOf', () => anyOf((async () => false) as never)],
    ['in allOf', () => allOf(() => true, (async () => false) as never)],
    ['with a number', () => () => 0],
  ])('that gives no boolean ends the call with an error: %s', async (_, make) => {
    const study = await start();
    const error = await refused('invalid-argument', () =>
      study.optimize(() => 0, { trials: 3, until: make() as StopCondition }),
    );
    expect(error.message).toMatch(/must return true or false, not (a promise|0)/);
  });
});
