import { OperationLogStorage } from '@asktell/testing';
import { expect, test } from 'vitest';
import {
  AsktellError,
  categorical,
  float,
  type Json,
  keys,
  MemoryStorage,
  type NewTrial,
  type Storage,
} from '../index.ts';
import { type CopyStudyOptions, copyStudy } from './copy-study.ts';

const blank: NewTrial = {
  state: 'complete',
  names: ['x', 'c'],
  dists: [float(0, 1), categorical([null, true, 'a'])],
  x: [0.5, 1],
  values: [1],
  reports: { steps: [0, 7], values: [1, Number.NaN] },
  userAttrs: new Map([['u', { list: [1n << 70n, Number.NaN] }]]),
  systemAttrs: new Map<string, Json>([
    ['stranger', 'kept'],
    ['asktell:note', { a: 1 }],
  ]),
  startedAt: 1_700_000_000_000_001,
  finishedAt: 1_700_000_000_000_003,
};

async function filled(count: number): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const systemAttrs = new Map<string, string>([
    [keys.epoch, 'old'],
    [keys.seed, '7'],
    ['stranger', 's'],
  ]);
  const { ref } = storage.createStudy({ name: 'study', directions: ['maximize'], systemAttrs });
  storage.setStudyAttrs(ref, [{ scope: 'user', key: 'who', value: 'me' }]);
  const states: readonly NewTrial[] = [
    blank,
    { ...blank, state: 'running', values: null, finishedAt: null },
    { ...blank, state: 'waiting', values: null, finishedAt: null, startedAt: null },
    { ...blank, state: 'fail', values: null },
    { ...blank, state: 'pruned' },
  ];
  storage.write(
    ref,
    null,
    Array.from({ length: count }, (_, i) => ({ kind: 'create', trial: states[i % 5] as NewTrial }) as const),
  );
  return storage;
}

async function content(storage: Storage, name: string): Promise<unknown> {
  const study = await storage.findStudy(name);
  if (study === undefined) return undefined;
  const { trials } = await storage.pull(study.ref, null);
  const { [keys.epoch]: epoch, ...systemAttrs } = Object.fromEntries(study.systemAttrs);
  expect(typeof epoch).toBe('string');
  return {
    directions: study.directions,
    userAttrs: study.userAttrs,
    systemAttrs,
    trials: trials.map((trial) => ({ ...trial, x: Array.from(trial.x) })),
  };
}

const refusal = async (options: unknown): Promise<AsktellError> => {
  const error = await copyStudy(options as CopyStudyOptions).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AsktellError);
  return error as AsktellError;
};

test('copies every field of every state, in chunks, with a new epoch', async () => {
  const from = await filled(2503);
  const to = new OperationLogStorage();
  expect(await copyStudy({ from: { storage: from }, to: { name: 'copy', storage: to } })).toEqual({
    name: 'copy',
    trials: 2503,
  });
  expect(await content(to, 'copy')).toEqual(await content(from, 'study'));
  expect(to.log.filter(({ kind }) => kind === 'trials')).toHaveLength(3);
  expect(to.findStudy('copy')?.ref.epoch).not.toBe('old');
  const back = new MemoryStorage();
  await copyStudy({ from: { storage: to }, to: { storage: back } });
  expect(await content(back, 'copy')).toEqual(await content(from, 'study'));
});

test('copies within a storage under another name', async () => {
  const storage = await filled(5);
  await copyStudy({ from: { name: 'study', storage }, to: { name: 'twin', storage } });
  expect(await content(storage, 'twin')).toEqual(await content(storage, 'study'));
});

test("without Asktell's attributes, those of other programs are kept", async () => {
  const to = new MemoryStorage();
  await copyStudy({ from: { storage: await filled(1) }, to: { storage: to }, asktellAttrs: false });
  const study = to.findStudy('study');
  expect([...(study?.systemAttrs.keys() ?? [])].sort()).toEqual([keys.epoch, 'stranger']);
  const { trials } = to.pull(study?.ref as never, null);
  expect([...(trials[0]?.systemAttrs ?? [])]).toEqual([['stranger', 'kept']]);
});

test('deletes the copy when a chunk is refused, and throws the error', async () => {
  const to = new MemoryStorage();
  let writes = 0;
  const write = to.write.bind(to);
  to.write = (ref, since, ops) => {
    if (++writes === 2) throw new AsktellError('storage-full', 'The disk is full.');
    return write(ref, since, ops);
  };
  expect((await refusal({ from: { storage: await filled(2000) }, to: { storage: to } })).code).toBe('storage-full');
  expect(to.listStudies()).toEqual([]);
  to.deleteStudy = () => {
    throw new Error('no');
  };
  writes = 0;
  const error = await refusal({ from: { storage: await filled(2000) }, to: { storage: to } });
  expect(error.code).toBe('storage-full');
  expect(error.message).toContain('Delete that study. Reason: The disk is full.');
});

test('fails when another program adds a trial to the copy', async () => {
  const to = new MemoryStorage();
  const create = to.createStudy.bind(to);
  to.createStudy = (study) => {
    const record = create(study);
    to.write(record.ref, null, [{ kind: 'create', trial: blank }]);
    return record;
  };
  expect((await refusal({ from: { storage: await filled(1) }, to: { storage: to } })).code).toBe('study-mismatch');
  expect(to.listStudies()).toEqual([]);
});

test('throws typed errors for missing and existing studies and for wrong options', async () => {
  const storage = await filled(1);
  expect((await refusal({ from: { name: 'no', storage }, to: { name: 'b', storage } })).code).toBe('study-not-found');
  const exists = await refusal({ from: { storage }, to: { storage } });
  expect(exists.code).toBe('study-exists');
  expect(exists.message).toContain('Give the copy another name');
  for (const options of [
    null,
    undefined,
    {},
    { from: { storage } },
    { from: { storage }, to: { storage: 'a.db' } },
    { from: { storage }, to: { storage, name: '' } },
    { from: { storage }, to: { storage, name: 'b' }, asktellAttrs: 1 },
    { from: { storage }, to: { storage, name: 'b', nme: 1 } },
  ])
    expect((await refusal(options)).code, String(options)).toBe('invalid-argument');
});
