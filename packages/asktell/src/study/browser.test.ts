import { float, isAsktellError, MemoryStorage, where } from '@asktell/core';
import { expect, it, vi } from 'vitest';
import { createStudy } from './studies.ts';

vi.mock('#platform', () => import('../platform/browser.ts'));

it('studies in memory work in a browser', async () => {
  const study = await createStudy({ space: where({ a: float(0, 1), b: float(0, 1) }, 'a < b') });
  await study.optimize(({ params }) => params.a + params.b, { trials: 20 });
  expect(study.storage).toBeInstanceOf(MemoryStorage);
  expect((await study.trials()).every(({ params }) => params.a < params.b)).toBe(true);
  await study.close();
});

it('studies in files are rejected in a browser', async () => {
  const error: unknown = await createStudy({ storage: 'study.db' }).catch((thrown: unknown) => thrown);
  expect(isAsktellError(error, 'missing-dependency')).toBe(true);
});
