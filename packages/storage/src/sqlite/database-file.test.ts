import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskRequest, StudyRef, TrialOp } from '@asktell/core';
import { refused } from '@asktell/testing';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { SqliteStorage } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const one: AskRequest = { fresh: [], owner: null, plan: () => ({ write: [], take: [], create: 1 }), fill: null };
const complete: TrialOp = { kind: 'finish', number: 0, state: 'complete', values: [1] };
const study = { name: 'a', directions: ['minimize'] as const, systemAttrs: new Map([['asktell:epoch', 'e']]) };

let path = '';
let files = 0;
beforeEach(() => {
  path = join(folder, `${files++}.db`);
});

async function running(): Promise<{ readonly storage: SqliteStorage; readonly ref: StudyRef }> {
  const storage = new SqliteStorage(path);
  const { ref } = await storage.createStudy(study);
  await storage.ask(ref, null, one);
  return { storage, ref };
}

/** Runs `work` with the clock one second ahead. */
async function later<T>(work: () => Promise<T>): Promise<T> {
  const now = performance.now() + 1000;
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now);
  try {
    return await work();
  } finally {
    clock.mockRestore();
  }
}

test.each([
  ['deleted', () => rmSync(path)],
  [
    'replaced',
    () => {
      writeFileSync(`${path}-new`, '');
      renameSync(`${path}-new`, path);
    },
  ],
] as const)('writes to a %s file are rejected', async (_, damage) => {
  const { storage, ref } = await running();
  damage();
  await later(async () => {
    const error = await refused('storage-open', () => storage.write(ref, null, [complete]));
    expect(error.message).toContain('while it was open');
    await refused('storage-open', () => storage.ask(ref, null, one));
  });
  await storage.close();
});

test('writes to an unchanged file succeed', async () => {
  const { storage, ref } = await running();
  await later(async () => {
    await storage.write(ref, null, [complete]);
  });
  await storage.close();
});
