import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import { float } from '../distribution/validate.ts';
import type { Json } from '../json.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { LearningHost } from './learning-host.ts';

const key = 'MyGA:generation';
const space = { x: float(0, 1) };

const oneByOne: Sampler = {
  name: 'genetic',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  generationKey: key,
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const jointly: Sampler = {
  ...oneByOne,
  propose: (_state, ctx) => ({ x: new Float64Array(ctx.space.params.length).fill(Number.NaN) }),
};

/** A trial that Optuna has made and finished just now. */
async function addForeign(study: Study<never>, attrs: { readonly [key: string]: Json }): Promise<number> {
  const { session } = study;
  await session.refresh();
  const now = Math.max(...session.store.startedAt.slice(0, session.store.size), 0) + 1;
  const [number] = await session.write([
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
  return number as number;
}

async function generations(study: Study<never>): Promise<(Json | undefined)[]> {
  return (await study.trials()).map(({ record }) => record.systemAttrs?.get(key));
}

describe.each([
  ['joint', jointly],
  ['one by one', oneByOne],
])('generations for Optuna, %s', (_, sampler) => {
  it.each([
    ['of a declared space', { space }],
    ['define-by-run', {}],
    ['without duplicates', { space, duplicates: 'avoid' as const }],
  ])('every trial joins the one that the study has come to: %s', async (_, options) => {
    const study = (await createStudy({ sampler, ...options })) as unknown as Study<never>;
    const run = async (): Promise<void> => {
      const trial = await study.ask();
      if (!('space' in options)) trial.suggestFloat('x', 0, 1);
      await study.tell(trial, 1);
    };
    for (let i = 0; i < 3; i++) await run();
    const early = await study.ask();
    expect(await addForeign(study, { [key]: 7 })).toBe(4);
    await run();
    await addForeign(study, { [key]: 6 });
    await study.enqueue({ x: 0.25 } as never);
    await run();
    await study.tell(early, undefined, { state: 'fail' });
    await run();
    expect(await generations(study)).toEqual([0, 0, 0, 0, 7, 7, 6, 7, 7]);
  });
});

describe('generations for Optuna', () => {
  it('look at numbers that can be some only', async () => {
    const study = (await createStudy({ sampler: jointly, space })) as unknown as Study<never>;
    for (const value of ['9', 2.5, -3, null, [4], 2n ** 60n] as const) await addForeign(study, { [key]: value });
    await addForeign(study, { 'OtherGA:generation': 9 });
    await study.ask();
    expect((await generations(study)).at(-1)).toBe(0);
  });

  it('are those that a trial had seen, also where one arrives late', async () => {
    const study = (await createStudy({ sampler: jointly, space })) as unknown as Study<never>;
    const [first, second] = await study.ask(undefined, { count: 2 });
    const { session } = study;
    await study.tell(first as never, 1);
    await study.ask();
    await addForeign(study, { [key]: 3 });
    await study.ask();
    await study.tell(second as never, 1);
    const { startedAt } = session.store;
    expect([1, 2, 4].map((row) => (session.host as LearningHost).generationAt(startedAt[row] as number, key))).toEqual([
      0, 0, 3,
    ]);
    expect(await generations(study)).toEqual([0, 0, 0, 3, 3]);
  });

  it('stay where a retried trial has one', async () => {
    const study = (await createStudy({ sampler: jointly, space })) as unknown as Study<never>;
    const { session } = study;
    await session.write([
      {
        kind: 'create',
        trial: {
          state: 'waiting',
          names: [],
          dists: [],
          x: [],
          values: null,
          reports: null,
          userAttrs: null,
          systemAttrs: new Map<string, Json>([
            [keys.retryHistory, [0]],
            [key, 5],
          ]),
          startedAt: null,
          finishedAt: null,
        },
      },
    ]);
    await study.ask();
    expect(await generations(study)).toEqual([5]);
  });

  it('are nothing to samplers without a key', async () => {
    const { generationKey: _, ...plain } = jointly;
    const study = await createStudy({ sampler: plain, space });
    await study.ask();
    expect((await study.trials())[0]?.record.systemAttrs).toBeNull();
  });
});
