import { keys } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { uniform } from './samplers.ts';
import { type LifeSubject, needsHeartbeat } from './subject.ts';
import { exclusiveOf } from './table-laws.ts';
import { cells, failureOf, foreignTrial, take, withWorld } from './world.ts';

const setup = { sampler: uniform };

const hour = 3600_000;

function breaks(): never {
  throw new Error('it broke');
}

/** Laws about what ends trials and loops. */
export const limitLaws: readonly Law<LifeSubject>[] = [
  {
    group: 'retry',
    name: "a retry has the point of the failed trial and Optuna's attributes, at most max times",
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const study = await world.open(1);
        const retry = { on: ['error'], max: 2 } as const;
        await expect(study.optimize(breaks, { trials: 9, retry }), 'the last error ends the call').rejects.toThrow(
          'it broke',
        );
        const records = await world.records();
        expect(records.map(failureOf)).toEqual(['error', 'error', 'error']);
        const attr = (key: string): unknown => records.map(({ systemAttrs }) => systemAttrs?.get(key) ?? null);
        expect(attr(keys.failedTrial)).toEqual([null, 0, 0]);
        expect(attr(keys.retryHistory)).toEqual([null, [0], [0, 1]]);
        const trials = await study.trials();
        for (const { params } of trials) expect(params).toEqual(trials[0]?.params);
      }),
  },
  {
    group: 'retry',
    name: 'a retry waits twice as long each time, and the loop waits for it',
    run: (subject) =>
      withWorld(subject, { sampler: exclusiveOf(subject) }, async (world) => {
        const study = await world.open(1);
        for (const trial of await study.askBatch(cells - 1)) await study.tell(trial, 1);
        let runs = 0;
        const objective = (): never => {
          runs++;
          return breaks();
        };
        const done = study.optimize(objective, { catch: true, retry: { max: 2, backoff: 1000 }, trials: 9 });
        for (const [ms, expected] of [
          [0, 1],
          [999, 1],
          [1, 2],
          [1999, 2],
          [1, 3],
        ] as const) {
          await world.advance(ms);
          await new Promise((resolve) => setImmediate(resolve));
          expect(runs, `after ${ms} ms more`).toBe(expected);
        }
        await done;
        expect((await world.records()).length).toBe(cells + 2);
      }),
  },
  {
    group: 'retry',
    name: 'a retry whose turn does not come within the total stays waiting',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const study = await world.open(1);
        await study.optimize(breaks, { trials: { total: 2 }, catch: true, retry: { backoff: hour } });
        const states = (await world.records()).map(({ state }) => state);
        expect([...states].sort()).toEqual(['fail', 'fail', 'waiting', 'waiting']);
      }),
  },
  {
    group: 'limits',
    name: 'maxConsecutiveFailures ends the loop with a reason',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const study = await world.open(1);
        const objective = (trial: { readonly number: number }): number => (trial.number === 2 ? 1 : breaks());
        const error = await refused('too-many-failures', () =>
          study.optimize(objective, { maxConsecutiveFailures: 3, catch: true, trials: 20 }),
        );
        expect(error.message).toContain('it broke');
        expect((await world.records()).map(({ state }) => state)).toEqual([
          'fail',
          'fail',
          'complete',
          'fail',
          'fail',
          'fail',
        ]);
      }),
  },
  ...(['fail', 'last-report'] as const).map(
    (result): Law<LifeSubject> => ({
      group: 'limits',
      name: `trialTimeout ends the trial although its objective goes on (${result})`,
      run: (subject) =>
        withWorld(subject, setup, async (world) => {
          const trialTimeout = { ms: 100, result };
          const study = await world.open(1);
          let isAborted = false;
          let returns: (value: number) => void = () => {};
          const done = study.optimize(
            async (trial) => {
              await trial.report(0.25, 0);
              await trial.report(0.5, 3);
              trial.signal.addEventListener('abort', () => {
                isAborted = true;
              });
              return new Promise<number>((resolve) => {
                returns = resolve;
              });
            },
            { trials: 1, trialTimeout },
          );
          await new Promise((resolve) => setImmediate(resolve));
          await world.advance(99);
          expect([isAborted, (await world.record(0)).state]).toEqual([false, 'running']);
          await world.advance(1);
          await done;
          returns(9);
          const record = await world.record(0);
          expect(isAborted).toBe(true);
          expect([record.state, record.values, failureOf(record)]).toEqual(
            result === 'fail' ? ['fail', null, 'timeout'] : ['complete', [0.5], null],
          );
        }),
    }),
  ),
  {
    group: 'failRunning',
    name: 'ends the trials that no worker holds, if they are older',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const one = await world.open(1);
        await one.ask();
        await take(await world.open(2));
        const three = await world.open(3);
        await take(three);
        await take(await world.open(4));
        world.kill(4);
        await three.close();
        world.skipClock(3 * hour);
        await world.add(foreignTrial(world.now - 2.5 * hour * 1000));
        await world.add(foreignTrial(world.now - 1.5 * hour * 1000));
        expect(await one.failRunning({ olderThan: 2 * hour })).toEqual([0, 4]);
        const records = await world.records();
        expect(records.map((record) => failureOf(record) ?? record.state)).toEqual([
          'lost',
          'running',
          'running',
          'running',
          'lost',
          'running',
        ]);
        await refused('invalid-argument', () => one.failRunning({ olderThan: -1 }));
      }),
  },
  {
    group: 'failRunning',
    name: 'leaves a trial with a recent heartbeat',
    exempt: needsHeartbeat,
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const study = await world.open(1);
        for (const minutes of [1, 20]) {
          const number = await world.add(foreignTrial(world.now - 2 * hour * 1000));
          await world.heartbeat(number, world.now - minutes * 60e6);
        }
        expect(await study.failRunning({ olderThan: 600_000 })).toEqual([1]);
      }),
  },
  {
    group: 'limits',
    name: 'a queued trial that does not fit the space ends as space-conflict, and the ask takes another',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const study = await world.open(1);
        for (const a of [7, 1]) {
          const { names: _, dists: __, x: ___, ...rest } = foreignTrial(0);
          const systemAttrs = new Map([[keys.fixedParams, { a }]]);
          await world.add({ ...rest, names: [], dists: [], x: [], state: 'waiting', startedAt: null, systemAttrs });
        }
        expect((await study.ask()).number).toBe(1);
        expect(failureOf(await world.record(0))).toBe('space-conflict');
        expect(world.notices).toEqual([expect.stringMatching(/^Trial 0 failed \(space-conflict\)/)]);
      }),
  },
];
