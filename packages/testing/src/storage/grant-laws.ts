import { float, int, type Json, keys, type TrialOp, type TrialRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { enqueue, failed, noPlan } from './operations.ts';
import { plainRecord } from './plain-record.ts';
import { snapshot } from './snapshot.ts';
import { type StorageSubject, withStudy } from './subject.ts';

const group = 'grants';

/** Laws about the trials that an ask takes, creates and fills. */
export const grantLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    name: 'a waiting trial keeps its attributes when it is taken',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const before = (Date.now() - 1000) * 1000;
        const systemAttrs = new Map<string, Json>([[keys.fixedParams, { x: 0.5 }]]);
        await bench.write(enqueue(), enqueue({ systemAttrs, userAttrs: new Map([['k', 'v']]) }));
        const { granted, trials } = await bench.ask({
          owner: 'me',
          plan: () => ({ ...noPlan, take: [1, 0], create: 1 }),
        });
        expect(granted, 'in the order of the plan').toEqual([1, 0, 2]);
        const [first, second, third] = [...trials].sort((a, b) => a.number - b.number) as [
          TrialRecord,
          TrialRecord,
          TrialRecord,
        ];
        expect(plainRecord({ ...second, startedAt: 0 })).toEqual(
          plainRecord({
            ...second,
            state: 'running',
            startedAt: 0,
            userAttrs: new Map([['k', 'v']]),
            systemAttrs: new Map([...systemAttrs, [keys.owner, 'me']]),
          }),
        );
        expect(first.state).toBe('running');
        const stamps = [second, first, third].map(({ startedAt }) => startedAt as number);
        expect(stamps, 'stamped in the order of the plan').toEqual([...new Set(stamps)].sort((a, b) => a - b));
        expect(stamps[0], 'stamped when it is taken').toBeGreaterThan(before);
      }),
  },
  {
    group,
    name: 'a taken orphan keeps its number, start and parameters and gets the new owner',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.ask({ owner: 'dead', plan: () => ({ ...noPlan, create: 2 }) });
        await bench.write(
          { kind: 'param', number: 0, name: 'x', dist: float(0, 1), x: 0.5 },
          { kind: 'report', number: 0, step: 3, value: 1 },
          { kind: 'attr', number: 0, scope: 'user', key: 'k', value: 1 },
        );
        const before = await bench.trial(0);
        const taken = await bench.ask({ owner: { new: 1 }, plan: () => ({ ...noPlan, take: [0] }) });
        expect(taken.granted).toEqual([0]);
        expect(plainRecord(taken.trials[0] as TrialRecord)).toEqual(
          plainRecord({ ...before, systemAttrs: new Map([[keys.owner, { new: 1 }]]) }),
        );
        const plain = await bench.ask({ owner: null, plan: () => ({ ...noPlan, take: [0, 1] }) });
        expect(
          plain.trials.map(({ systemAttrs }) => systemAttrs?.get(keys.owner)),
          'an ask without an owner removes the owner',
        ).toEqual([undefined, undefined]);
        expect((await bench.trial(0)).systemAttrs?.has(keys.owner) ?? false).toBe(false);
      }),
  },
  {
    group,
    name: 'a plan can fail orphans',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.ask({ owner: 'dead', plan: () => ({ ...noPlan, create: 3 }) });
        const { granted, trials } = await bench.ask({
          plan: () => ({ write: [...failed(2), ...failed(0)], take: [1], create: 1 }),
        });
        expect(granted).toEqual([1, 3]);
        expect(trials.map(({ number }) => number).sort()).toEqual([0, 1, 2, 3]);
        expect((await bench.pull()).trials.map(({ state }) => state)).toEqual(['fail', 'running', 'fail', 'running']);
        const lost = await bench.trial(2);
        expect(lost.systemAttrs?.get(keys.failure)).toEqual({ code: 'lost', message: 'gone' });
        expect(lost.finishedAt).toBeGreaterThan(lost.startedAt as number);
      }),
  },
  {
    group,
    name: 'fill is called for each granted trial in turn and its operations are written',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.write(enqueue({ userAttrs: new Map([['queued', true]]) }));
        const calls: TrialRecord[] = [];
        const { granted, trials } = await bench.ask({
          owner: 'me',
          plan: () => ({ ...noPlan, take: [0], create: 2 }),
          fill: (trial) => {
            calls.push(trial);
            return [
              { kind: 'param', number: trial.number, name: 'x', dist: int(0, 9), x: calls.length },
              { kind: 'attr', number: trial.number, scope: 'system', key: keys.note, value: { n: trial.number } },
            ];
          },
        });
        expect(granted).toEqual([0, 1, 2]);
        expect(calls.map(({ number, state }) => [number, state])).toEqual([
          [0, 'running'],
          [1, 'running'],
          [2, 'running'],
        ]);
        expect(
          calls.every(({ startedAt, systemAttrs }) => startedAt !== null && systemAttrs?.get(keys.owner) === 'me'),
        ).toBe(true);
        expect(calls[0]?.userAttrs?.get('queued')).toBe(true);
        expect(trials.map((trial) => [Array.from(trial.x), trial.systemAttrs?.get(keys.note)])).toEqual([
          [[1], { n: 0 }],
          [[2], { n: 1 }],
          [[3], { n: 2 }],
        ]);
        expect(
          trials.map((trial) => plainRecord(trial)),
          'the returned trials are the stored ones',
        ).toEqual(await snapshot(bench));
      }),
  },
  {
    group,
    name: 'exhausted undoes its own grant and keeps the earlier ones',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.ask({ owner: 'dead' });
        await bench.write(enqueue());
        const exhaustedAt =
          (last: number) =>
          (trial: TrialRecord): readonly TrialOp[] | 'exhausted' =>
            trial.number === last
              ? 'exhausted'
              : [{ kind: 'attr', number: trial.number, scope: 'user', key: 'filled', value: 1 }];
        const before = await snapshot(bench);
        for (const take of [[0], [1]]) {
          const { cursor } = await bench.pull();
          const none = await bench.ask({
            owner: 'me',
            plan: () => ({ ...noPlan, take, create: 5 }),
            fill: exhaustedAt(take[0] as number),
          });
          expect(none, 'a taken trial does not change').toMatchObject({ granted: [], exhausted: true, trials: [] });
          expect(await snapshot(bench)).toEqual(before);
          expect((await bench.pull(cursor)).trials).toEqual([]);
        }
        const some = await bench.ask({
          owner: 'me',
          plan: () => ({ ...noPlan, take: [1], create: 3 }),
          fill: exhaustedAt(3),
        });
        expect(some).toMatchObject({ granted: [1, 2], exhausted: true });
        expect((await bench.pull()).trials.length, 'the new trial is removed').toBe(3);
        expect((await bench.trial(2)).userAttrs?.get('filled')).toBe(1);
        expect(await bench.begin(1), 'its number is used again').toEqual([3]);
        const full = await bench.ask({ plan: () => ({ write: failed(0), take: [], create: 1 }), fill: exhaustedAt(4) });
        expect(full).toMatchObject({ granted: [], exhausted: true });
        expect((await bench.trial(0)).state, 'a failed orphan stays failed').toBe('fail');
      }),
  },
];
