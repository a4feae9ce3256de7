import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStorage } from '@asktell/core';
import { refused } from '@asktell/testing';
import { afterAll, expect, test } from 'vitest';
import { copyStudy, createStudy, listStudies, loadStudy } from './studies.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-copy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('copyStudy opens and closes storages given as strings, and the copy continues like the original', async () => {
  const [one, two] = [join(folder, 'one.db'), join(folder, 'two.db')];
  await expect(copyStudy({ from: { storage: one }, to: { storage: two } })).rejects.toThrow();
  expect([existsSync(one), existsSync(two)], 'reading does not create files').toEqual([false, false]);
  const original = await createStudy({ name: 'a', storage: one, seed: 5 });
  await original.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 5 });
  expect(await copyStudy({ from: { storage: one }, to: { name: 'b', storage: two } })).toEqual({
    name: 'b',
    trials: 5,
  });
  await copyStudy({ from: { storage: one }, to: { name: 'c', storage: one } });
  expect(existsSync(`${two}-wal`), 'closed').toBe(false);
  expect((await listStudies({ storage: one })).map(({ name }) => name)).toEqual(['a', 'c']);
  const copy = await loadStudy({ storage: two });
  for (const study of [original, copy]) await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 3 });
  expect((await copy.trials()).map(({ params }) => params)).toEqual(
    (await original.trials()).map(({ params }) => params),
  );
  await original.close();
  await copy.close();
});

test.each([':memory:', 'sqlite://', 'sqlite:///:memory:'])(
  'copyStudy refuses to copy into %s, which would be lost',
  async (target) => {
    const storage = new MemoryStorage();
    const original = await createStudy({ name: 'a', storage });
    const error = await refused('invalid-argument', () => copyStudy({ from: { storage }, to: { storage: target } }));
    expect(error.message).toContain('new MemoryStorage()');
    const kept = new MemoryStorage();
    await copyStudy({ from: { storage }, to: { storage: kept } });
    expect((await listStudies({ storage: kept })).map(({ name }) => name)).toEqual([original.name]);
  },
);

test('dates from the year 1 to 9999 are copied between storages of every kind', async () => {
  const file = join(folder, 'dates.db');
  const memory = new MemoryStorage();
  const study = await createStudy({ name: 'dates', storage: memory });
  const dates = [
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '9999-12-31T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
  ];
  for (const date of dates)
    await study.addTrial({ value: 1, datetimeStart: new Date(dates[0] as string), datetimeComplete: new Date(date) });
  await copyStudy({ from: { storage: memory }, to: { storage: file } });
  const back = new MemoryStorage();
  await copyStudy({ from: { storage: file }, to: { storage: back } });
  for (const storage of [memory, file, back]) {
    const copy = await loadStudy({ storage });
    const trials = await copy.trials();
    expect(trials.map(({ datetimeComplete }) => datetimeComplete)).toEqual(dates.map((date) => new Date(date)));
    // Later trials continue the clock of the study.
    await copy.optimize(() => 0, { trials: 2 });
    const [a, b] = (await copy.trials()).slice(-2).map(({ record }) => record.finishedAt as number) as [number, number];
    expect(b).toBeGreaterThanOrEqual(a);
    await copy.close();
  }
});
