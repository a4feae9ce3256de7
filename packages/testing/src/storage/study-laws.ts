import { type Json, keys, type StudyRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { complete } from './operations.ts';
import { plainAttrs } from './plain-record.ts';
import { epochAttrs, type StorageSubject, withStudy } from './subject.ts';

const group = 'studies';

function plainStudy(study: StudyRecord): object {
  return {
    ...study,
    directions: [...study.directions],
    userAttrs: plainAttrs(study.userAttrs),
    systemAttrs: plainAttrs(study.systemAttrs),
  };
}

/** Attribute values that JSON encoders in JavaScript or Python often change. */
export const awkwardJson: readonly Json[] = [
  null,
  'Grüße, 世界 👋🏽 \u0000 " \\ \n \u2028',
  '',
  2 ** 53 - 1,
  9007199254740993n,
  -123456789012345678901234567890n,
  5e-324,
  1.7976931348623157e308,
  0.1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  [],
  {},
  [1, [Number.NaN, { deep: [null, false, 'x', 18446744073709551616n] }]],
  JSON.parse('{ "__proto__": { "polluted": true }, "constructor": 1, "": 2, "ключ": "NaN" }') as Json,
];

/** Laws about studies: creating, finding, listing, deleting them, and their attributes. */
export const studyLaws: readonly Law<StorageSubject>[] = [
  {
    group,
    name: 'capabilities match the connections that the subject provides',
    run: (subject) =>
      withStudy(subject, ({ storage }) => {
        expect(storage.capabilities.shared, 'a shared storage needs `second`, others must not have it').toBe(
          subject.second !== undefined,
        );
        expect(storage.capabilities.durable, 'a durable storage needs `reopen`, others must not have it').toBe(
          subject.reopen !== undefined,
        );
        expect(['string', 'object']).toContain(typeof storage.capabilities.url);
      }),
  },
  {
    group,
    name: 'a created study is found and listed with all its fields',
    run: (subject) =>
      withStudy(subject, async ({ storage }) => {
        const systemAttrs = new Map<string, Json>([...epochAttrs(), [keys.seed, 7], ['more', { a: [1] }]]);
        const study = await storage.createStudy({
          name: 'two objectives',
          directions: ['maximize', 'minimize'],
          systemAttrs,
        });
        expect(study.ref.name).toBe('two objectives');
        expect(study.ref.epoch).toBe(systemAttrs.get(keys.epoch));
        expect([...study.directions]).toEqual(['maximize', 'minimize']);
        expect(plainAttrs(study.userAttrs)).toEqual([]);
        expect(plainAttrs(study.systemAttrs)).toEqual(plainAttrs(systemAttrs));
        expect(plainStudy((await storage.findStudy('two objectives')) as StudyRecord)).toEqual(plainStudy(study));
        expect((await storage.listStudies()).map(plainStudy)[1]).toEqual(plainStudy(study));
      }),
  },
  {
    group,
    name: 'creating a study with an existing name is rejected and changes nothing',
    run: (subject) =>
      withStudy(subject, async ({ storage, study }) => {
        await refused('study-exists', () =>
          storage.createStudy({ name: 'study', directions: ['maximize', 'maximize'], systemAttrs: epochAttrs() }),
        );
        expect((await storage.listStudies()).map(plainStudy)).toEqual([plainStudy(study)]);
      }),
  },
  {
    group,
    name: 'studies are listed in creation order and do not share trials',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const { storage } = bench;
        const names = [
          'zebra',
          'Alpha',
          'alpha',
          'Äpfel',
          'x'.repeat(512),
          '__proto__',
          "'; drop table studies; --",
          ' ',
        ];
        const refs = [];
        for (const name of names)
          refs.push((await storage.createStudy({ name, directions: ['minimize'], systemAttrs: epochAttrs() })).ref);
        expect((await storage.listStudies()).map(({ ref }) => ref.name)).toEqual(['study', ...names]);
        for (const [i, name] of names.entries()) expect((await storage.findStudy(name))?.ref).toEqual(refs[i]);
        expect(await storage.findStudy('ALPHA')).toBeUndefined();
        await bench.begin(2);
        const [other] = refs;
        if (other === undefined) throw new Error('unreachable');
        expect((await storage.pull(other, null)).trials).toEqual([]);
        const { granted } = await storage.ask(other, null, {
          fresh: [],
          owner: null,
          plan: () => ({ write: [], take: [], create: 1 }),
          fill: null,
        });
        expect(granted, 'each study counts from 0').toEqual([0]);
        expect((await bench.pull()).trials.length).toBe(2);
      }),
  },
  {
    group,
    name: 'study attributes round-trip and the last write wins',
    run: (subject) =>
      withStudy(subject, async ({ storage, ref }) => {
        for (const [i, value] of awkwardJson.entries()) {
          await storage.setStudyAttrs(ref, [
            { scope: 'user', key: `k${i}`, value: 'before' },
            { scope: 'user', key: `k${i}`, value },
            { scope: 'system', key: `k${i}`, value: i },
          ]);
        }
        await storage.setStudyAttrs(ref, [
          { scope: 'user', key: '__proto__', value: 1 },
          { scope: 'user', key: 'k'.repeat(512), value: 'long' },
        ]);
        await storage.setStudyAttrs(ref, []);
        const found = (await storage.findStudy(ref.name)) as StudyRecord;
        for (const [i, value] of awkwardJson.entries()) {
          expect(found.userAttrs.get(`k${i}`)).toEqual(value);
          expect(found.systemAttrs.get(`k${i}`)).toBe(i);
        }
        expect(found.userAttrs.get('__proto__')).toBe(1);
        expect(found.userAttrs.get('k'.repeat(512))).toBe('long');
        expect(found.userAttrs.size).toBe(awkwardJson.length + 2);
        expect(found.systemAttrs.get(keys.epoch)).toBe(ref.epoch);
        expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      }),
  },
  {
    group,
    name: 'an unknown study is not found',
    run: (subject) =>
      withStudy(subject, async ({ storage, ref }) => {
        expect(await storage.findStudy('missing')).toBeUndefined();
        const unknown = {
          ...ref,
          id: typeof ref.id === 'number' ? 987_654 : 'missing',
          name: 'missing',
          epoch: 'never',
        };
        const codes = ['study-not-found', 'study-gone'] as const;
        await refused(codes, () => storage.pull(unknown, null));
        await refused(codes, () => storage.write(unknown, null, [complete(0, 1)]));
        await refused(codes, () => storage.deleteStudy(unknown));
        await refused(codes, () => storage.setStudyAttrs(unknown, [{ scope: 'user', key: 'k', value: 1 }]));
      }),
  },
  {
    group,
    name: 'a deleted study stays gone when its name is used again',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const { storage, ref } = bench;
        await bench.begin(3);
        await bench.write(
          { kind: 'param', number: 0, name: 'x', dist: { kind: 'int', low: 0, high: 9, log: false, step: 1 }, x: 3 },
          complete(0, 1),
        );
        const { cursor } = await bench.pull();
        await storage.deleteStudy(ref);
        expect(await storage.findStudy('study')).toBeUndefined();
        expect(await storage.listStudies()).toEqual([]);
        for (let again = 0; again < 2; again++) {
          await refused('study-gone', () => bench.pull());
          await refused('study-gone', () => bench.pull(cursor));
          await refused('study-gone', () => bench.ask());
          await refused('study-gone', () => bench.write(complete(1, 1)));
          await refused('study-gone', () => storage.setStudyAttrs(ref, [{ scope: 'user', key: 'k', value: 1 }]));
          await refused('study-gone', () => storage.deleteStudy(ref));
          if (again === 0)
            await storage.createStudy({ name: 'study', directions: ['minimize'], systemAttrs: epochAttrs() });
        }
        const recreated = (await storage.findStudy('study')) as StudyRecord;
        expect(recreated.userAttrs.size).toBe(0);
        expect((await storage.pull(recreated.ref, null)).trials, 'the new study starts empty').toEqual([]);
      }),
  },
  {
    group,
    name: 'a closed storage rejects every call and can be closed again',
    run: (subject) =>
      withStudy(subject, async (bench) => {
        const { storage, ref } = bench;
        await bench.begin(1);
        await storage.close();
        await storage.close();
        await refused('storage-closed', () =>
          storage.createStudy({ name: 'new', directions: ['minimize'], systemAttrs: epochAttrs() }),
        );
        await refused('storage-closed', () => storage.findStudy('study'));
        await refused('storage-closed', () => storage.listStudies());
        await refused('storage-closed', () => storage.deleteStudy(ref));
        await refused('storage-closed', () => storage.setStudyAttrs(ref, [{ scope: 'user', key: 'k', value: 1 }]));
        await refused('storage-closed', () => bench.pull());
        await refused('storage-closed', () => bench.ask());
        await refused('storage-closed', () => bench.write(complete(0, 1)));
      }),
  },
];
