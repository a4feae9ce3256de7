import { type Cursor, float, type TrialRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { complete, enqueue, imported, param } from './operations.ts';
import { plainRecord } from './plain-record.ts';
import { type StorageSubject, type StudyBench, withStudy } from './subject.ts';

const group = 'pulls';

const numbers = (trials: readonly TrialRecord[]): readonly number[] => trials.map(({ number }) => number);

/** Changes the study through `writer` and expects a pull of `reader` from each earlier cursor to return the changes. */
export async function followChanges(writer: StudyBench, reader: StudyBench): Promise<void> {
  const cursors: [Cursor | null, number[]][] = [[null, []]];
  const step = async (...changed: number[]): Promise<void> => {
    for (const [, expected] of cursors) expected.push(...changed.filter((number) => !expected.includes(number)));
    for (const [cursor, expected] of cursors)
      expect(numbers((await reader.pull(cursor)).trials)).toEqual([...expected].sort((a, b) => a - b));
    cursors.push([(await reader.pull(cursors.at(-1)?.[0] ?? null)).cursor, []]);
    cursors.push([(await reader.pull()).cursor, []]);
  };
  await step();
  await writer.write(imported(), enqueue(), enqueue());
  await step(0, 1, 2);
  await writer.begin(3);
  await step(3, 4, 5);
  await writer.write(complete(4, 1));
  await step(4);
  await writer.ask({
    plan: () => ({ write: [{ kind: 'finish', number: 3, state: 'fail', values: null }], take: [2], create: 1 }),
  });
  await step(2, 3, 6);
  await writer.write(complete(6, 1), imported(), complete(2, 1));
  await step(2, 6, 7);
  await writer.begin(2);
  await step(8, 9);
  await writer.write(complete(8, 1));
  await step(8);
  await step();
}

/** Laws about `pull` and its cursors. */
export const pullLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    name: 'a pull without a cursor returns every trial in ascending order',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        expect((await bench.pull()).trials).toEqual([]);
        await bench.write(enqueue(), imported());
        await bench.begin(2);
        await bench.write(complete(3, 1));
        expect(numbers((await bench.pull()).trials)).toEqual([0, 1, 2, 3]);
        expect(numbers((await bench.pull()).trials), 'again').toEqual([0, 1, 2, 3]);
      }),
  },
  {
    group,
    name: 'reading in chunks returns every trial once, as a pull does',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const { storage, ref } = bench;
        if (storage.read === undefined) return; // the method is optional
        const read = storage.read.bind(storage);
        expect(await read(ref, 0, 5)).toEqual([]);
        await bench.write(
          ...Array.from({ length: 7 }, (_, i) => imported({ names: ['x'], dists: [float(0, 9)], x: [i], values: [i] })),
        );
        await bench.begin(3);
        await bench.write(enqueue(), param(8, 'x', float(0, 9), 0.5), complete(8, 1));
        const { trials } = await bench.pull();
        expect(trials.length).toBe(11);
        for (const count of [1, 3, 4, 11, 100]) {
          const chunks: TrialRecord[] = [];
          for (let from = 0; from < 12; from += count) chunks.push(...(await read(ref, from, count)));
          expect(
            chunks.map((trial) => plainRecord(trial)),
            `chunks of ${count}`,
          ).toEqual(trials.map((trial) => plainRecord(trial)));
        }
        expect(await read(ref, 11, 5), 'beyond the end').toEqual([]);
        await storage.deleteStudy(ref);
        await refused('study-gone', () => read(ref, 0, 1));
      }),
  },
  {
    group,
    name: 'a pull from any earlier cursor returns the changes since that cursor',
    run: (subject) => withStudy(subject, (bench) => followChanges(bench, bench)),
  },
  {
    group,
    name: 'fresh rows are always returned, each once',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(4);
        await bench.write(complete(0, 1));
        const { cursor } = await bench.pull();
        expect((await bench.pull(cursor, [])).trials).toEqual([]);
        expect(numbers((await bench.pull(cursor, [3, 0])).trials)).toEqual([0, 3]);
        await bench.write(
          { kind: 'param', number: 1, name: 'x', dist: float(0, 1), x: 0.5 },
          { kind: 'report', number: 1, step: 0, value: 2 },
          { kind: 'attr', number: 1, scope: 'user', key: 'k', value: 3 },
        );
        const [read] = (await bench.pull(cursor, [1])).trials as [TrialRecord];
        expect(
          [Array.from(read.x), read.reports?.values, read.userAttrs?.get('k')],
          'parameters, reports and attributes of a running trial',
        ).toEqual([[0.5], [2], 3]);
        await bench.write(complete(2, 1), enqueue());
        expect(numbers((await bench.pull(cursor, [2, 1, 1, 4])).trials).filter((number) => number !== 1)).toEqual([
          2, 4,
        ]);
        expect(numbers((await bench.pull(null, [1, 2])).trials)).toEqual([0, 1, 2, 3, 4]);
      }),
  },
  {
    group,
    name: 'a finished trial is returned with all its data, no matter when it was written',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(2);
        let { cursor } = await bench.pull();
        await bench.write({ kind: 'param', number: 0, name: 'x', dist: float(0, 1), x: 0.5 });
        cursor = (await bench.pull(cursor)).cursor;
        await bench.write(
          { kind: 'report', number: 0, step: 1, value: 2 },
          { kind: 'attr', number: 0, scope: 'system', key: 'k', value: 3 },
        );
        cursor = (await bench.pull(cursor)).cursor;
        await bench.write(complete(0, 4));
        const [trial, ...others] = (await bench.pull(cursor)).trials;
        expect(others).toEqual([]);
        expect(trial).toMatchObject({
          number: 0,
          state: 'complete',
          names: ['x'],
          values: [4],
          reports: { steps: [1], values: [2] },
        });
        expect(trial?.systemAttrs?.get('k')).toBe(3);
      }),
  },
  {
    group,
    name: 'a cursor stays valid through a thousand changes',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(5);
        const { cursor } = await bench.pull();
        await bench.begin(1000);
        await bench.write(...Array.from({ length: 900 }, (_, i) => complete(i + 4, i)));
        const { trials } = await bench.pull(cursor);
        expect(numbers(trials)).toEqual(Array.from({ length: 1001 }, (_, i) => i + 4));
        expect(trials.filter(({ state }) => state === 'complete').length).toBe(900);
      }),
  },
];
