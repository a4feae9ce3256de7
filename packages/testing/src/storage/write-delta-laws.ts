import { type Delta, float, keys, type TrialOp, type TrialRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { complete, enqueue, imported, noPlan, param } from './operations.ts';
import { plainRecord } from './plain-record.ts';
import { snapshot } from './snapshot.ts';
import { needsSecond, type StorageSubject, withStudy } from './subject.ts';

const group = 'write deltas';

const numbers = (trials: readonly TrialRecord[]): number[] => trials.map(({ number }) => number);

/** Laws about the delta that `write` returns, and about operations that are computed inside the transaction. */
export const writeDeltaLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    name: 'a write without a cursor returns no delta',
    run: (subject) =>
      withStudy(subject, async ({ storage, ref }) => {
        expect(await storage.write(ref, null, [enqueue(), imported()])).toEqual({ created: [0, 1], delta: null });
      }),
  },
  {
    group,
    name: 'the delta of a write has the changes since the cursor and all rows of its operations, as stored',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(4);
        const { cursor } = await bench.pull();
        await bench.write(complete(0, 1)); // changed since the cursor
        const { created, delta } = await bench.storage.write(bench.ref, cursor, [
          param(1, 'x', float(0, 1), 0.5), // changed, and still running
          { kind: 'report', number: 2, step: 3, value: 4 },
          { kind: 'report', number: 2, step: 1, value: -0 },
          enqueue({ userAttrs: new Map([['k', 1]]) }),
          complete(1, 2),
        ]);
        expect(created).toEqual([4]);
        const { cursor: after, trials } = delta as Delta;
        expect(numbers(trials), 'ascending and without repetition').toEqual([0, 1, 2, 4]);
        const stored = await snapshot(bench);
        expect(trials.map((trial) => plainRecord(trial))).toEqual(trials.map(({ number }) => stored[number]));
        expect((await bench.pull(after)).trials, 'the cursor includes the changes of the write').toEqual([]);
      }),
  },
  {
    group,
    name: 'an empty write with a cursor returns the same delta as a pull',
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
    name: 'operations can be computed inside the transaction from the changes since the cursor',
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
    name: 'a function that computes operations gets the fresh rows as stored, with and without a cursor',
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
    name: 'nothing is written when the function throws or its operations are rejected',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(2);
        await bench.write(complete(0, 1));
        const before = await snapshot(bench);
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
        expect(await snapshot(bench)).toEqual(before);
        expect((await bench.pull(cursor)).trials).toEqual([]);
      }),
  },
  {
    group,
    name: 'concurrent writers compute their operations one after another',
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
        expect(await snapshot(bench)).toHaveLength(2);
      }),
  },
];
