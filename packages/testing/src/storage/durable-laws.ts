import { float, int, keys } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { complete, enqueue } from './operations.ts';
import { plainAttrs, plainRecord } from './plain-record.ts';
import { epochAttrs, needsReopen, type StorageSubject, withStudy } from './subject.ts';

const group = 'reopening';
const exempt = needsReopen;

/** Laws of durable storages. */
export const durableLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    exempt,
    name: 'studies, attributes and trials of every state survive reopening',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.storage.setStudyAttrs(bench.ref, [
          { scope: 'user', key: 'k', value: [1, 'ä'] },
          { scope: 'system', key: keys.seed, value: 2 ** 53 - 1 },
        ]);
        await bench.storage.createStudy({
          name: 'other',
          directions: ['maximize', 'minimize'],
          systemAttrs: epochAttrs(),
        });
        await bench.ask({ owner: { pid: 1 }, plan: () => ({ write: [], take: [], create: 3 }) });
        await bench.write(
          { kind: 'param', number: 0, name: 'x', dist: float(0, 1), x: 0.1 },
          { kind: 'report', number: 0, step: 2, value: Number.NaN },
          complete(0, 1 / 3),
          enqueue(),
        );
        await bench.write(
          { kind: 'param', number: 1, name: 'y', dist: int(0, 9), x: 3 },
          { kind: 'report', number: 1, step: 0, value: 1 },
        );
        await bench.write({ kind: 'finish', number: 2, state: 'fail', values: null });
        const before = (await bench.pull()).trials.map((trial) => plainRecord(trial));
        const again = await bench.reopen();
        expect((await again.pull()).trials.map((trial) => plainRecord(trial))).toEqual(before);
        expect(again.ref).toEqual(bench.ref);
        expect(plainAttrs(again.study.userAttrs)).toEqual([['k', [1, 'ä']]]);
        expect(again.study.systemAttrs.get(keys.seed)).toBe(2 ** 53 - 1);
        expect((await again.storage.listStudies()).map(({ ref, directions }) => [ref.name, [...directions]])).toEqual([
          ['study', ['minimize']],
          ['other', ['maximize', 'minimize']],
        ]);
      }),
  },
  {
    group,
    exempt,
    name: 'trial numbers, stamps and parameter names continue after reopening',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(2);
        await bench.write({ kind: 'param', number: 0, name: 'x', dist: float(0, 1), x: 0.1 }, complete(0, 1));
        const last = (await bench.trial(0)).finishedAt as number;
        const again = await bench.reopen();
        const { granted, trials } = await again.ask();
        expect(granted).toEqual([2]);
        expect(trials[0]?.startedAt).toBeGreaterThan(last);
        await refused('trial-finished', () => again.write(complete(0, 2)));
        await refused('space-conflict', () =>
          again.write({ kind: 'param', number: 1, name: 'x', dist: int(0, 1), x: 1 }),
        );
        await again.write(complete(1, 2));
        expect((await again.trial(1)).state).toBe('complete');
      }),
  },
  {
    group,
    exempt,
    name: 'deleted studies and rejected writes do not reappear after reopening',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const other = await bench.storage.createStudy({
          name: 'other',
          directions: ['minimize'],
          systemAttrs: epochAttrs(),
        });
        await bench.storage.deleteStudy(other.ref);
        await bench.begin(1);
        await refused('trial-not-found', () => bench.write(complete(0, 1), complete(7, 1)));
        const again = await bench.reopen();
        expect((await again.storage.listStudies()).map(({ ref }) => ref.name)).toEqual(['study']);
        expect((await again.trial(0)).state).toBe('running');
        await again.storage.deleteStudy(again.ref);
        await again.storage.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: epochAttrs() });
        await refused('study-gone', () => again.pull());
      }),
  },
];
