import { type Delta, float, keys, type TrialOp, type TrialRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { complete, enqueue, imported, noPlan, param } from './operations.ts';
import { plainRecord } from './plain-record.ts';
import { needsSecond, type StorageSubject, withStudy } from './subject.ts';
import { everything } from './whole-study.ts';

const group = 'answered writes';

const numbers = (trials: readonly TrialRecord[]): number[] => trials.map(({ number }) => number);

/** Laws about a `write` that answers with a delta, and about operations that are decided inside the transaction. */
export const answeredWriteLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    name: 'a write without a cursor answers without a delta',
    run: (subject) =>
      withStudy(subject, async ({ storage, ref }) => {
        expect(await storage.write(ref, null, [enqueue(), imported()])).toEqual({ created: [0, 1], delta: null });
      }),
  },
  {
    group,
    name: 'the delta of a write has what changed since the cursor and every row that the operations touched, as committed',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(4);
        const { cursor } = await bench.pull();
        await bench.write(complete(0, 1)); // changed since the cursor
        const { created, delta } = await bench.storage.write(bench.ref, cursor, [
          param(1, 'x', float(0, 1), 0.5), // touched, and still running
          { kind: 'report', number: 2, step: 3, value: 4 },
          { kind: 'report', number: 2, step: 1, value: -0 },
          enqueue({ userAttrs: new Map([['k', 1]]) }),
          complete(1, 2),
        ]);
        expect(created).toEqual([4]);
        const { cursor: after, trials } = delta as Delta;
        expect(numbers(trials), 'ascending, each row once').toEqual([0, 1, 2, 4]);
        const stored = await everything(bench);
        expect(trials.map((trial) => plainRecord(trial))).toEqual(trials.map(({ number }) => stored[number]));
        expect((await bench.pull(after)).trials, 'its cursor is behind its own changes').toEqual([]);
      }),
  },
  {
    group,
    name: 'an empty write with a cursor is a pull',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(2);
        const { cursor } = await bench.pull();
        await bench.write(complete(1, 1));
        const { created, delta } = await bench.storage.write(bench.ref, cursor, []);
        expect([created, numbers((delta as Delta).trials)]).toEqual([[], [1]]);
      }),
  },
  {
    group,
    name: 'operations can be decided inside the transaction, from what changed since the cursor',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(2);
        const { cursor } = await bench.pull();
        await bench.write(complete(0, 7));
        let calls = 0;
        const { created, delta } = await bench.storage.write(bench.ref, cursor, ({ trials }) => {
          calls++;
          expect(trials.map(({ number, values }) => [number, values])).toEqual([[0, [7]]]);
          return [complete(1, (trials[0]?.values?.[0] as number) + 1), enqueue()];
        });
        expect([calls, created]).toEqual([1, [2]]);
        expect(numbers((delta as Delta).trials).filter((number) => number > 0)).toEqual([1, 2]);
        expect((await bench.trial(1)).values).toEqual([8]);
      }),
  },
  {
    group,
    name: 'a function of the delta gets the fresh rows as they are stored, with a cursor and without',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.ask({ owner: 'one', plan: () => ({ ...noPlan, create: 2 }) });
        const { cursor } = await bench.pull();
        await bench.write({ kind: 'attr', number: 1, scope: 'system', key: keys.owner, value: 'two' });
        for (const since of [cursor, null]) {
          const seen: unknown[] = [];
          await bench.storage.write(
            bench.ref,
            since,
            ({ trials }) => {
              for (const { number, systemAttrs } of trials) seen.push([number, systemAttrs?.get(keys.owner)]);
              return [];
            },
            [1],
          );
          expect(seen).toEqual([[1, 'two']]);
        }
      }),
  },
  {
    group,
    name: 'a function that throws, or whose operations are refused, writes nothing',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(2);
        await bench.write(complete(0, 1));
        const before = await everything(bench);
        const { cursor } = await bench.pull();
        const failure = new Error('no');
        for (const since of [cursor, null]) {
          const write = (ops: () => readonly TrialOp[]) => bench.storage.write(bench.ref, since, ops);
          await expect(
            (async () =>
              write(() => {
                throw failure;
              }))(),
          ).rejects.toBe(failure);
          await refused('trial-finished', () => write(() => [enqueue(), complete(1, 2), complete(0, 2)]));
        }
        expect(await everything(bench)).toEqual(before);
        expect((await bench.pull(cursor)).trials).toEqual([]);
      }),
  },
  {
    group,
    name: 'of several writers that each decide on what is stored, one decides first',
    exempt: needsSecond,
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(1);
        const benches = [bench, await bench.second(), await bench.second()];
        const claim = (name: number) => (delta: Delta) =>
          delta.trials[0]?.userAttrs?.has('claimed') === true
            ? []
            : ([{ kind: 'attr', number: 0, scope: 'user', key: 'claimed', value: name }, enqueue()] as const);
        const results = await Promise.all(
          benches.map(async ({ storage, ref }, name) => storage.write(ref, null, claim(name), [0])),
        );
        expect(results.map(({ created }) => created.length).sort()).toEqual([0, 0, 1]);
        expect(await everything(bench)).toHaveLength(2);
      }),
  },
];
