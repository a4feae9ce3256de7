import { refused } from '@asktell/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import { float } from '../distribution/validate.ts';
import { isAsktellError, TrialPruned } from '../errors.ts';
import type { Sampler } from '../sampler/sampler.ts';
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
const output = {
  interactive: false,
  columns: 80,
  info: () => {},
  warn: (line: string) => void lines.push(line),
  status: () => {},
};
const environment = { process: null, output, compileExpression: null };
const start = (): Promise<Study> => createStudy({ sampler }, { environment });
const facts = async (study: Study) => (await study.trials()).map(({ state, failure }) => failure?.code ?? state);
const fail = () => Promise.reject(new Error('broken'));

/** Advances timers in small steps. Between them the event loop turns, for which loops wait on a slow machine. */
async function advance(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(Math.min(10, left));
  }
  await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('trialTimeout', () => {
  it('ends a trial whose objective goes on, and aborts its signal', async () => {
    const study = await start();
    let late: unknown;
    const reasons: unknown[] = [];
    const run = study.optimize(
      async (trial) => {
        trial.suggestFloat('x', 0, 1);
        if (trial.number > 0) return 1;
        trial.signal.addEventListener('abort', () => reasons.push((trial.signal.reason as Error).message));
        await new Promise((resolve) => setTimeout(resolve, 500));
        late = await trial.report(1, 0).catch((error: unknown) => error);
        void trial.report(2, 1); // not awaited: no unhandled rejection
        throw new Error('ignored');
      },
      { trials: 2, trialTimeout: 100 },
    );
    await advance(1000);
    await run;
    expect(await facts(study)).toEqual(['timeout', 'complete']);
    expect((await study.trials())[0]).toMatchObject({ failure: { message: 'The trial has run for 100 ms.' } });
    expect(Object.keys((await study.trials())[0]?.params ?? {})).toEqual(['x']);
    expect(reasons).toEqual(['Trial 0 has run for 100 ms.']);
    expect(isAsktellError(late, 'trial-finished')).toBe(true);
    expect(lines).toEqual(['Trial 0 failed (timeout): The trial has run for 100 ms.']);
  });

  it('can take the last report as value', async () => {
    const study = await start();
    const run = study.optimize(
      async (trial) => {
        if (trial.number === 0) {
          await trial.report(3, 0);
          await trial.report(2, 7);
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
        return 1;
      },
      { trials: 2, trialTimeout: { ms: 100, result: 'last-report' } },
    );
    await advance(1000);
    await run;
    expect(await facts(study)).toEqual(['complete', 'timeout']); // the second has reported nothing
    expect((await study.trials())[0]?.value).toBe(2);
  });

  it.each([-1, 'soon', { ms: -1 }, { ms: 5, result: 'no' }, { ms: 5, other: 1 }])(
    'refuses %o',
    async (trialTimeout) => {
      const study = await start();
      await refused('invalid-argument', () => study.optimize(() => 0, { trialTimeout: trialTimeout as never }));
    },
  );
});

describe('maxConsecutiveFailures', () => {
  it('ends the call with a reason', async () => {
    const study = await start();
    const states = ['ok', 'fail', 'fail', 'pruned', 'fail', 'fail', 'fail'];
    const error = await refused('too-many-failures', () =>
      study.optimize(
        ({ number }) => {
          if (states[number] === 'pruned') throw new TrialPruned();
          if (states[number] === 'fail') throw new Error('broken');
          return number;
        },
        { catch: true, maxConsecutiveFailures: 3, trials: 20 },
      ),
    );
    expect(await study.trials()).toHaveLength(7);
    expect(error.message).toMatch(/^3 trial\(s\) have failed in a row, the last one, trial 6, with: Error: broken/);
  });
});

describe('retry', () => {
  it('adds a waiting trial with the parameters and the attributes of Optuna, in the batch of the end', async () => {
    const study = await start();
    const seen: (readonly [number, number])[] = [];
    await study.optimize(
      (trial) => {
        seen.push([trial.number, trial.suggestFloat('x', 0, 1)]);
        void trial.setUserAttr('k', 1);
        if (trial.number < 2) throw new Error('broken');
        return 1;
      },
      { trials: 4, retry: { max: 2 } },
    );
    const [x] = seen.map(([, value]) => value);
    expect(seen.slice(0, 3)).toEqual([
      [0, x],
      [1, x],
      [2, x],
    ]);
    expect(seen[3]?.[1]).not.toBe(x);
    expect(await facts(study)).toEqual(['error', 'error', 'complete', 'complete']);
    const [first, , third] = await study.trials();
    expect(first?.record.systemAttrs?.has(keys.retryHistory)).toBe(false);
    expect(third?.record.systemAttrs?.get(keys.failedTrial)).toBe(0);
    expect(third?.record.systemAttrs?.get(keys.retryHistory)).toEqual([0, 1]);
    expect(third?.userAttrs).toEqual({ k: 1 });
  });

  it('ends the call when the retries are used up, unless catch covers the error', async () => {
    for (const [options, code] of [
      [{ trials: 9, retry: { max: 2 } }, 'broken'],
      [{ trials: 4, retry: { max: 2 }, catch: true }, null],
      [{ trials: 9, retry: { on: ['timeout'] as const } }, 'broken'],
    ] as const) {
      const study = await start();
      const thrown = await study.optimize(fail, options).then(
        () => null,
        (error: Error) => error.message,
      );
      expect(thrown).toBe(code);
    }
    const study = await start();
    await study.optimize(fail, { trials: 3, retry: { max: 2 } }).catch(() => undefined);
    expect(await facts(study)).toEqual(['error', 'error', 'error']);
  });

  it('waits for the backoff, which doubles. Until then other trials run', async () => {
    const study = await createStudy({ sampler, space: { x: float(0, 1) } }, { environment });
    const began: (readonly [number, number])[] = [];
    const objective = async ({ number }: Trial<{ x: number }>) => {
      began.push([number, Date.now() - 1_700_000_000_000]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (number === 0) throw new Error('broken');
      return 1;
    };
    const run = study.optimize(objective, { trials: 9, retry: { max: 2, backoff: 250 }, catch: true });
    await advance(5000);
    await run;
    expect(began.map(([number]) => number).slice(0, 6)).toEqual([0, 2, 3, 4, 1, 5]); // 1 is the retry
    expect(began[4]?.[1], 'it failed after 100 ms and waited for 250').toBeGreaterThanOrEqual(350);
  });

  it('is waited for when nothing else is left to try', async () => {
    const study = await createStudy(
      { sampler, space: { x: float(0, 1, { step: 1 }) }, duplicates: 'avoid' },
      { environment },
    );
    let tries = 0;
    const run = study.optimize(
      async () => {
        tries++;
        if (tries < 3) throw new Error('broken');
        return 1;
      },
      { retry: { max: 1, backoff: 5000 } },
    );
    await advance(4000);
    expect(tries).toBe(2);
    await advance(2000);
    await run;
    expect(await facts(study)).toEqual(['error', 'complete', 'error', 'complete']);
  });

  it('is waited for no longer than the call is stopped', async () => {
    const study = await createStudy(
      { sampler, space: { x: float(0, 0, { step: 1 }) }, duplicates: 'avoid' },
      { environment },
    );
    const run = study.optimize(fail, { retry: { max: 1, backoff: 5000 } });
    await advance(10);
    study.stop();
    await run;
    expect(await facts(study)).toEqual(['error', 'waiting']);
  });

  it.each([{ on: ['nan'] }, { max: -1 }, { backoff: 'long' }, { often: true }, 3])('refuses %o', async (retry) => {
    const study = await start();
    await refused('invalid-argument', () => study.optimize(() => 0, { retry: retry as never }));
  });
});
