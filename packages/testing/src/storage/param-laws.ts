import { type Distribution, float, int } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { complete, imported, param } from './operations.ts';
import { expectAllRefused, snapshot } from './snapshot.ts';
import { type StorageSubject, withStudy } from './subject.ts';

const group = 'parameters';

/** Laws about parameters and the consistency of their names within a study. */
export const paramLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    name: 'a parameter name keeps its kind, log and choices throughout the study',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const dists: readonly Distribution[] = [
          float(0, 1),
          float(1, 2, { log: true }),
          int(0, 5),
          int(1, 5, { log: true }),
          { kind: 'categorical', choices: ['1', 'true'] },
          { kind: 'categorical', choices: [1, 'true'] },
          { kind: 'categorical', choices: ['true', '1'] },
          { kind: 'categorical', choices: ['1', 'true', null] },
        ];
        await bench.begin(2);
        for (const [i, dist] of dists.entries()) await bench.write(param(0, `p${i}`, dist, 1));
        await bench.write(complete(0, 1));
        for (const [i] of dists.entries()) {
          await expectAllRefused(
            bench,
            'space-conflict',
            dists.filter((_, other) => other !== i).map((dist) => param(1, `p${i}`, dist, 1)),
            [{ kind: 'report', number: 1, step: 0, value: 0 }],
          );
        }
        const moved: readonly Distribution[] = [
          float(-5, 5, { step: 0.5 }),
          float(0.5, 9, { log: true }),
          int(-4, 50, { step: 2 }),
          int(1, 999, { log: true }),
          ...dists.slice(4),
        ];
        for (const [i, dist] of moved.entries()) await bench.write(param(1, `p${i}`, dist, i < 4 ? 2 : 1));
        expect((await bench.trial(1)).dists, 'bounds and steps may change').toEqual(moved);
      }),
  },
  {
    group,
    name: 'a conflict within one batch is rejected',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(2);
        const before = await snapshot(bench);
        await refused('space-conflict', () =>
          bench.write(param(0, 'x', float(0, 1), 0.5), param(1, 'x', int(0, 1), 1)),
        );
        expect(await snapshot(bench)).toEqual(before);
        await bench.write(param(1, 'x', int(0, 1), 1));
      }),
  },
  {
    group,
    name: 'an added trial with a conflicting parameter is rejected',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.write(imported({ names: ['x'], dists: [float(0, 1)], x: [0.5] }));
        await expectAllRefused(
          bench,
          'space-conflict',
          [imported({ names: ['x'], dists: [int(0, 1)], x: [1] })],
          [imported()],
        );
        expect(await bench.write(imported({ names: ['x'], dists: [float(0, 2)], x: [1.5] }))).toEqual([1]);
      }),
  },
  {
    group,
    name: 'a parameter is set once and setting the same value again changes nothing',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.begin(1);
        await bench.write(param(0, 'x', float(0, 1), 0.5), param(0, 'zero', float(-1, 1), 0));
        const before = await snapshot(bench);
        await expectAllRefused(
          bench,
          'space-conflict',
          [param(0, 'x', float(0, 1), 0.75), param(0, 'x', int(0, 1), 1)],
          [{ kind: 'report', number: 0, step: 0, value: 0 }],
        );
        await refused('space-conflict', () =>
          bench.write(param(0, 'y', float(0, 1), 0.1), param(0, 'y', float(0, 1), 0.2)),
        );
        for (const again of [
          param(0, 'x', float(0, 1), 0.5),
          param(0, 'x', float(0.25, 2), 0.5),
          param(0, 'zero', float(-1, 1), -0),
        ]) {
          await bench.write(again);
          expect(await snapshot(bench)).toEqual(before);
        }
        await bench.write(param(0, 'z', float(0, 1), 0.1), param(0, 'z', float(0, 1), 0.1));
        expect((await bench.trial(0)).names).toEqual(['x', 'zero', 'z']);
      }),
  },
];
