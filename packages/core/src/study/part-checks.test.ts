import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { drawUniform } from '../distribution/draw.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { SampleContext, Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from './create-study.ts';
import { loadStudy } from './load-study.ts';

class Known implements Sampler {
  static readonly savedName = 'known';
  static fromConfig(): Known {
    return new Known();
  }
  readonly name: string = 'known';
  readonly config = { version: 1, options: {} };
  readonly supports = { objectives: 'many', conditional: true } as const;
  sampleOne(_state: unknown, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return drawUniform(dist, ctx.rng(name));
  }
}

class Namesake extends Known {}

const host = { builtIn: { samplers: [Known], pruners: [NopPruner] } };

describe('a sampler or pruner with the name of a built-in one', () => {
  it('is refused, also when a study is opened', async () => {
    const storage = new MemoryStorage();
    const error = await refused('invalid-argument', () => createStudy({ sampler: new Namesake(), storage }, host));
    expect(error.message).toContain('sampler: the name "known" belongs to a built-in sampler');
    expect(await storage.listStudies()).toEqual([]);
    await createStudy({ sampler: new Known(), storage }, host);
    await refused('invalid-argument', () => loadStudy({ sampler: new Namesake(), storage }, host));
    const pruner: Pruner = { name: 'nop', config: { version: 1, options: {} }, decide: () => ({ prune: true }) };
    await refused('invalid-argument', () => createStudy({ sampler: new Known(), pruner }, host));
  });
});

describe('options that JSON cannot represent', () => {
  it.each<readonly [options: unknown, path: string]>([
    [{ f: () => 1 }, 'sampler: config.options.f is'],
    [{ seen: new Map() }, 'sampler: config.options.seen is'],
    [new Date(0), 'sampler: config.options is'],
    [undefined, 'sampler: config.options is undefined'],
  ])('%o are refused by every storage', async (options, path) => {
    const sampler = Object.assign(new Known(), { config: { version: 1, options } });
    const error = await refused('invalid-value', () => createStudy({ sampler: sampler as Sampler }));
    expect(error.message).toContain(path);
  });
});
