import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { float, int, listStudies, loadStudy } from './index.ts';
import * as ml from './ml.ts';
import { GridSearchCV, RandomizedSearchCV, StudySearchCV } from './ml.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asktell-ml-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const X = Array.from({ length: 40 }, (_, i) => [i]);
const y = X.map(([x]) => ((x as number) >= 20 ? 1 : 0));
/** Predicts 1 above a threshold. */
const model = ({ cut }: { readonly cut: number }) => ({
  fit: () => undefined,
  predict: (rows: readonly (readonly number[])[]) => rows.map(([x]) => ((x as number) >= cut ? 1 : 0)),
});

describe('asktell/ml', () => {
  it('exports everything of @asktell/ml', async () => {
    expect(Object.keys(ml).sort()).toEqual(Object.keys(await import('@asktell/ml')).sort());
  });

  it('opens storages from paths, and a second search goes on with the stored study', async () => {
    const storage = join(folder, 'cv.db');
    const first = await new GridSearchCV(model, { cut: [5, 20, 30] }, { storage }).fit(X, y);
    expect(first.bestParams).toEqual({ cut: 20 });
    await first.close();
    const again = await new GridSearchCV(model, { cut: [5, 20, 30] }, { storage }).fit(X, y);
    expect(again.cvResults).toEqual(first.cvResults);
    await again.close();
    expect(await listStudies({ storage })).toMatchObject([{ name: 'GridSearchCV', trials: 3, bestValue: 1 }]);
  });

  it('reads a fold without a score from the file as such', async () => {
    const storage = join(folder, 'cv.db');
    const failing = ({ cut }: { readonly cut: number }, { fold }: { readonly fold: number }) => {
      if (cut === 5 && fold === 1) throw new Error('no');
      return model({ cut });
    };
    const first = await new GridSearchCV(failing, { cut: [5, 20] }, { storage }).fit(X, y);
    await first.close();
    const again = await new GridSearchCV(failing, { cut: [5, 20] }, { storage }).fit(X, y);
    await again.close();
    for (const search of [first, again])
      expect([search.cvResults.split0TestScore?.[0], search.cvResults.split1TestScore?.[0]]).toEqual([1, Number.NaN]);
  });

  it('uses AutoSampler and the racing pruner by default, which loadStudy restores', async () => {
    const storage = join(folder, 'cv.db');
    const search = await new StudySearchCV(
      model,
      { cut: int(0, 40) },
      { storage, name: 'cut', trials: 12, seed: 1 },
    ).fit(X, y);
    expect(search.bestScore).toBeGreaterThan(0.9);
    await search.close();
    const study = await loadStudy({ storage });
    expect([study.sampler.name, study.pruner.name, study.direction]).toEqual(['auto', 'racing', 'maximize']);
    await study.close();
  });

  it('accepts a createStudy of your own', async () => {
    const { createStudy } = await import('./index.ts');
    const names: (string | undefined)[] = [];
    const search = new RandomizedSearchCV(
      model,
      { cut: float(0, 40) },
      {
        trials: 3,
        name: 'mine',
        createStudy: (options) => {
          names.push(options.name);
          return createStudy(options) as never;
        },
      },
    );
    await search.fit(X, y);
    expect(names).toEqual(['mine']);
  });

  it('closes the file after an error', async () => {
    const storage = join(folder, 'cv.db');
    const broken = () => ({
      fit: () => {
        throw new Error('no');
      },
      predict: () => [],
    });
    await expect(new GridSearchCV(broken, { a: [1] }, { storage }).fit(X, y)).rejects.toMatchObject({
      code: 'fit-failed',
      message: expect.stringMatching(/The first failure: .*failed: no/),
    });
    rmSync(storage);
    expect(await listStudies({ storage: ':memory:' })).toEqual([]);
  });
});
