import { describe, expectTypeOf, it } from 'vitest';
import { categorical, float, int } from '../distribution/validate.ts';
import type { OneDirection } from '../history/directions.ts';
import type { Direction } from '../history/trial-record.ts';
import type { RepeatContext, RepeatPolicy } from '../pruner/repeat-policy.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { group, oneOf } from '../space/builders.ts';
import type { FlatParams } from '../space/infer.ts';
import { where } from '../space/where.ts';
import type { Storage } from '../storage/storage.ts';
import { FixedTrial } from '../trial/fixed-trial.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { Trial } from '../trial/trial.ts';
import { createStudy } from './create-study.ts';
import { loadStudy } from './load-study.ts';
import type { Study } from './study.ts';

declare const sampler: Sampler;
declare const storage: Storage;
const space = { lr: float(0, 1), model: oneOf({ svm: { c: float(0, 1) }, none: {} }) };
interface Params {
  readonly lr: number;
  readonly model: { readonly type: 'svm'; readonly c: number } | { readonly type: 'none' };
}

describe('createStudy and loadStudy', () => {
  it('know the params of a declared space', async () => {
    expectTypeOf(await createStudy({ sampler, space })).toExtend<Study<Params>>();
    expectTypeOf((await createStudy({ sampler, space })).bestParams).returns.resolves.toEqualTypeOf<
      Params | undefined
    >();
    const loaded = await loadStudy({ storage, space: where(space, 'lr > 0') });
    expectTypeOf((await loaded.ask()).params).toEqualTypeOf<Params>();
    const inline = await createStudy({ sampler, space: { act: categorical(['relu', 'tanh']) } });
    expectTypeOf((await inline.ask()).params).toEqualTypeOf<{ readonly act: 'relu' | 'tanh' }>();
  });

  it('give flat params without one, and unknown ones of a stored study', async () => {
    expectTypeOf(await createStudy({ sampler })).toEqualTypeOf<Study<FlatParams, OneDirection>>();
    expectTypeOf(await loadStudy({ storage })).toEqualTypeOf<
      Study<{ readonly [key: string]: unknown }, readonly Direction[]>
    >();
    // @ts-expect-error the stored space may be nested
    (await loadStudy({ storage })).bestParams satisfies () => Promise<FlatParams | undefined>;
  });

  it('give studies and trials that their types without arguments accept', async () => {
    const objective = (trial: Trial): number => trial.suggestFloat('x', 0, 1);
    const rows = (trials: readonly FrozenTrial[]): unknown[] => trials.map(({ params }) => params['x']);
    const studies: Study[] = [];
    const [one, two, typed, loaded] = [
      await createStudy({ sampler }),
      await createStudy({ sampler, directions: ['minimize', 'maximize'] }),
      await createStudy({ sampler, space }),
      await loadStudy({ storage }),
    ];
    studies.push(one, two, typed, loaded);
    await one.optimize(objective);
    await typed.optimize(objective);
    await loaded.optimize(objective);
    for (const study of studies) rows(await study.trials());
    rows(await typed.trials());
  });

  it('refuse options that do not exist', () => {
    // @ts-expect-error a typing mistake
    void createStudy({ sampler, direktion: 'minimize' });
    // @ts-expect-error not a direction
    void createStudy({ sampler, direction: 'min' });
    // @ts-expect-error the storage is missing
    void loadStudy({ name: 'x' });
  });
});

describe('a study', () => {
  it('asks for trials with the params of the space given', async () => {
    const study = await createStudy({ sampler, space });
    expectTypeOf(study.ask()).resolves.toEqualTypeOf<Trial<Params>>();
    expectTypeOf(study.askBatch(1, { lease: true })).resolves.toEqualTypeOf<Trial<Params>[]>();
    expectTypeOf(study.askBatch(3)).resolves.toEqualTypeOf<Trial<Params>[]>();
    const trial = await study.ask({ n: int(0, 9), g: group({ act: categorical([1, null]) }) });
    expectTypeOf(trial.params).toEqualTypeOf<{ readonly n: number; readonly g: { readonly act: 1 | null } }>();
    const trials = await study.askBatch(2, { space: { n: int(0, 9) } });
    expectTypeOf(trials).toEqualTypeOf<Trial<{ readonly n: number }>[]>();
    const [one] = (await study.askBatch(1, { space: { n: int(0, 9) }, total: 5 })) as [Trial<{ readonly n: number }>];
    expectTypeOf(one.params).toEqualTypeOf<{ readonly n: number }>();
    // @ts-expect-error no space
    void study.ask(5);
  });

  it('hands params to objectives, callbacks and loops', async () => {
    const study = await createStudy({ sampler, space });
    await study.optimize(
      (trial) => {
        expectTypeOf(trial.params).toEqualTypeOf<Params>();
        return trial.params.lr;
      },
      { callbacks: [(trial) => expectTypeOf(trial.params).toEqualTypeOf<Params>()] },
    );
    for await (const trial of study.take({ trials: 2 })) expectTypeOf(trial.params).toEqualTypeOf<Params>();
    // @ts-expect-error the objective returns a number
    await study.optimize(() => 'good');
    // @ts-expect-error or several numbers
    await study.optimize(async () => ['good']);
    // @ts-expect-error the study has one objective
    await study.optimize(async () => [1, 2]);
    await study.optimize(async () => [1]);
  });

  it('repeat takes the name of a policy, or a policy with a state of any type', async () => {
    const study = await createStudy({ sampler, space });
    const policy = {
      name: 'own',
      config: { version: 1, options: {} },
      again: (state: { readonly sum: number }, { max, history, number }: RepeatContext) =>
        history.reports(number).values.length < max && state.sum < 1,
    } satisfies RepeatPolicy<{ readonly sum: number }>;
    await study.optimize(() => 1, { repeat: { max: 3 } });
    await study.optimize(() => 1, { repeat: { max: 3, policy: 'racing' } });
    await study.optimize(() => 1, { repeat: { max: 3, policy } });
    // @ts-expect-error max is missing
    await study.optimize(() => 1, { repeat: { policy: 'fixed' } });
    // @ts-expect-error not a policy
    await study.optimize(() => 1, { repeat: { max: 3, policy: 'often' } });
  });

  it('enqueues partial params', async () => {
    const study = await createStudy({ sampler, space });
    await study.enqueue({});
    await study.enqueue({ lr: 0.5 });
    await study.enqueue({ model: { type: 'svm' } });
    // @ts-expect-error the branch is missing
    await study.enqueue({ model: { c: 0.5 } });
    // @ts-expect-error no such parameter
    await study.enqueue({ rate: 0.5 });
    // @ts-expect-error no such branch
    await study.enqueue({ model: { type: 'forest' } });
    const plain = await createStudy({ sampler });
    await plain.enqueue({ anything: 1, goes: 'a', here: null });
    // @ts-expect-error not a scalar
    await plain.enqueue({ nested: { x: 1 } });
  });

  it('returns trials and best trials', async () => {
    const study = await createStudy({ sampler, space });
    expectTypeOf(study.trials()).resolves.toEqualTypeOf<FrozenTrial<Params>[]>();
    expectTypeOf(study.bestTrial()).resolves.toEqualTypeOf<FrozenTrial<Params> | undefined>();
    expectTypeOf(study.bestTrials()).resolves.toEqualTypeOf<FrozenTrial<Params>[]>();
    expectTypeOf(study.bestValue()).resolves.toEqualTypeOf<number | undefined>();
    expectTypeOf(study.tell(0, 1)).resolves.toEqualTypeOf<FrozenTrial<Params>>();
    const [trial] = await study.trials({ states: ['complete', 'pruned'] });
    await study.addTrial(trial as FrozenTrial<Params>);
    // @ts-expect-error no such state
    await study.trials({ states: ['done'] });
  });

  it('can be told trials of any space', async () => {
    const study = await createStudy({ sampler, space });
    await study.tell(await study.ask(), 1);
    await study.tell(await study.ask({ n: int(0, 9) }), [1]);
    await study.tell(await study.ask(), undefined, { state: 'fail', reason: 'out of memory' });
    await study.tell((await study.trials())[0] as FrozenTrial<Params>, 1);
    // @ts-expect-error no such state
    await study.tell(0, 1, { state: 'running' });
    // @ts-expect-error a value is a number
    await study.tell(0, 'good');
  });
});

describe('directions', () => {
  it('are part of the type of a study', async () => {
    const study = await createStudy({ sampler, space, directions: ['minimize', 'maximize'] });
    expectTypeOf(study).toEqualTypeOf<Study<Params, readonly ['minimize', 'maximize']>>();
    await study.optimize(async () => [1, 2]);
    await study.optimize(({ params }) => [params.lr, 2]);
    // @ts-expect-error one value is missing
    await study.optimize(() => 1);
    // @ts-expect-error one value is missing
    await study.optimize(() => [1]);
    // @ts-expect-error one value too many
    await study.optimize(async () => [1, 2, 3]);
    // @ts-expect-error for one objective
    await study.bestTrial();
    // @ts-expect-error for one objective
    await study.bestValue();
    // @ts-expect-error for one objective
    await study.bestParams();
    expectTypeOf(study.bestTrials()).resolves.toEqualTypeOf<FrozenTrial<Params>[]>();
  });

  it('with one objective accept a number or a list of one', async () => {
    for (const study of [
      await createStudy({ sampler }),
      await createStudy({ sampler, direction: 'maximize' }),
      await createStudy({ sampler, directions: ['maximize'] }),
    ]) {
      await study.optimize(() => 1);
      await study.optimize(() => [1]);
      expectTypeOf(study.bestValue()).resolves.toEqualTypeOf<number | undefined>();
    }
  });

  it('known at run time only accept everything', async () => {
    const directions: Direction[] = ['minimize'];
    for (const study of [await createStudy({ sampler, directions }), await loadStudy({ storage })]) {
      await study.optimize(() => 1);
      await study.optimize(() => [1, 2]);
      await study.bestTrial();
    }
  });
});

describe('params', () => {
  it('are read-only', async () => {
    const study = await createStudy({ sampler, space });
    const trial = await study.ask();
    // @ts-expect-error the object is a copy
    trial.params.lr = 3;
    // @ts-expect-error on every level
    if (trial.params.model.type === 'svm') trial.params.model.c = 3;
    const best = (await study.bestTrial()) as FrozenTrial<Params>;
    // @ts-expect-error of finished trials, too
    best.params.lr = 3;
    const plain = await (await createStudy({ sampler })).ask();
    // @ts-expect-error and flat ones
    plain.params['x'] = 3;
  });
});

it('a study is disposable', async () => {
  await using study = await createStudy({ sampler });
  expectTypeOf(study).toExtend<AsyncDisposable>();
});

describe('suggest', () => {
  it('infers the choices', async () => {
    const names: string[] = ['a'];
    for (const trial of [await (await createStudy({ sampler })).ask(), new FixedTrial({ act: 'relu' })]) {
      expectTypeOf(trial.suggestCategorical('act', ['relu', 'tanh', null])).toEqualTypeOf<'relu' | 'tanh' | null>();
      expectTypeOf(trial.suggestCategorical('act', names)).toEqualTypeOf<string>();
      expectTypeOf(trial.suggestCategorical('act', [true, 1])).toEqualTypeOf<true | 1>();
      expectTypeOf(trial.suggestFloat('x', 0, 1)).toBeNumber();
      expectTypeOf(trial.suggestInt('n', 0, 1, { step: 1 })).toBeNumber();
      // @ts-expect-error an object is not a choice
      trial.suggestCategorical('bad', [{}]);
    }
  });
});

describe('report', () => {
  it('knows the declared metrics', async () => {
    const study = await createStudy({ sampler, space, metrics: ['loss', 'latency'] });
    expectTypeOf(study).toExtend<Study>();
    const trial = await study.ask();
    expectTypeOf(trial).toExtend<Trial>();
    await trial.report({ loss: 1 }, 1, { gradient: { lr: 1 } });
    await trial.report(1, 1);
    // @ts-expect-error there is no such metric
    await trial.report({ loss: 1, size: 3 }, 1);
    await study.optimize(async (each) => {
      // @ts-expect-error nor here
      await each.report({ lose: 1 }, 1);
      return each.params.lr;
    });
    for await (const each of study.take()) expectTypeOf(each.report).parameter(0).toExtend<number | object>();
    const loaded = await loadStudy({ storage, metrics: ['loss'] });
    // @ts-expect-error nor in a loaded study
    await (await loaded.ask()).report({ latency: 1 }, 1);
  });

  it('takes any name without them', async () => {
    const trial = await (await createStudy({ sampler })).ask();
    await trial.report({ anything: 1 }, 1);
    // @ts-expect-error a value is a number
    await trial.report({ loss: '1' }, 1);
  });
});
