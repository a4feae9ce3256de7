import { type Distribution, keys, type NewTrial, type TrialOp, type TrialRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { complete, enqueue, imported } from './operations.ts';
import { plainRecord } from './plain-record.ts';
import { awkwardJson } from './study-laws.ts';
import { type StorageSubject, type StudyBench, withStudy } from './subject.ts';

const group = 'round trips';

/** Distributions with one internal value each. They are sorted neither by name nor by kind. */
const awkwardParams: readonly (readonly [string, Distribution, number])[] = [
  ['zulu', { kind: 'float', low: -1e308, high: 0, log: false, step: null }, -1e308],
  ['alpha', { kind: 'float', low: 5e-324, high: 1, log: true, step: null }, 5e-324],
  ['ä.b', { kind: 'float', low: 0.1, high: 0.7, log: false, step: 0.1 }, 0.1 + 0.2],
  ['__proto__', { kind: 'int', low: -(2 ** 53 - 1), high: 0, log: false, step: 1 }, -(2 ** 53 - 1)],
  ['constructor', { kind: 'int', low: 1, high: 2 ** 53 - 1, log: true, step: 1 }, 2 ** 53 - 1],
  ['', { kind: 'int', low: 3, high: 12, log: false, step: 3 }, 9],
  ['toString', { kind: 'categorical', choices: ['only'] }, 0],
  ['mixed', { kind: 'categorical', choices: [null, true, false, 1, '1', 'true', '', 1.5, -7, 'Grüße 👋🏽 "\\\n'] }, 9],
  ['x'.repeat(512), { kind: 'float', low: 0.25, high: 0.25, log: false, step: null }, 0.25],
  ['世'.repeat(512), { kind: 'float', low: -1, high: 1, log: false, step: null }, 0],
];

const names = awkwardParams.map(([name]) => name);
const dists = awkwardParams.map(([, dist]) => dist);
const x = awkwardParams.map(([, , value]) => value);
const inf = Number.POSITIVE_INFINITY;

const attrs = new Map([
  ...awkwardJson.map((value, i) => [`k${i}`, value] as const),
  ['__proto__', 'own'],
  ['k'.repeat(512), 'long'],
  ['', 0],
]);

const samples: readonly NewTrial[] = [
  {
    state: 'complete',
    names,
    dists,
    x,
    values: [1.5],
    reports: { steps: [0, 1, 2, 7], values: [Number.NaN, inf, -inf, 1e-300] },
    userAttrs: attrs,
    systemAttrs: attrs,
    startedAt: 1,
    finishedAt: 999_999_999_999_999,
  },
  {
    state: 'waiting',
    names: [],
    dists: [],
    x: [],
    values: null,
    reports: null,
    userAttrs: new Map([['k', 1]]),
    systemAttrs: new Map([[keys.fixedParams, { b: 1, a: 'two', '': null }]]),
    startedAt: null,
    finishedAt: null,
  },
  {
    state: 'fail',
    names: ['mixed'],
    dists: [dists[7] as Distribution],
    x: [0],
    values: null,
    reports: null,
    userAttrs: null,
    systemAttrs: null,
    startedAt: 5,
    finishedAt: 5,
  },
  {
    state: 'pruned',
    names: ['alpha', 'zulu'],
    dists: [dists[1] as Distribution, dists[0] as Distribution],
    // Out of bounds: Optuna stores enqueued parameters without checking them.
    x: [0.5, inf],
    values: [inf],
    reports: null,
    userAttrs: null,
    systemAttrs: null,
    startedAt: 123_456_789_012_345,
    finishedAt: 123_456_789_012_346,
  },
  {
    state: 'complete',
    names: [],
    dists: [],
    x: [],
    values: [-inf],
    reports: null,
    userAttrs: null,
    systemAttrs: null,
    startedAt: 9,
    finishedAt: 10,
  },
];

async function expectSamples(bench: StudyBench): Promise<void> {
  const { trials } = await bench.pull();
  expect(trials.map((trial) => plainRecord(trial))).toEqual(
    samples.map((sample, number) => plainRecord({ ...sample, number })),
  );
}

/** Laws about round trips: every field is read back as it was written. */
export const roundTripLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    name: 'added trials keep every field',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        await bench.write(...samples.map((trial): TrialOp => ({ kind: 'create', trial })));
        await expectSamples(bench);
      }),
  },
  {
    group,
    name: 'added trials keep every field across connections and restarts',
    exempt: (subject) =>
      subject.second === undefined && subject.reopen === undefined ? 'neither shared nor durable' : null,
    run: (subject) =>
      withStudy(subject, async (bench) => {
        for (const trial of samples) await bench.write({ kind: 'create', trial });
        if (subject.second !== undefined) await expectSamples(await bench.second());
        if (subject.reopen !== undefined) await expectSamples(await bench.reopen());
      }),
  },
  {
    group,
    name: 'a trial written in several calls keeps every field',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const { granted, trials } = await bench.ask({ owner: { host: 'h', pid: 1, deep: [null] } });
        expect(granted).toEqual([0]);
        for (const [name, dist, value] of awkwardParams)
          await bench.write({ kind: 'param', number: 0, name, dist, x: value });
        for (const [step, value] of [
          [0, Number.NaN],
          [1, inf],
          [2, -inf],
          [7, 1e-300],
        ] as const)
          await bench.write({ kind: 'report', number: 0, step, value });
        for (const scope of ['user', 'system'] as const)
          await bench.write(
            ...[...attrs].map(([key, value]): TrialOp => ({ kind: 'attr', number: 0, scope, key, value })),
          );
        await bench.write(complete(0, 1.5));
        const trial = await bench.trial(0);
        const expected = {
          ...(samples[0] as NewTrial),
          number: 0,
          systemAttrs: new Map([...attrs, [keys.owner, { host: 'h', pid: 1, deep: [null] }]]),
        };
        expect(plainRecord({ ...trial, finishedAt: 0 })).toEqual(
          plainRecord({ ...expected, startedAt: (trials[0] as TrialRecord).startedAt, finishedAt: 0 }),
        );
      }),
  },
  {
    group,
    name: 'minus zero is stored as zero',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const dist: Distribution = { kind: 'float', low: -1, high: 1, log: false, step: null };
        await bench.write(
          imported({ names: ['x'], dists: [dist], x: [-0], values: [-0], reports: { steps: [0], values: [-0] } }),
        );
        await bench.begin(1);
        await bench.write(
          { kind: 'param', number: 1, name: 'x', dist, x: -0 },
          { kind: 'report', number: 1, step: 0, value: -0 },
          complete(1, -0),
        );
        for (const trial of (await bench.pull()).trials) {
          expect(Array.from(trial.x)).toEqual([0]);
          expect(trial.values).toEqual([0]);
          expect(trial.reports?.values).toEqual([0]);
        }
      }),
  },
  {
    group,
    name: 'several objectives keep their order and infinities',
    run: (subject) =>
      withStudy(
        subject,
        async (bench) => {
          await bench.begin(2);
          await bench.write(complete(0, 1e-300, -inf, inf), imported({ values: [3, 1, 2] }), {
            kind: 'finish',
            number: 1,
            state: 'fail',
            values: null,
          });
          expect((await bench.pull()).trials.map(({ values }) => values)).toEqual([
            [1e-300, -inf, inf],
            null,
            [3, 1, 2],
          ]);
        },
        ['minimize', 'maximize', 'minimize'],
      ),
  },
  {
    group,
    name: 'changes that the caller makes to its arguments after a write are not stored',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const value = { list: [1] };
        const point = [0.25];
        const systemAttrs = new Map([['k', value]]);
        await bench.write(
          enqueue({ systemAttrs }),
          imported({ names: ['x'], dists: [{ kind: 'float', low: 0, high: 1, log: false, step: null }], x: point }),
        );
        systemAttrs.set('later', value);
        point[0] = 0.75;
        const [waiting, finished] = (await bench.pull()).trials as [TrialRecord, TrialRecord];
        expect([...(waiting.systemAttrs ?? [])]).toEqual([['k', { list: [1] }]]);
        expect(Array.from(finished.x)).toEqual([0.25]);
      }),
  },
];
