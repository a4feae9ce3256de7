import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { float, int } from '../distribution/validate.ts';
import type { ErrorCode } from '../errors.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { where } from '../space/where.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { copyStudy } from './copy-study.ts';
import { createStudy } from './create-study.ts';
import { deleteStudy, listStudies } from './list-studies.ts';
import { loadStudy } from './load-study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const { sampleOne: _, ...nothingToSample } = sampler;

describe('createStudy', () => {
  it('needs nothing but a sampler', async () => {
    const study = await createStudy({ sampler });
    expect(study.name).toMatch(/^no-name-[0-9a-f]{32}$/);
    expect([study.directions, study.direction, study.metricNames]).toEqual([['minimize'], 'minimize', null]);
    expect([study.sampler, study.pruner.name, study.storage.capabilities.shared]).toEqual([sampler, 'nop', false]);
    expect(Number.isSafeInteger(study.seed) && study.seed >= 0).toBe(true);
    expect((await createStudy({ sampler })).seed).not.toBe(study.seed);
    expect(await study.bestTrial()).toBeUndefined();
    expect([await study.trials(), await study.bestTrials(), await study.bestParams()]).toEqual([[], [], undefined]);
  });

  it('accepts all options', async () => {
    const storage = new MemoryStorage();
    const pruner = new NopPruner();
    const study = await createStudy({
      name: 'ö',
      storage,
      sampler,
      pruner,
      directions: ['maximize', 'minimize'],
      metricNames: ['accuracy', 'seconds'],
      seed: 2 ** 53 - 1,
      space: { x: float(0, 1) },
      worker: 'me',
      orphans: 'leave',
      leaseMs: 1000,
    });
    expect(study).toMatchObject({ name: 'ö', storage, pruner, seed: 2 ** 53 - 1, worker: 'me' });
    expect([study.directions, study.metricNames]).toEqual([
      ['maximize', 'minimize'],
      ['accuracy', 'seconds'],
    ]);
    expect((await refused('unsupported', () => study.direction)).message).toContain('directions');
  });

  it('refuses an existing name, with the cure', async () => {
    const storage = new MemoryStorage();
    await createStudy({ name: 'a', storage, sampler });
    const error = await refused('study-exists', () => createStudy({ name: 'a', storage, sampler }));
    expect(error.message).toMatch(/"a".*loadIfExists: true/);
  });

  const bad: readonly (readonly [code: ErrorCode, options: unknown, ...words: string[]])[] = [
    ['invalid-argument', undefined, 'options must be an object'],
    ['invalid-argument', null, 'null'],
    ['invalid-argument', 'a', '"a"'],
    ['invalid-argument', {}, 'sampler is missing'],
    ['invalid-argument', { sampler: {} }, 'name, config, supports'],
    ['invalid-argument', { sampler: 'random' }, '"random"'],
    ['invalid-argument', { sampler: nothingToSample }, 'propose or sampleOne'],
    ['invalid-argument', { sampler, pruner: {} }, 'pruner', 'decide'],
    ['invalid-argument', { sampler, pruner: 'median' }, '"median"'],
    ['invalid-argument', { sampler, storage: 'study.db' }, '"study.db"', 'MemoryStorage'],
    ['invalid-argument', { sampler, storage: null }, 'null'],
    ['invalid-argument', { sampler, name: '' }, '""'],
    ['invalid-argument', { sampler, name: 5 }, '5'],
    ['invalid-argument', { sampler, name: 'n'.repeat(513) }, '512'],
    ['invalid-argument', { sampler, direction: 'min' }, '"min"', "'minimize'"],
    ['invalid-argument', { sampler, direction: ['minimize', 'maximize'] }, 'directions'],
    ['invalid-argument', { sampler, direction: 'minimize', directions: ['minimize'] }, 'not both'],
    ['invalid-argument', { sampler, directions: [] }, 'non-empty', '[]'],
    ['invalid-argument', { sampler, directions: 'minimize' }, 'list'],
    ['invalid-argument', { sampler, directions: ['minimize', 'up'] }, '"up"'],
    ['invalid-argument', { sampler, seed: -1 }, '-1'],
    ['invalid-argument', { sampler, seed: 0.5 }, '0.5'],
    ['invalid-argument', { sampler, seed: '1' }, '"1"'],
    ['invalid-argument', { sampler, metricNames: ['a', 'b'] }, '1 distinct, non-empty string'],
    ['invalid-argument', { sampler, metricNames: 'a' }, '"a"'],
    ['invalid-argument', { sampler, directions: ['minimize', 'minimize'], metricNames: ['a', 'a'] }, 'distinct'],
    ['invalid-argument', { sampler, worker: '' }, 'worker'],
    ['invalid-argument', { sampler, orphans: 'kill' }, '"kill"', "'reclaim'"],
    ['invalid-argument', { sampler, leaseMs: -1 }, 'leaseMs', '-1'],
    ['invalid-argument', { sampler, leaseMs: Number.NaN }, 'NaN'],
    ['invalid-argument', { sampler, sampel: 1 }, '"sampel"', 'sampler'],
    ['invalid-argument', { samplr: sampler }, 'no option "samplr"', 'Did you mean sampler?'],
    ['invalid-argument', { sampler, pruner: { name: 'p', config: {} } }, 'lacks decide'],
    ['invalid-argument', { sampler: class Best {} }, 'not the class Best', 'Pass new Best()'],
    ['invalid-argument', { sampler, samplers: [{ savedName: 'a' }] }, 'entry 0', 'lacks fromConfig'],
    ['invalid-space', { sampler, space: { type: float(0, 1) } }, '"type"'],
    ['invalid-space', { sampler, space: 5 }, '5'],
    ['missing-dependency', { sampler, space: where({ x: float(0, 1) }, 'x > 0') }, '"x > 0"', 'asktell'],
    ['unsupported', { sampler: { ...sampler, supports: {} }, directions: ['minimize', 'maximize'] }, '"uniform"', '2'],
  ];

  it.each(bad)('refuses with %s: %o, and writes nothing', async (...row) => {
    const [code, options, ...words] = row as unknown as (typeof bad)[0];
    const storage = new MemoryStorage();
    const full = typeof options === 'object' && options !== null ? { name: 'bad', storage, ...options } : options;
    const error = await refused(code, () => createStudy(full as never));
    for (const word of words) expect(error.message).toContain(word);
    expect(storage.listStudies()).toEqual([]);
    const again = typeof full === 'object' && full !== null ? { ...full, loadIfExists: true } : full;
    await refused(code, () => createStudy(again as never));
    expect(storage.listStudies()).toEqual([]);
  });
});

describe('loadIfExists', () => {
  it('opens the existing study', async () => {
    const storage = new MemoryStorage();
    const first = await createStudy({ name: 'a', storage, sampler, seed: 5, directions: ['maximize'] });
    await first.addTrial({ value: 1 });
    const second = await createStudy({ name: 'a', storage, sampler, loadIfExists: true });
    expect([second.seed, second.directions, await second.bestValue()]).toEqual([5, ['maximize'], 1]);
    await second.tell(await second.ask(), 2);
    expect(await first.bestValue()).toBe(2);
    expect((await createStudy({ name: 'b', storage, sampler, loadIfExists: true })).name).toBe('b');
  });

  it('refuses other directions', async () => {
    const storage = new MemoryStorage();
    await createStudy({ name: 'a', storage, sampler });
    const error = await refused('study-mismatch', () =>
      createStudy({ name: 'a', storage, sampler, direction: 'maximize', loadIfExists: true }),
    );
    expect(error.message).toMatch(/"a".*\["minimize"\].*\["maximize"\].*another name/);
  });

  it('opens a study that another worker creates at the same moment', async () => {
    const storage = new MemoryStorage();
    const open = () => createStudy({ name: 'a', storage, sampler, loadIfExists: true });
    const studies = await Promise.all([open(), open(), open()]);
    expect(new Set(studies.map(({ seed }) => seed)).size).toBe(1);
    expect(storage.listStudies()).toHaveLength(1);
  });
});

describe('loadStudy, listStudies, deleteStudy', () => {
  it('find a study by name, or the only one', async () => {
    const storage = new MemoryStorage();
    const load = (name?: string) => loadStudy({ storage, sampler, ...(name === undefined ? {} : { name }) });
    expect((await refused('study-not-found', () => load())).message).toContain('contains no studies');
    await createStudy({ name: 'a', storage, sampler });
    expect((await load()).name).toBe('a');
    await createStudy({ name: 'b', storage, sampler });
    expect((await refused('study-not-found', () => load())).message).toMatch(/Name the study.*"a", "b"/);
    expect((await load('b')).name).toBe('b');
    expect((await refused('study-not-found', () => load('c'))).message).toMatch(/"c".*"a", "b"/);
  });

  it('accept names that Optuna allows and we do not', async () => {
    const storage = new MemoryStorage();
    for (const name of ['', 'n'.repeat(600)]) {
      storage.createStudy({ name, directions: ['minimize'], systemAttrs: new Map() });
      expect((await loadStudy({ name, storage, sampler })).name).toBe(name);
      await copyStudy({ from: { name, storage }, to: { name: 'short', storage } });
      for (const each of [name, 'short']) await deleteStudy({ name: each, storage });
    }
    for (const name of [7, null, {}])
      await refused('invalid-argument', () => loadStudy({ name, storage, sampler } as never));
  });

  it('refuse values that are not a storage', async () => {
    for (const options of [undefined, {}, { storage: 'a.db' }]) {
      await refused('invalid-argument', () => loadStudy(options as never));
      await refused('invalid-argument', () => listStudies(options as never));
      await refused('invalid-argument', () => deleteStudy(options as never));
    }
  });

  it('summarize in order of creation', async () => {
    const storage = new MemoryStorage();
    expect(await listStudies({ storage })).toEqual([]);
    const a = await createStudy({ name: 'a', storage, sampler, metricNames: ['loss'] });
    await createStudy({ name: 'b', storage, sampler, directions: ['maximize', 'minimize'] });
    await a.setUserAttr('owner', 'me');
    await a.enqueue({ x: 1 });
    await a.addTrial({ value: 3, datetimeStart: new Date(5000), datetimeComplete: new Date(6000) });
    await a.addTrial({ value: 2, datetimeStart: new Date(4000), datetimeComplete: new Date(9000) });
    expect(await listStudies({ storage })).toEqual([
      {
        name: 'a',
        directions: ['minimize'],
        metricNames: ['loss'],
        trials: 3,
        userAttrs: { owner: 'me' },
        datetimeStart: new Date(4000),
        bestValue: 2,
      },
      {
        name: 'b',
        directions: ['maximize', 'minimize'],
        metricNames: null,
        trials: 0,
        userAttrs: {},
        datetimeStart: undefined,
        bestValue: undefined,
      },
    ]);
  });

  it('delete a study, and its handles notice', async () => {
    const storage = new MemoryStorage();
    const study = await createStudy({ name: 'a', storage, sampler, space: { n: int(0, 9) } });
    const trial = await study.ask();
    expect((await refused('invalid-argument', () => deleteStudy({ storage } as never))).message).toContain('name');
    await deleteStudy({ name: 'a', storage });
    expect(storage.listStudies()).toEqual([]);
    await refused('study-gone', () => study.ask());
    await refused('study-gone', () => study.tell(trial, 1));
    await refused('study-not-found', () => deleteStudy({ name: 'a', storage }));
    const again = await createStudy({ name: 'a', storage, sampler });
    await refused('study-gone', () => study.trials());
    expect(await again.trials()).toEqual([]);
  });
});
