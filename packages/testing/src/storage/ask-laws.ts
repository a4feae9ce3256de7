import {
  type Cursor,
  type ErrorCode,
  float,
  int,
  type Json,
  keys,
  type TrialOp,
  type TrialRecord,
} from '@asktell/core';
import { expect, vi } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { complete, enqueue, failed, imported, noPlan } from './operations.ts';
import { plainRecord } from './plain-record.ts';
import { snapshot } from './snapshot.ts';
import { type StorageSubject, withStudy } from './subject.ts';

const group = 'asks';

/** Laws about `ask`. */
export const askLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    name: 'a new trial is running and has a start stamp, an owner and no other data',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const before = Date.now() * 1000;
        const owned = await bench.ask({ owner: { worker: 'w', pid: 7 }, plan: () => ({ ...noPlan, create: 2 }) });
        const plain = await bench.ask();
        expect([...owned.granted, ...plain.granted]).toEqual([0, 1, 2]);
        expect([owned.exhausted, plain.exhausted]).toEqual([false, false]);
        const trials = [...owned.trials, ...plain.trials];
        expect(trials.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
        expect(trials.map(({ systemAttrs }) => systemAttrs?.get(keys.owner))).toEqual([
          { worker: 'w', pid: 7 },
          { worker: 'w', pid: 7 },
          undefined,
        ]);
        for (const trial of trials) {
          expect(trial).toMatchObject({ names: [], dists: [], values: null, reports: null, finishedAt: null });
          expect(Math.abs((trial.startedAt as number) - before), 'microseconds since 1970').toBeLessThan(60e6);
        }
        expect((await snapshot(bench)).length).toBe(3);
        expect(
          trials.map((trial) => plainRecord(trial)),
          'the returned trials are the stored ones',
        ).toEqual(await snapshot(bench));
      }),
  },
  {
    group,
    name: 'plan is called once, with the changes since the cursor, before anything is written',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.write(enqueue(), imported());
        const { cursor } = await bench.pull();
        await bench.write(enqueue());
        const seen: (readonly number[])[] = [];
        const plan = ({ trials }: { readonly trials: readonly TrialRecord[] }) => {
          seen.push(trials.map(({ number }) => number));
          return { ...noPlan, create: 1 };
        };
        await bench.ask({ plan });
        await bench.ask({ plan }, cursor);
        await bench.ask({ plan, fresh: [1] }, cursor);
        expect(seen).toEqual([
          [0, 1, 2],
          [2, 3],
          [1, 2, 3, 4],
        ]);
      }),
  },
  {
    group,
    name: 'an empty plan writes nothing',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.write(enqueue());
        const { cursor } = await bench.pull();
        const result = await bench.ask(
          { plan: () => noPlan, fill: () => expect.unreachable('nothing was granted') },
          cursor,
        );
        expect(result).toMatchObject({ trials: [], granted: [], exhausted: false });
        expect((await bench.pull(cursor)).trials).toEqual([]);
        expect(await bench.begin(1)).toEqual([1]);
      }),
  },
  {
    group,
    name: 'an ask is rolled back when plan or fill throws',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.ask({ owner: 'dead', plan: () => ({ ...noPlan, create: 2 }) });
        await bench.write(enqueue(), { kind: 'param', number: 0, name: 'x', dist: float(0, 1), x: 0.5 });
        const before = await snapshot(bench);
        const { cursor } = await bench.pull();
        const mine = new Error('mine');
        const thrown = async (action: () => unknown): Promise<unknown> => {
          try {
            await action();
          } catch (error) {
            return error;
          }
          return undefined;
        };
        expect(
          await thrown(() =>
            bench.ask({
              plan: () => {
                throw mine;
              },
            }),
          ),
          'the error is rethrown unchanged',
        ).toBe(mine);
        const fill = (trial: TrialRecord): readonly TrialOp[] => {
          if (trial.number === 4) throw mine;
          return [
            { kind: 'param', number: trial.number, name: 'new', dist: float(0, 1), x: 1 },
            { kind: 'report', number: trial.number, step: 0, value: 1 },
          ];
        };
        expect(
          await thrown(() =>
            bench.ask({ owner: 'me', plan: () => ({ write: failed(1), take: [0, 2], create: 3 }), fill }),
          ),
        ).toBe(mine);
        expect(await snapshot(bench)).toEqual(before);
        expect((await bench.pull(cursor)).trials).toEqual([]);
        await bench.write({ kind: 'param', number: 0, name: 'new', dist: int(0, 1), x: 1 });
        expect(await bench.begin(1)).toEqual([3]);
      }),
  },
  {
    group,
    name: 'a plan with an invalid operation is rejected as a whole',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(2);
        await bench.write(enqueue(), complete(0, 1), {
          kind: 'param',
          number: 1,
          name: 'x',
          dist: float(0, 1),
          x: 0.5,
        });
        const before = await snapshot(bench);
        const codes: readonly ErrorCode[] = ['trial-finished', 'trial-not-found'];
        await refused(codes, () => bench.ask({ plan: () => ({ write: failed(1), take: [2, 0], create: 1 }) }));
        await refused(codes, () => bench.ask({ plan: () => ({ write: failed(1), take: [2, 99], create: 1 }) }));
        await refused('trial-finished', () => bench.ask({ plan: () => ({ write: failed(0), take: [2], create: 1 }) }));
        await refused('trial-finished', () => bench.ask({ plan: () => ({ write: failed(1), take: [1], create: 1 }) }));
        await refused('trial-waiting', () => bench.ask({ plan: () => ({ write: failed(2), take: [], create: 1 }) }));
        await refused('space-conflict', () =>
          bench.ask({
            plan: () => ({ ...noPlan, take: [2], create: 1 }),
            fill: ({ number }) => [{ kind: 'param', number, name: 'x', dist: int(0, 1), x: 1 }],
          }),
        );
        expect(await snapshot(bench)).toEqual(before);
        expect(await bench.begin(1)).toEqual([3]);
      }),
  },
  {
    group,
    name: 'concurrent calls are executed one after another',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(10);
        const calls = Array.from({ length: 30 }, async (_, i) => {
          if (i % 3 === 0) return (await bench.ask({ plan: () => ({ ...noPlan, create: 2 }) })).granted;
          if (i % 3 === 1) await bench.write(complete(Math.floor(i / 3), i));
          else expect((await bench.pull()).trials.length).toBeGreaterThanOrEqual(10);
          return [];
        });
        const granted = (await Promise.all(calls)).flat().sort((a, b) => a - b);
        expect(granted).toEqual(Array.from({ length: 20 }, (_, i) => i + 10));
        const { trials } = await bench.pull();
        expect(trials.map(({ state }) => state === 'complete')).toEqual(trials.map(({ number }) => number < 10));
      }),
  },
  {
    group,
    name: 'stamps increase strictly even when the clock stops or goes back',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const now = Date.now();
        let last = 0;
        const clock = vi.spyOn(Date, 'now');
        try {
          for (const ms of [now, now, now - 3_600_000, now - 3_600_000, now + 1]) {
            clock.mockReturnValue(ms);
            const asked = await bench.ask({ plan: () => ({ ...noPlan, create: 3 }) });
            for (const { startedAt } of asked.trials) {
              expect(startedAt).toBeGreaterThan(last);
              last = startedAt as number;
            }
            const [first, second, third] = asked.granted as [number, number, number];
            await bench.write(complete(second, 1), complete(first, 1));
            await bench.write(complete(third, 1));
            for (const number of [second, first, third]) {
              const { finishedAt } = await bench.trial(number);
              expect(finishedAt).toBeGreaterThan(last);
              last = finishedAt as number;
            }
          }
        } finally {
          clock.mockRestore();
        }
      }),
  },
  {
    group,
    name: 'a watched trial is in the delta when its owner has changed, on any connection',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const owner = (number: number, value: Json): TrialOp => ({
          kind: 'attr',
          number,
          scope: 'system',
          key: keys.owner,
          value,
        });
        const [seen] = (await bench.ask({ owner: 'a', plan: () => ({ ...noPlan, create: 3 }) })).granted;
        let cursor = (await bench.pull()).cursor;
        for (const change of ['b', 'c', { until: 0 }, null] as const) {
          await bench.write(owner(seen as number, change));
          let read: readonly TrialRecord[] = [];
          const asked = await bench.ask(
            {
              watch: [0, 1, 99],
              plan: ({ trials }) => {
                read = trials;
                return noPlan;
              },
            },
            cursor,
          );
          cursor = asked.cursor;
          expect(read.find(({ number }) => number === seen)?.systemAttrs?.get(keys.owner)).toEqual(change);
        }
      }),
  },
  {
    group,
    name: 'the cursor returned by an ask includes its own writes',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.write(enqueue(), enqueue());
        let cursor: Cursor | null = null;
        for (const plan of [
          { ...noPlan, create: 1 },
          { ...noPlan, take: [0] },
          { write: failed(2), take: [0], create: 2 },
          noPlan,
        ]) {
          const asked = await bench.ask({ plan: () => plan }, cursor);
          expect((await bench.pull(asked.cursor)).trials).toEqual([]);
          cursor = asked.cursor;
        }
      }),
  },
];
