import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { int } from '../distribution/validate.ts';
import type { Json } from '../json.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { where } from '../space/where.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';

const key = 'MyGA:generation';
const space = { x: int(0, 9) };

/** Proposes the number of the attempt, which is also the value of its attribute. */
const counting: Sampler = {
  name: 'counting',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  propose: (_state, ctx) => ({
    x: new Float64Array(ctx.space.params.length).fill(ctx.attempt),
    attrs: { [key]: ctx.attempt },
  }),
  sampleOne: (_state, _ctx, _name, dist) => (dist.kind === 'categorical' ? (dist.choices[0] ?? null) : dist.low),
};

const attributes = async (study: Study<never>): Promise<(Json | undefined)[]> =>
  (await study.trials()).map(({ systemAttrs }) => systemAttrs[key]);

describe('attributes of a proposal', () => {
  it.each([
    ['of a declared space', { space }],
    ['define-by-run', {}],
    ['without repeats', { space, duplicates: 'avoid' as const }],
  ])('are stored with the trial: %s', async (_, options) => {
    const study = (await createStudy({ sampler: counting, ...options })) as unknown as Study<never>;
    for (let i = 0; i < 3; i++) {
      const trial = await study.ask();
      if (!('space' in options)) trial.suggestInt('x', 0, 9);
      await study.tell(trial, 1);
    }
    await study.enqueue({ x: 5 } as never);
    await study.tell(await study.ask(), 1);
    expect(await attributes(study)).toEqual([0, 0, 0, 0]);
  });

  it('are those of the first proposal, even if it is rejected', async () => {
    const study = await createStudy({ sampler: counting, space: where(space, ({ x }) => x > 2) });
    expect((await study.ask()).params.x).toBe(3);
    expect(await attributes(study as unknown as Study<never>)).toEqual([0]);
  });

  it('do not replace existing attributes', async () => {
    const storage = new MemoryStorage();
    const study = (await createStudy({ name: 's', sampler: counting, storage, space })) as unknown as Study<never>;
    const systemAttrs = new Map<string, Json>([
      [keys.retryHistory, [0]],
      [key, 5],
    ]);
    const { ref } = storage.findStudy('s') as NonNullable<ReturnType<MemoryStorage['findStudy']>>;
    const empty = { names: [], dists: [], x: [], values: null, reports: null, userAttrs: null };
    const times = { startedAt: null, finishedAt: null };
    storage.write(ref, null, [{ kind: 'create', trial: { state: 'waiting', ...empty, ...times, systemAttrs } }]);
    await study.ask();
    expect(await attributes(study)).toEqual([5]);
  });
});
