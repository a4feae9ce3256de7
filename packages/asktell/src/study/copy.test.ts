import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
