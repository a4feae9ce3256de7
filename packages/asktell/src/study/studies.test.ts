import {
  float,
  int,
  isAsktellError,
  MemoryStorage,
  NopPruner,
  oneOf,
  type Sampler,
  type Scalar,
  where,
} from '@asktell/core';
import {
  AllOfPruner,
  AnyOfPruner,
  HyperbandPruner,
  LearningCurvePruner,
  MedianPruner,
  PashaPruner,
  PatientPruner,
  PercentilePruner,
  SuccessiveHalvingPruner,
  ThresholdPruner,
  WilcoxonPruner,
} from '@asktell/pruners';
import { AutoSampler } from '@asktell/sampler-auto';
import { BruteForceSampler, GridSampler, PartialFixedSampler } from '@asktell/sampler-grid';
import { RandomSampler } from '@asktell/sampler-random';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStudy, deleteStudy, listStudies, loadStudy } from './studies.ts';

const noop = { minimize: ['minimize'], maximize: ['maximize'] } as const;
let written: string;

beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Counts how often it was closed. */
class WatchedStorage extends MemoryStorage {
  closed = 0;
  override close(): void {
    this.closed++;
  }
}

describe('createStudy', () => {
  it("knows the policies 'fixed' and 'racing' of the option repeat", async () => {
    for (const [policy, counts] of [
      ['fixed', [4, 4, 4]],
      ['racing', [4, 1, 4]],
    ] as const) {
      const study = await createStudy({ space: { x: float(0, 1) } });
      let measured = 0;
      const objective = ({ number }: { readonly number: number }): number =>
        (number === 1 ? 9 : 1) + [0.1, -0.1][measured++ % 2]!;
      await study.optimize(objective, { trials: 3, repeat: { max: 4, policy } });
      const trials = await study.trials();
      expect(trials.map(({ intermediateValues }) => intermediateValues.size)).toEqual(counts);
      expect(trials[0]?.sem?.[0]).toBeCloseTo(Math.sqrt(0.04 / 3 / 4), 12);
    }
  });

  it('needs no options', async () => {
    const study = await createStudy();
    expect(study.sampler).toBeInstanceOf(AutoSampler);
    expect(study.pruner).toBeInstanceOf(LearningCurvePruner);
    expect(study.directions).toEqual(noop.minimize);
    expect(study.storage).toBeInstanceOf(MemoryStorage);
    await study.optimize((trial) => (trial.suggestFloat('x', -10, 10) - 2) ** 2, { trials: 50 });
    expect((await study.trials()).length).toBe(50);
    expect(await study.bestValue()).toBeLessThan(0.1);
    await study.close();
    expect(written).toBe('');
  });

  it('infers params from the space', async () => {
    const study = await createStudy({
      space: { model: oneOf({ svm: { c: float(1, 2) }, forest: { trees: int(1, 9) } }) },
    });
    const { params } = await study.ask();
    const number: number = params.model.type === 'svm' ? params.model.c : params.model.trees;
    expect(number).toBeGreaterThanOrEqual(1);
  });

  it('applies constraint expressions and stores them', async () => {
    const storage = new MemoryStorage();
    const space = where({ a: float(0, 1), b: float(0, 1) }, 'a + b <= 1', '0.2 < a < b');
    const study = await createStudy({ name: 'sum', storage, seed: 7, space });
    await study.optimize(({ params }) => params.a, { trials: 30 });
    const again = await loadStudy({ storage });
    await again.optimize(({ params }) => Number(params['a']), { trials: 30 });
    const trials = await again.trials();
    expect(trials).toHaveLength(60);
    for (const { flatParams } of trials) {
      const { a, b } = flatParams as { a: number; b: number };
      expect(0.2 < a && a < b && a + b <= 1).toBe(true);
    }
  });

  it('rejects an invalid expression before anything is stored', async () => {
    const storage = new MemoryStorage();
    const error = await refusal(createStudy({ storage, space: where({ a: float(0, 1) }, 'a < b') }));
    expect(error).toMatchObject({ code: 'invalid-expression', position: 4 });
    expect(await listStudies({ storage })).toEqual([]);
  });

  it('prefers saved options to its defaults', async () => {
    const storage = new MemoryStorage();
    const space = { x: int(1, 3) };
    await createStudy({
      name: 'a',
      storage,
      space,
      sampler: new GridSampler(),
      pruner: new NopPruner(),
      direction: 'maximize',
    });
    const again = await createStudy({ name: 'a', storage, loadIfExists: true });
    expect(again.sampler).toBeInstanceOf(GridSampler);
    expect(again.pruner).toBeInstanceOf(NopPruner);
    expect(again.directions).toEqual(noop.maximize);
    expect(written).toBe('');
    const other = await createStudy({ name: 'a', storage, loadIfExists: true, sampler: new RandomSampler() });
    expect(other.sampler).toBeInstanceOf(RandomSampler);
    expect(other.pruner).toBeInstanceOf(NopPruner);
    expect(written).toContain('sampler grid');
  });

  it('creates a missing study with loadIfExists', async () => {
    const study = await createStudy({
      name: 'a',
      storage: new MemoryStorage(),
      loadIfExists: true,
      metricNames: ['loss'],
    });
    expect(study.sampler).toBeInstanceOf(AutoSampler);
    expect(study.metricNames).toEqual(['loss']);
  });

  it.each([{ direction: 'maximize' as const }, { directions: ['minimize' as const, 'minimize' as const] }])(
    'does not change the direction of a study: %o',
    async (turn) => {
      const storage = new MemoryStorage();
      await createStudy({ name: 'a', storage });
      const error = await refusal(createStudy({ name: 'a', storage, loadIfExists: true, ...turn }));
      expect(error.code).toBe('study-mismatch');
      expect(
        await refusal(createStudy({ name: 'a', storage, loadIfExists: true, sampler: new RandomSampler(), ...turn })),
      ).toMatchObject({ code: 'study-mismatch' });
    },
  );

  it('uses the defaults for a study of another program', async () => {
    const storage = new MemoryStorage();
    await storage.createStudy({
      name: 'optuna',
      directions: ['maximize'],
      systemAttrs: new Map([['asktell:epoch', '1']]),
    });
    for (const study of [
      await loadStudy({ storage }),
      await createStudy({ name: 'optuna', storage, loadIfExists: true }),
    ]) {
      expect(study.sampler).toBeInstanceOf(AutoSampler);
      expect(study.pruner).toBeInstanceOf(LearningCurvePruner);
      expect(study.directions).toEqual(noop.maximize);
    }
  });

  it.each([
    [null, 'options must be an object'],
    [[], 'options must be an object'],
    ['study.db', 'options must be an object'],
    [{ storage: 3 }, 'storage must be a path'],
    [{ storage: {} }, 'storage must be a path'],
    [{ storage: null }, 'storage must be a path'],
    [{ samplr: 1 }, '"samplr"'],
    [{ name: 3 }, ''],
    [{ direction: 'up' }, ''],
    [{ direction: 'minimize', directions: ['minimize'] }, ''],
    [{ sampler: {} }, 'sampler'],
    [{ worker: 3 }, ''],
  ])('rejects %j', async (options, part) => {
    const error = await refusal(createStudy(options as never));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain(part);
  });
});

describe('loadStudy', () => {
  it('loads the only study and restores every sampler and pruner by name', async () => {
    const samplers = [
      new RandomSampler({ seed: 3 }),
      new GridSampler({ grid: { x: [1, 2] } }),
      new BruteForceSampler({ seed: 3 }),
      new PartialFixedSampler({ fixed: { x: 1 }, base: new RandomSampler({ seed: 3 }) }),
    ];
    const pruners = [
      new MedianPruner({ startupTrials: 2 }),
      new PercentilePruner(30),
      new NopPruner(),
      new SuccessiveHalvingPruner({ minResource: 2 }),
      new HyperbandPruner(),
      new PashaPruner(),
      new ThresholdPruner({ upper: 1 }),
      new WilcoxonPruner(),
      new LearningCurvePruner(),
      new PatientPruner(new MedianPruner(), { patience: 1 }),
      new AnyOfPruner([
        new AllOfPruner([new MedianPruner(), new HyperbandPruner()]),
        new ThresholdPruner({ upper: 1 }),
      ]),
    ];
    for (const sampler of samplers) {
      for (const pruner of pruners) {
        const storage = new MemoryStorage();
        await createStudy({ storage, sampler, pruner });
        const study = await loadStudy({ storage });
        const { base, fixed } =
          sampler instanceof PartialFixedSampler ? sampler : { base: sampler, fixed: new Map<string, Scalar>() };
        expect(study.sampler).toBeInstanceOf(base.constructor);
        expect([study.sampler.config, study.sampler.seed]).toEqual([base.config, base.seed]);
        expect(study.fixed).toEqual(Object.fromEntries(fixed));
        expect(study.pruner).toBeInstanceOf(pruner.constructor);
        expect(study.pruner.config).toEqual(pruner.config);
      }
    }
    expect(written).toBe('');
  });

  it('requires a sampler that it cannot restore', async () => {
    const storage = new MemoryStorage();
    const sampler: Sampler = { name: 'mine', config: { version: 1, options: {} }, supports: {}, sampleOne: () => 0 };
    await createStudy({ storage, sampler });
    const error = await refusal(loadStudy({ storage }));
    expect(error.code).toBe('unknown-sampler');
    expect(error.message).toMatch(/random, .*grid/);
    expect((await loadStudy({ storage, sampler })).sampler).toBe(sampler);
  });

  it('lists the existing studies when none matches', async () => {
    const storage = new MemoryStorage();
    expect((await refusal(loadStudy({ storage }))).code).toBe('study-not-found');
    await createStudy({ name: 'a', storage });
    await createStudy({ name: 'b', storage });
    for (const name of ['c', undefined]) {
      const error = await refusal(loadStudy({ storage, ...(name === undefined ? {} : { name }) }));
      expect(error.code).toBe('study-not-found');
      expect(error.message).toContain('"a", "b"');
    }
  });

  it('needs a storage', async () => {
    expect((await refusal(loadStudy({} as never))).message).toContain('storage is missing');
    expect((await refusal(loadStudy(undefined as never))).code).toBe('invalid-argument');
  });
});

describe('deleteStudy and listStudies', () => {
  it('delete and list studies', async () => {
    const storage = new MemoryStorage();
    const study = await createStudy({ name: 'a', storage });
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 3 });
    await createStudy({ name: 'b', storage, directions: ['minimize', 'maximize'] });
    const summaries = await listStudies({ storage });
    expect(summaries.map(({ name, trials }) => [name, trials])).toEqual([
      ['a', 3],
      ['b', 0],
    ]);
    await deleteStudy({ name: 'a', storage });
    expect((await listStudies({ storage })).map(({ name }) => name)).toEqual(['b']);
    expect((await refusal(deleteStudy({ name: 'a', storage }))).code).toBe('study-not-found');
    expect((await refusal(deleteStudy({ storage } as never))).message).toContain('name is missing');
    expect((await refusal(listStudies({} as never))).message).toContain('storage is missing');
  });
});

describe('a storage', () => {
  it('is not closed by the study when it was passed as an object', async () => {
    const storage = new WatchedStorage();
    const study = await createStudy({ storage });
    await study.close();
    await listStudies({ storage });
    expect(storage.closed).toBe(0);
  });

  it('is closed by the study when it was opened from a string', async () => {
    const study = await createStudy({ storage: ':memory:' });
    const close = vi.spyOn(study.storage, 'close');
    await study.close();
    expect(close).toHaveBeenCalledOnce();
  });

  it('is closed when the study cannot be created or the function returns', async () => {
    const close = vi.spyOn(MemoryStorage.prototype, 'close');
    await refusal(createStudy({ storage: ':memory:', seed: -1 }));
    await refusal(loadStudy({ storage: ':memory:' }));
    await listStudies({ storage: ':memory:' });
    expect(close).toHaveBeenCalledTimes(3);
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
