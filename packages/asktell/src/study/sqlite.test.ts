import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float, isAsktellError, type Study, where } from '@asktell/core';
import { SqliteStorage } from '@asktell/storage/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStudy, deleteStudy, listStudies, loadStudy } from './studies.ts';

let folder: string;
let file: string;
const open: Study<object>[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asktell-'));
  file = join(folder, 'study.db');
});

afterEach(async () => {
  for (const study of open.splice(0)) await study.close();
  rmSync(folder, { recursive: true });
});

async function opened<P extends object>(study: Promise<Study<P>>): Promise<Study<P>> {
  open.push((await study) as unknown as Study<object>);
  return study;
}

describe('a study in a file', () => {
  it('is created, closed, opened again and deleted by its path', async () => {
    const space = where({ a: float(0, 1), b: float(0, 1) }, 'a <= b');
    const study = await createStudy({ name: 'a', storage: file, space, seed: 5 });
    expect(study.storage).toBeInstanceOf(SqliteStorage);
    await study.optimize(({ params }) => params.b - params.a, { trials: 10 });
    await study.close();
    await expect(study.ask()).rejects.toMatchObject({ code: 'storage-closed' });

    const again = await loadStudy({ storage: `sqlite:///${file}` });
    await again.optimize(({ params }) => Number(params['b']) - Number(params['a']), { trials: { total: 25 } });
    const trials = await again.trials();
    await again.close();
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(trials.every(({ params }) => Number(params['a']) <= Number(params['b']))).toBe(true);

    const whole = await createStudy({ seed: 5, space });
    await whole.optimize(({ params }) => params.b - params.a, { trials: 25 });
    expect((await whole.trials()).map(({ flatParams }) => flatParams)).toEqual(
      trials.map(({ flatParams }) => flatParams),
    );

    expect(await listStudies({ storage: file })).toMatchObject([{ name: 'a', trials: 25 }]);
    await deleteStudy({ name: 'a', storage: file });
    expect(await listStudies({ storage: file })).toEqual([]);
  });

  it('can be opened twice in one process', async () => {
    const one = await opened(createStudy({ name: 'a', storage: file, seed: 1 }));
    const two = await opened(createStudy({ name: 'a', storage: file, loadIfExists: true }));
    expect(one.storage).not.toBe(two.storage);
    const run = (study: typeof one) =>
      study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: { total: 40 } });
    await Promise.all([run(one), run(two)]);
    expect((await one.trials()).map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    await two.close();
    expect((await one.trials()).length).toBe(40);
  });

  it('closes its connection when it cannot be created or loaded', async () => {
    await (await createStudy({ name: 'a', storage: file })).close();
    expect(await refusal(createStudy({ name: 'a', storage: file }))).toMatchObject({ code: 'study-exists' });
    expect(await refusal(loadStudy({ name: 'b', storage: file }))).toMatchObject({ code: 'study-not-found' });
    // Closing the last connection deletes the write-ahead log.
    expect(existsSync(`${file}-wal`)).toBe(false);
  });
});

describe('storages that cannot be opened', () => {
  it.each([
    { what: 'a missing folder', code: 'storage-open', name: 'missing/study.db' },
    { what: 'a folder', code: 'storage-open', name: 'folder.db' },
    { what: 'a text file', code: 'storage-foreign', name: 'text.db' },
    { what: 'a name without an extension', code: 'storage-url', name: 'study' },
  ])('$what: $code', async ({ code, name }) => {
    mkdirSync(join(folder, 'folder.db'));
    const text = 'Dear diary, today I tuned nothing at all. '.repeat(30);
    writeFileSync(join(folder, 'text.db'), text);
    const storage = join(folder, name);
    for (const work of [createStudy({ storage }), loadStudy({ storage }), listStudies({ storage })]) {
      const error = await refusal(work);
      expect(error.code).toBe(code);
      expect(error.message).toContain(storage);
    }
    expect(readFileSync(join(folder, 'text.db'), 'utf8')).toBe(text);
  });

  it('a missing file, for functions that do not create one', async () => {
    for (const work of [
      loadStudy({ storage: file }),
      listStudies({ storage: file }),
      deleteStudy({ name: 'a', storage: file }),
    ]) {
      expect((await refusal(work)).code).toBe('storage-open');
    }
    expect(existsSync(file)).toBe(false);
  });

  it('a database server', async () => {
    const storage = 'postgresql://me@localhost/studies';
    for (const work of [createStudy({ storage }), loadStudy({ storage }), deleteStudy({ name: 'a', storage })]) {
      expect((await refusal(work)).code).toBe('storage-url');
    }
  });
});

async function refusal(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => new Error('It was accepted.'),
    (thrown: unknown) => thrown,
  );
  if (isAsktellError(error)) return error;
  throw error;
}
