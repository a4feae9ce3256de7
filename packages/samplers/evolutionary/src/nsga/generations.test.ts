import {
  createStudy,
  float,
  type Json,
  MemoryStorage,
  NopPruner,
  type Sampler,
  type Study,
  type StudyRef,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { NsgaIISampler } from './nsga-ii-sampler.ts';
import { NsgaIIISampler } from './nsga-iii-sampler.ts';

const space = { x: float(0, 1) };
const pruner = new NopPruner();

interface Bench {
  readonly study: Study<never>;
  /** Adds a trial as if Optuna had just created and finished it. */
  addForeign(attrs: { readonly [key: string]: Json }): Promise<number>;
  generations(): Promise<(Json | undefined)[]>;
}

async function open(sampler: Sampler, key: string, options: object = { space }): Promise<Bench> {
  const storage = new MemoryStorage();
  const study = (await createStudy({ name: 's', storage, sampler, pruner, ...options })) as unknown as Study<never>;
  const ref = storage.findStudy('s')?.ref as StudyRef;
  return {
    study,
    addForeign: async (attrs) => {
      const trials = await study.trials();
      const now = Math.max(...trials.map(({ record }) => record.startedAt ?? 0), 0) + 1;
      const { created } = storage.write(ref, null, [
        {
          kind: 'create',
          trial: {
            state: 'complete',
            names: ['x'],
            dists: [space.x],
            x: [0.5],
            values: [1],
            reports: null,
            userAttrs: null,
            systemAttrs: new Map(Object.entries(attrs)),
            startedAt: now,
            finishedAt: now + 1,
          },
        },
      ]);
      return created[0] as number;
    },
    generations: async () => (await study.trials()).map(({ systemAttrs }) => systemAttrs[key]),
  };
}

describe.each<readonly [string, Sampler]>([
  ['NSGAIISampler:generation', new NsgaIISampler()],
  ['NSGAIIISampler:generation', new NsgaIIISampler()],
])('generations for Optuna: %s', (key, sampler) => {
  it.each([
    ['of a declared space', { space }],
    ['define-by-run', {}],
    ['without repeats', { space, duplicates: 'avoid' as const }],
  ])('gives every trial the latest generation of the study: %s', async (_, options) => {
    const { study, addForeign, generations } = await open(sampler, key, options);
    const run = async (): Promise<void> => {
      const trial = await study.ask();
      if (!('space' in options)) trial.suggestFloat('x', 0, 1);
      await study.tell(trial, 1);
    };
    for (let i = 0; i < 3; i++) await run();
    const early = await study.ask();
    expect(await addForeign({ [key]: 7 })).toBe(4);
    await run();
    await addForeign({ [key]: 6 });
    await study.enqueue({ x: 0.25 } as never);
    await run();
    await study.tell(early, undefined, { state: 'fail' });
    await run();
    expect(await generations()).toEqual([0, 0, 0, 0, 7, 7, 6, 7, 7]);
  });

  it('ignores generations that are not whole numbers', async () => {
    const { study, addForeign, generations } = await open(sampler, key);
    for (const value of ['9', 2.5, -3, null, [4], 2n ** 60n] as const) await addForeign({ [key]: value });
    await addForeign({ 'OtherGA:generation': 9 });
    await study.ask();
    expect((await generations()).at(-1)).toBe(0);
  });

  it('uses the generations that a trial has seen', async () => {
    const { study, addForeign, generations } = await open(sampler, key);
    const [first, second] = await study.askBatch(2);
    await study.tell(first as never, 1);
    await study.ask();
    await addForeign({ [key]: 3 });
    await study.ask();
    await study.tell(second as never, 1);
    expect(await generations()).toEqual([0, 0, 0, 3, 3]);
  });
});
