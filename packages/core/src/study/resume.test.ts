import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import { float, int } from '../distribution/validate.ts';
import { AsktellError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { where } from '../space/where.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from './create-study.ts';
import { loadStudy } from './load-study.ts';
import type { StudyEnvironment, StudyHost } from './study-options.ts';

const makeSampler = (options: Json = {}, name = 'uniform'): Sampler => ({
  name,
  config: { version: 1, options },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, param, dist) => drawUniform(dist, ctx.rng(param)),
});
const makePruner = (options: Json = {}): Pruner => ({
  name: 'never',
  config: { version: 1, options },
  decide: () => ({ prune: false }),
});
/** User classes that `loadStudy` restores. */
const own = {
  samplers: [{ savedName: 'uniform', fromConfig: (options: Json) => makeSampler(options) }],
  pruners: [{ savedName: 'never', fromConfig: (options: Json) => makePruner(options) }],
};

function world(compile: StudyEnvironment['compileExpression'] = null): { host: StudyHost; warnings: string[] } {
  const warnings: string[] = [];
  const output = {
    interactive: false,
    columns: 80,
    info: () => {},
    warn: (line: string) => warnings.push(line),
    status: () => {},
  };
  return { host: { environment: { process: null, output, compileExpression: compile } }, warnings };
}

const space = { x: float(0, 1) };

describe('what is saved with a study', () => {
  it('has a frozen form', async () => {
    const storage = new MemoryStorage();
    await createStudy({
      name: 'a',
      storage,
      seed: 7,
      sampler: makeSampler({ k: 1 }),
      pruner: makePruner(),
      space,
      metricNames: ['loss'],
    });
    const attrs = Object.fromEntries(storage.findStudy('a')?.systemAttrs ?? []);
    expect(attrs).toEqual({
      'asktell:seed': 7,
      'asktell:config': {
        version: 1,
        sampler: { name: 'uniform', version: 1, options: { k: 1 } },
        pruner: { name: 'never', version: 1, options: {} },
      },
      'asktell:space': {
        version: 1,
        fields: [['x', { name: 'FloatDistribution', attributes: { step: null, low: 0, high: 1, log: false } }]],
        conditions: [],
      },
      'asktell:epoch': expect.stringMatching(/^[0-9a-f]{16}$/),
      'study:metric_names': ['loss'],
    });
  });

  it('is restored without a warning: sampler, pruner, seed, space', async () => {
    const storage = new MemoryStorage();
    const first = await createStudy({
      name: 'a',
      storage,
      sampler: makeSampler({ k: 1 }),
      pruner: makePruner({ p: [2] }),
      space,
      metricNames: ['loss'],
    });
    const { host, warnings } = world();
    const second = await loadStudy({ storage, ...own }, host);
    expect(second.sampler.config.options).toEqual({ k: 1 });
    expect(second.pruner.config.options).toEqual({ p: [2] });
    expect([second.seed, second.metricNames]).toEqual([first.seed, ['loss']]);
    expect(Object.keys((await second.ask()).params)).toEqual(['x']);
    const same = { sampler: makeSampler({ k: 1 }), pruner: makePruner({ p: [2] }), seed: first.seed };
    await loadStudy({ storage, ...same, space: { ...space } }, host);
    expect(warnings).toEqual([]);
  });

  it('continues as if never interrupted', async () => {
    const values = async (parts: readonly number[]) => {
      const storage = new MemoryStorage();
      await createStudy({ name: 'a', storage, sampler: makeSampler(), seed: 11 });
      for (const trials of parts) {
        const study = await loadStudy({ storage, ...own });
        await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials });
      }
      return (await (await loadStudy({ storage, ...own })).trials()).map(({ value }) => value);
    };
    expect(await values([3, 1, 6])).toEqual(await values([10]));
  });
});

describe('resuming with other settings', () => {
  it('prints one warning that lists the changes, and saves them with the first ask', async () => {
    const storage = new MemoryStorage();
    await createStudy({ name: 'a', storage, seed: 1, sampler: makeSampler(), pruner: makePruner(), space });
    const { host, warnings } = world();
    const other = {
      sampler: makeSampler({ k: 2 }, 'other'),
      pruner: makePruner({ p: 1 }),
      seed: 2,
      space: { x: float(0, 2) },
    };
    const first = await loadStudy({ storage, ...other }, host);
    expect(storage.findStudy('a')?.systemAttrs.get(keys.seed), 'opening writes nothing').toBe(1);
    await first.tell(await first.ask(), 0);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /"a".*sampler uniform → other \{"k":2\}; pruner never → never \{"p":1\}; seed 1 → 2; space \(x float\(0, 1\) → float\(0, 2\)\)/,
    );
    await loadStudy({ storage, ...other }, host);
    expect(warnings).toHaveLength(1);
    const again = await loadStudy({ storage, sampler: makeSampler({ k: 2 }, 'other'), ...own }, host);
    expect([again.seed, warnings.length]).toEqual([2, 1]);
    expect((await again.ask()).params.x).toBeGreaterThanOrEqual(0);
  });

  it('lists only the changes', async () => {
    const storage = new MemoryStorage();
    await createStudy({ name: 'a', storage, seed: 1, sampler: makeSampler() });
    const { host, warnings } = world();
    await loadStudy({ storage, ...own, seed: 3, space }, host); // a first space is no difference
    expect(warnings).toEqual(['Study "a" continues with other settings than those saved with it: seed 1 → 3.']);
  });

  it('checks what is passed before anything is saved', async () => {
    const storage = new MemoryStorage();
    await createStudy({ name: 'a', storage, seed: 1, sampler: makeSampler(), directions: ['minimize', 'minimize'] });
    const before = [...(storage.findStudy('a')?.systemAttrs ?? [])];
    await refused('unsupported', () => loadStudy({ storage, sampler: { ...makeSampler(), supports: {} } }));
    await refused('invalid-argument', () => loadStudy({ storage, sampler: makeSampler(), seed: -1 }));
    await refused('invalid-space', () => loadStudy({ storage, sampler: makeSampler(), space: 5 as never }));
    await refused('invalid-argument', () => loadStudy({ storage, sampler: makeSampler(), orphans: 'no' as never }));
    expect([...(storage.findStudy('a')?.systemAttrs ?? [])]).toEqual(before);
  });
});

describe('what cannot be restored', () => {
  it('a sampler or pruner without a registered name has to be passed', async () => {
    const storage = new MemoryStorage();
    await createStudy({ name: 'a', storage, sampler: makeSampler({}, 'mine'), pruner: makePruner() });
    const error = await refused('unknown-sampler', () => loadStudy({ storage, ...own }));
    expect(error.message).toMatch(/"mine".*uniform.*\{ sampler: … \}/);
    await refused('unknown-sampler', () => loadStudy({ storage }));
    const pruner = await refused('unknown-pruner', () => loadStudy({ storage, sampler: makeSampler({}, 'mine') }));
    expect(pruner.message).toMatch(/"never".*\{ pruner: … \}/);
    expect((await loadStudy({ storage, sampler: makeSampler({}, 'mine'), pruner: makePruner() })).sampler.name).toBe(
      'mine',
    );
  });

  it('core restores its own default pruner', async () => {
    const storage = new MemoryStorage();
    await createStudy({ name: 'a', storage, sampler: makeSampler() });
    expect((await loadStudy({ storage, samplers: own.samplers })).pruner.name).toBe('nop');
  });

  it('a study of Optuna has no sampler, and gets a seed', async () => {
    const storage = new MemoryStorage();
    storage.createStudy({ name: 'python', directions: ['maximize'], systemAttrs: new Map() });
    const error = await refused('unknown-sampler', () => loadStudy({ storage, ...own }));
    expect(error.message).toContain('not created by Asktell');
    const { host, warnings } = world();
    const study = await loadStudy({ storage, sampler: makeSampler() }, host);
    expect([study.direction, warnings]).toEqual(['maximize', []]);
    await study.trials();
    expect(storage.findStudy('python')?.systemAttrs.size, 'reading writes nothing').toBe(0);
    await study.ask();
    expect((await loadStudy({ storage, ...own })).seed).toBe(study.seed);
    expect(storage.findStudy('python')?.systemAttrs.get(keys.seed)).toBe(study.seed);
  });

  it('a study of Optuna in a read-only file can be read', async () => {
    const storage = new MemoryStorage();
    storage.createStudy({ name: 'python', directions: ['minimize'], systemAttrs: new Map() });
    storage.setStudyAttrs = () => {
      throw new AsktellError('storage-readonly', 'It can be read but not written.');
    };
    const study = await loadStudy({ storage, sampler: makeSampler() });
    expect(await study.trials()).toEqual([]);
    await refused('storage-readonly', () => study.ask());
    await refused('storage-readonly', () => study.enqueue({}));
  });

  it('two workers that open a study of Optuna agree on one seed', async () => {
    const storage = new MemoryStorage();
    storage.createStudy({ name: 'python', directions: ['minimize'], systemAttrs: new Map() });
    const [one, two] = [
      await loadStudy({ storage, sampler: makeSampler() }),
      await loadStudy({ storage, sampler: makeSampler() }),
    ];
    expect(one.seed).not.toBe(two.seed);
    await one.tell(await one.ask(), 0);
    await two.enqueue({});
    expect(two.seed).toBe(one.seed);
    expect(storage.findStudy('python')?.systemAttrs.get(keys.seed)).toBe(one.seed);
  });

  it('predicates have to be passed again, expressions need a compiler', async () => {
    const storage = new MemoryStorage();
    const compile: StudyEnvironment['compileExpression'] = async (source) => (x) =>
      source === 'n > 5' && (x[0] as number) > 5;
    const { host } = world(compile);
    await createStudy({ name: 'p', storage, sampler: makeSampler(), space: where({ n: int(0, 9) }, (p) => p.n < 5) });
    await createStudy({ name: 'e', storage, sampler: makeSampler(), space: where({ n: int(0, 9) }, 'n > 5') }, host);
    expect((await refused('invalid-space', () => loadStudy({ name: 'p', storage, ...own }))).message).toContain(
      'Pass the same space again',
    );
    const given = await loadStudy({ name: 'p', storage, ...own, space: where({ n: int(0, 9) }, (p) => p.n < 5) });
    for (const { params } of await given.askBatch(20)) expect(params.n).toBeLessThan(5);
    await refused('missing-dependency', () => loadStudy({ name: 'e', storage, ...own }));
    const compiled = await loadStudy({ name: 'e', storage, ...own }, host);
    for (const { params } of await compiled.askBatch(20)) expect(params['n']).toBeGreaterThan(5);
    const asked = await given.ask(where({ n: int(0, 9) }, 'n > 5')).catch((error: unknown) => error);
    expect(asked).toMatchObject({ code: 'missing-dependency' });
  });
});
