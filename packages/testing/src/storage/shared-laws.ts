import { type AskPlan, type Awaitable, type Delta, float, int, isAsktellError, type TrialRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { complete, enqueue, param } from './operations.ts';
import { plainRecord } from './plain-record.ts';
import { followChanges } from './pull-laws.ts';
import { epochAttrs, needsSecond, type StorageSubject, type StudyBench, withStudy } from './subject.ts';

const group = 'two connections';
const exempt = needsSecond;

const plain = (trials: readonly TrialRecord[]): readonly object[] => trials.map((trial) => plainRecord(trial));

/** Makes `count` concurrent calls, distributed over the connections in turn. */
async function runConcurrently<T>(
  benches: readonly StudyBench[],
  count: number,
  call: (bench: StudyBench, i: number) => T | Promise<T>,
): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, async (_, i) => call(benches[i % benches.length] as StudyBench, i)));
}

/** The limit for blocking the event loop, in milliseconds. A call that blocks on a lock blocks it for seconds. */
const maxBlockedMs = 500;

/**
 * Expects a call not to block the event loop. Makes up to five attempts, because a busy machine can delay some of them.
 * @param attempt makes the call and returns its duration in milliseconds
 */
async function expectNoBlocking(attempt: () => Promise<number>): Promise<void> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5 && shortest >= maxBlockedMs; i++) shortest = Math.min(shortest, await attempt());
  expect(shortest, 'milliseconds that the event loop was blocked').toBeLessThan(maxBlockedMs);
}

/** Laws of storages that several processes can open at the same time. */
export const sharedLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    exempt,
    name: 'each connection sees the writes of the other',
    run: (subject) =>
      withStudy(subject, async (here) => {
        const there = await here.second();
        expect(there.study.ref).toEqual(here.study.ref);
        await here.begin(2);
        const { cursor } = await there.pull();
        await here.write({ kind: 'param', number: 0, name: 'x', dist: float(0, 1), x: 0.5 }, complete(0, 1), enqueue());
        expect((await there.pull(cursor)).trials.map(({ number }) => number)).toEqual([0, 2]);
        await there.write(complete(1, 2));
        await there.ask({ owner: 'there', plan: () => ({ write: [], take: [2], create: 0 }) });
        expect(plain((await here.pull()).trials)).toEqual(plain((await there.pull()).trials));
        await there.storage.setStudyAttrs(there.ref, [{ scope: 'user', key: 'k', value: 1 }]);
        expect((await here.storage.findStudy('study'))?.userAttrs.get('k')).toBe(1);
        await there.storage.createStudy({ name: 'other', directions: ['maximize'], systemAttrs: epochAttrs() });
        expect((await here.storage.listStudies()).map(({ ref }) => ref.name)).toEqual(['study', 'other']);
        await refused('study-exists', () =>
          here.storage.createStudy({ name: 'other', directions: ['maximize'], systemAttrs: epochAttrs() }),
        );
      }),
  },
  {
    group,
    exempt,
    name: 'a pull from a cursor of one connection returns the changes made through the other',
    run: (subject) => withStudy(subject, async (here) => followChanges(here, await here.second())),
  },
  {
    group,
    exempt,
    name: 'a connection rejects operations that the other connection made invalid',
    run: (subject) =>
      withStudy(subject, async (here) => {
        const there = await here.second();
        await here.begin(3);
        await here.pull();
        await there.write(param(2, 'late', float(0, 1), 0.5));
        await refused('space-conflict', () => here.write(param(1, 'late', int(0, 1), 1)));
        await there.write(param(0, 'x', float(0, 1), 0.5), complete(0, 1));
        await refused('trial-finished', () => here.write(complete(0, 2)));
        await refused('space-conflict', () => here.write(param(1, 'x', int(0, 1), 1)));
        await refused('trial-finished', () => here.ask({ plan: () => ({ write: [], take: [0], create: 0 }) }));
        await there.storage.deleteStudy(there.ref);
        await refused('study-gone', () => here.write(complete(1, 1)));
        await refused('study-gone', () => here.ask());
        await there.storage.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: epochAttrs() });
        await refused('study-gone', () => here.pull());
      }),
  },
  {
    group,
    exempt,
    name: 'concurrent asks get distinct numbers without gaps and stamps that increase with them',
    run: (subject) =>
      withStudy(subject, async (here) => {
        const benches = [here, await here.second(), await here.second()];
        const asked = await runConcurrently(benches, 60, (bench, i) =>
          bench.ask({ plan: () => ({ write: [], take: [], create: 1 + (i % 2) }) }),
        );
        expect(asked.flatMap(({ granted }) => granted).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 90 }, (_, i) => i),
        );
        const { trials } = await here.pull();
        const starts = trials.map(({ startedAt }) => startedAt as number);
        expect(new Set(starts).size).toBe(90);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }),
  },
  {
    group,
    exempt,
    name: 'a waiting trial is taken once and a trial budget is met exactly',
    run: (subject) =>
      withStudy(subject, async (here) => {
        const benches = [here, await here.second()];
        await here.write(...Array.from({ length: 7 }, () => enqueue()));
        const plan = ({ trials }: Delta): AskPlan => {
          const waiting = trials.find(({ state }) => state === 'waiting');
          const begun = trials.filter(({ state }) => state !== 'waiting').length;
          if (begun >= 25) return { write: [], take: [], create: 0 };
          return waiting === undefined
            ? { write: [], take: [], create: 1 }
            : { write: [], take: [waiting.number], create: 0 };
        };
        const asked = await runConcurrently(benches, 40, (bench) => bench.ask({ plan }));
        expect(asked.flatMap(({ granted }) => granted).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 25 }, (_, i) => i),
        );
      }),
  },
  {
    group,
    exempt,
    name: 'each of several concurrent writes is stored or rejected as a whole',
    run: (subject) =>
      withStudy(subject, async (here) => {
        const benches = [here, await here.second()];
        await here.begin(20);
        const outcomes = await runConcurrently(benches, 40, async (bench, i) => {
          const number = i >> 1;
          const ops = [{ kind: 'attr', number, scope: 'user', key: 'by', value: i } as const, complete(number, i)];
          try {
            await bench.write(...ops);
            return i;
          } catch (error) {
            if (isAsktellError(error, 'trial-finished')) return null;
            throw error;
          }
        });
        const winners = outcomes.filter((i) => i !== null);
        expect(
          winners.map((i) => i >> 1),
          'each trial was finished once',
        ).toEqual(Array.from({ length: 20 }, (_, i) => i));
        for (const i of winners)
          expect(await here.trial(i >> 1)).toMatchObject({ values: [i], userAttrs: new Map([['by', i]]) });
      }),
  },
  {
    group,
    exempt,
    name: 'a reader does not wait for a writer and does not see uncommitted data',
    run: (subject) =>
      withStudy(subject, async (here) => {
        const there = await here.second();
        await here.begin(1);
        let committed = 1;
        await expectNoBlocking(async () => {
          let read: Awaitable<Delta> | undefined;
          let took = Number.POSITIVE_INFINITY;
          await here.ask({
            fill: () => {
              const start = performance.now();
              read = there.pull();
              took = performance.now() - start;
              return [];
            },
          });
          const seen = (await read)?.trials.length;
          // An asynchronous read can see the state after the commit.
          expect(read instanceof Promise ? [committed, committed + 1] : [committed]).toContain(seen);
          committed++;
          expect((await there.pull()).trials.length).toBe(committed);
          return took;
        });
      }),
  },
  {
    group,
    exempt,
    name: 'a writer waits for another writer without blocking the event loop',
    run: (subject) =>
      withStudy(subject, async (here) => {
        const there = await here.second();
        await here.begin(1);
        let number = 0;
        await expectNoBlocking(async () => {
          let pending: unknown;
          let took = Number.POSITIVE_INFINITY;
          const { granted } = await here.ask({
            fill: () => {
              const start = performance.now();
              pending = there.write(complete(number, 5));
              took = performance.now() - start;
              return [];
            },
          });
          expect(granted).toEqual([number + 1]);
          await pending;
          expect((await here.trial(number++)).values).toEqual([5]);
          return took;
        });
      }),
  },
];
