import { float, int, type TrialOp, type TrialRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { complete, enqueue, imported, param } from './operations.ts';
import { plainRecord } from './plain-record.ts';
import { expectAllRefused, snapshot } from './snapshot.ts';
import { type StorageSubject, withStudy } from './subject.ts';

const group = 'writes';

/** One operation of each kind that changes trial `number`. */
function everyChange(number: number): readonly TrialOp[] {
  return [
    param(number, 'late', float(0, 1), 0.5),
    { kind: 'report', number, step: 9, value: 9 },
    { kind: 'attr', number, scope: 'user', key: 'late', value: 1 },
    { kind: 'attr', number, scope: 'system', key: 'late', value: 1 },
    complete(number, 2),
    { kind: 'finish', number, state: 'fail', values: null },
  ];
}

/** Laws about `write`. */
export const writeLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    name: 'a batch with one invalid operation writes nothing',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(3);
        await bench.write(complete(0, 1));
        const good: readonly TrialOp[] = [
          param(1, 'fresh', float(0, 1), 0.5),
          { kind: 'report', number: 1, step: 0, value: 1 },
          { kind: 'attr', number: 1, scope: 'user', key: 'k', value: 'v' },
          { kind: 'attr', number: 1, scope: 'system', key: 'k', value: 'v' },
          enqueue(),
          imported(),
          complete(2, 3),
        ];
        await expectAllRefused(bench, 'trial-finished', [complete(0, 2)], good);
        await expectAllRefused(bench, 'trial-not-found', [complete(77, 2)], good);
        // The rejected batches neither defined the parameter `fresh` nor used up trial numbers.
        await bench.write(param(1, 'fresh', int(0, 5), 4));
        expect(await bench.write(enqueue())).toEqual([3]);
      }),
  },
  {
    group,
    name: 'a finished trial never changes',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(3);
        await bench.write(
          complete(0, 1),
          { kind: 'finish', number: 1, state: 'pruned', values: [2] },
          { kind: 'finish', number: 2, state: 'fail', values: null },
          imported(),
        );
        for (const number of [0, 1, 2, 3]) await expectAllRefused(bench, 'trial-finished', everyChange(number));
      }),
  },
  {
    group,
    name: 'an operation after the finish of its trial in the same batch is rejected',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(1);
        const before = await snapshot(bench);
        for (const op of everyChange(0)) await refused('trial-finished', () => bench.write(complete(0, 1), op));
        expect(await snapshot(bench)).toEqual(before);
      }),
  },
  {
    group,
    name: 'a trial that is created as running can be continued',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const running = {
          state: 'running',
          names: ['x'],
          dists: [float(0, 1)],
          x: [0.5],
          values: null,
          reports: { steps: [2], values: [3] },
          finishedAt: null,
          userAttrs: new Map([['k', 1]]),
        } as const;
        const op = imported(running);
        expect(await bench.write(enqueue(), op)).toEqual([0, 1]);
        const { cursor, trials } = await bench.pull();
        const expected = { ...(op as TrialOp & { kind: 'create' }).trial, number: 1 };
        expect(plainRecord(trials[1] as TrialRecord)).toEqual(plainRecord(expected));
        await bench.write({ kind: 'report', number: 1, step: 3, value: 4 }, complete(1, 7));
        const later = (await bench.pull(cursor)).trials;
        expect(later.map(({ number, state, values }) => ({ number, state, values }))).toEqual([
          { number: 1, state: 'complete', values: [7] },
        ]);
        expect(later[0]?.startedAt).toBe(expected.startedAt);
        expect(later[0]?.reports).toEqual({ steps: [2, 3], values: [3, 4] });
      }),
  },
  {
    group,
    name: 'an operation on an unknown trial is rejected',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(2);
        for (const number of [2, 1_000_000, -1]) await expectAllRefused(bench, 'trial-not-found', everyChange(number));
      }),
  },
  {
    group,
    name: 'a waiting trial cannot be finished',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.write(enqueue());
        await expectAllRefused(bench, 'trial-waiting', [
          complete(0, 2),
          { kind: 'finish', number: 0, state: 'fail', values: null },
        ]);
        await bench.write({ kind: 'attr', number: 0, scope: 'user', key: 'k', value: 1 });
        expect((await bench.trial(0)).userAttrs?.get('k')).toBe(1);
      }),
  },
  {
    group,
    name: 'a report replaces the report of the same step and an attribute the one with the same key',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(1);
        for (const [step, value] of [
          [5, 5],
          [1, 1],
          [3, 3],
          [1, -1],
          [2 ** 31 - 1, 0],
          [3, Number.NaN],
        ] as const)
          await bench.write({ kind: 'report', number: 0, step, value });
        for (const value of ['a', 'b', null])
          await bench.write(
            { kind: 'attr', number: 0, scope: 'user', key: 'k', value },
            { kind: 'attr', number: 0, scope: 'system', key: 'k', value: [value] },
          );
        const trial = await bench.trial(0);
        expect(trial.reports).toEqual({ steps: [1, 3, 5, 2 ** 31 - 1], values: [-1, Number.NaN, 5, 0] });
        expect(plainRecord(trial)).toMatchObject({ userAttrs: [['k', null]], systemAttrs: [['k', [null]]] });
      }),
  },
  {
    group,
    name: 'trial numbers count from 0 without gaps, in creation order',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        expect(await bench.write()).toEqual([]);
        expect(await bench.write(enqueue(), imported(), enqueue())).toEqual([0, 1, 2]);
        expect(await bench.begin(2)).toEqual([3, 4]);
        expect(await bench.write(complete(3, 1), imported())).toEqual([5]);
        const { trials } = await bench.pull();
        expect(trials.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
        expect(trials.map(({ state }) => state)).toEqual([
          'waiting',
          'complete',
          'waiting',
          'complete',
          'running',
          'complete',
        ]);
      }),
  },
  {
    group,
    name: 'records that were read do not change later',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const asked = (await bench.ask()).trials[0] as TrialRecord;
        await bench.write(
          param(0, 'x', float(0, 1), 0.5),
          { kind: 'report', number: 0, step: 0, value: 1 },
          { kind: 'attr', number: 0, scope: 'user', key: 'k', value: 1 },
        );
        const read = await bench.trial(0);
        const [before, then] = [plainRecord(asked), plainRecord(read)];
        await bench.write(
          param(0, 'y', float(0, 1), 0.5),
          { kind: 'report', number: 0, step: 1, value: 2 },
          { kind: 'attr', number: 0, scope: 'user', key: 'l', value: 1 },
          complete(0, 4),
        );
        expect(plainRecord(asked)).toEqual(before);
        expect(plainRecord(read)).toEqual(then);
      }),
  },
];
