import {
  categorical,
  copyStudy,
  type Distribution,
  float,
  int,
  type Json,
  MemoryStorage,
  type NewTrial,
  type Storage,
} from '@asktell/core';
import { refused, runs } from '@asktell/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SqliteStorage } from './index.ts';

const dists: readonly (readonly [string, Distribution, fc.Arbitrary<number>])[] = [
  ['x', float(-5, 5), fc.double({ min: -5, max: 5, noNaN: true })],
  ['lr', float(1e-5, 1, { log: true }), fc.double({ min: 1e-5, max: 1, noNaN: true })],
  ['n', int(1, 99, { step: 7 }), fc.integer({ min: 0, max: 14 }).map((k) => 1 + 7 * k)],
  ['__proto__', categorical([null, true, 'é😀', 2.5, Number.POSITIVE_INFINITY]), fc.integer({ min: 0, max: 4 })],
];
const number = fc.double({ noNaN: true });
const stamp = fc.integer({ min: 0, max: 4e15 });
const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((name) => !/\p{Surrogate}/u.test(name));
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(Number.NaN, Number.NEGATIVE_INFINITY, 2n ** 70n, 'x'.repeat(2045), '\ud800', { 1: [null] }),
);
const attrs = fc
  .option(
    fc.array(
      fc.tuple(
        fc.oneof(
          key,
          key.map((name) => `asktell:${name}`),
        ),
        json,
      ),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map((entries) => entries && new Map(entries));

const trial: fc.Arbitrary<NewTrial> = fc
  .record({
    state: fc.constantFrom('waiting', 'running', 'complete', 'pruned', 'fail'),
    params: fc
      .shuffledSubarray([...dists])
      .chain((chosen) =>
        fc.tuple(...chosen.map(([name, dist, x]) => x.map((value) => [name, dist, value + 0] as const))),
      ),
    values: fc.tuple(number, number),
    steps: fc.uniqueArray(fc.nat(), { maxLength: 4 }),
    reported: fc.double(),
    userAttrs: attrs,
    systemAttrs: attrs,
    startedAt: stamp,
    finishedAt: stamp,
  })
  .map(({ state, params, values, steps, reported, userAttrs, systemAttrs, startedAt, finishedAt }) => ({
    state,
    names: params.map(([name]) => name),
    dists: params.map(([, dist]) => dist),
    x: params.map(([, , x]) => x),
    values: state === 'complete' || state === 'pruned' ? values : null,
    reports:
      steps.length === 0
        ? null
        : { steps: [...steps].sort((a, b) => a - b), values: steps.map((_, i) => reported + i + 0) },
    userAttrs,
    systemAttrs,
    startedAt: state === 'waiting' ? null : startedAt,
    finishedAt: state === 'waiting' || state === 'running' ? null : finishedAt,
  }));

async function content(storage: Storage, name: string): Promise<unknown> {
  const study = await storage.findStudy(name);
  if (study === undefined) throw new Error(`study ${name} does not exist`);
  const { trials } = await storage.pull(study.ref, null);
  const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value, spell));
  return {
    directions: study.directions,
    userAttrs: normal(study.userAttrs),
    systemAttrs: normal(new Map([...study.systemAttrs].filter(([name_]) => name_ !== 'asktell:epoch'))),
    trials: trials.map(({ dists: drawn, ...rest }) => ({
      ...(normal({ ...rest, x: Array.from(rest.x) }) as object),
      drawn,
    })),
  };
}

/** Replaces numbers that JSON lacks, sorts maps because storages do not keep their order, and treats null as empty. */
function spell(this: unknown, name: string, value: unknown): unknown {
  if (value === null && (name === 'userAttrs' || name === 'systemAttrs')) return [];
  if (value instanceof Map) return [...value].sort(([a], [b]) => (a < b ? -1 : 1));
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return `$${value}`;
  return Object.is(value, -0) ? 0 : value;
}

test('any study survives copies from memory to SQLite and back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(trial, { maxLength: 12 }), attrs, async (trials, userAttrs) => {
      const [memory, sqlite, back, again] = [
        new MemoryStorage(),
        new SqliteStorage(':memory:'),
        new MemoryStorage(),
        new SqliteStorage(':memory:'),
      ];
      const systemAttrs = new Map<string, Json>([
        ['asktell:epoch', 'e'],
        ['stranger', 2n ** 64n],
      ]);
      const { ref } = memory.createStudy({ name: 'a', directions: ['minimize', 'maximize'], systemAttrs });
      memory.setStudyAttrs(
        ref,
        [...(userAttrs ?? [])].map(([name, value]) => ({ scope: 'user', key: name, value })),
      );
      memory.write(
        ref,
        null,
        trials.map((each) => ({ kind: 'create', trial: each })),
      );
      await copyStudy({ from: { storage: memory }, to: { name: 'b', storage: sqlite } });
      await copyStudy({ from: { storage: sqlite }, to: { name: 'c', storage: back } });
      await copyStudy({ from: { storage: sqlite }, to: { name: 'd', storage: again } });
      const original = await content(memory, 'a');
      expect(await content(sqlite, 'b')).toEqual(original);
      expect(await content(back, 'c')).toEqual(original);
      expect(await content(again, 'd')).toEqual(original);
      for (const storage of [sqlite, again]) await storage.close();
    }),
    { numRuns: runs(30) },
  );
});

test('a trial that SQLite rejects in the middle of the study leaves no copy', async () => {
  const memory = new MemoryStorage();
  const { ref } = memory.createStudy({ name: 'a', directions: ['minimize'], systemAttrs: new Map() });
  const good: NewTrial = {
    state: 'complete',
    names: [],
    dists: [],
    x: [],
    values: [1],
    reports: null,
    userAttrs: null,
    systemAttrs: null,
    startedAt: 1,
    finishedAt: 2,
  };
  const bad: NewTrial = { ...good, values: null };
  memory.write(
    ref,
    null,
    Array.from({ length: 2500 }, (_, i) => ({ kind: 'create', trial: i === 1700 ? bad : good }) as const),
  );
  const sqlite = new SqliteStorage(':memory:');
  await refused('invalid-value', () => copyStudy({ from: { storage: memory }, to: { storage: sqlite } }));
  expect(await sqlite.listStudies()).toEqual([]);
  await sqlite.close();
});
