import type { Direction, FlatParams, OneDirection, Study, Trial } from '@asktell/core';
import { categorical, float, group, int, oneOf, where } from '@asktell/core';
import { expectTypeOf, test } from 'vitest';
import type { PredictedValue } from '../index.ts';
import { predict } from './predict.ts';
import { createStudy, loadStudy } from './studies.ts';

const space = {
  lr: float(1e-5, 1e-1, { log: true }),
  act: categorical(['relu', 'tanh']),
  model: oneOf({ svm: { c: float(0, 1) }, forest: { trees: int(1, 9) } }),
  optimizer: group({ decay: float(0, 1) }),
};
interface Params {
  readonly lr: number;
  readonly act: 'relu' | 'tanh';
  readonly model: { readonly type: 'svm'; readonly c: number } | { readonly type: 'forest'; readonly trees: number };
  readonly optimizer: { readonly decay: number };
}

test('without a space, params have flat names, and are unknown in a stored study', () => {
  expectTypeOf(createStudy()).resolves.toEqualTypeOf<Study<FlatParams, OneDirection>>();
  expectTypeOf(createStudy({ name: 'a' })).resolves.toEqualTypeOf<Study<FlatParams, OneDirection>>();
  expectTypeOf(loadStudy({ storage: 'study.db' })).resolves.toEqualTypeOf<
    Study<{ readonly [key: string]: unknown }, readonly Direction[]>
  >();
});

test('with a space, they are inferred from it', async () => {
  const study = await createStudy({ space, storage: 'study.db' });
  expectTypeOf((await study.ask()).params).toEqualTypeOf<Params>();
  expectTypeOf(study.bestParams).returns.resolves.toEqualTypeOf<Params | undefined>();
  expectTypeOf(study.optimize).parameter(0).parameter(0).toEqualTypeOf<Trial<Params>>();
  const constrained = await loadStudy({ storage: 'study.db', space: where(space, 'lr < 0.1') });
  expectTypeOf((await constrained.ask()).params).toEqualTypeOf<Params>();
});

test('predictions take the params of the study', async () => {
  const study = await createStudy({ space });
  const params: Params = { lr: 0.01, act: 'relu', model: { type: 'svm', c: 1 }, optimizer: { decay: 0 } };
  expectTypeOf(predict(study, params)).resolves.toEqualTypeOf<PredictedValue>();
  expectTypeOf(predict(study, [params, params])).resolves.toEqualTypeOf<readonly PredictedValue[]>();
  // @ts-expect-error not a choice
  void predict(study, { ...params, act: 'elu' });
  // @ts-expect-error a parameter is missing
  void predict(study, { lr: 0.01 });
  expectTypeOf(predict(await createStudy(), { x: 1 })).resolves.toEqualTypeOf<PredictedValue>();
});

test('options are checked', () => {
  // @ts-expect-error not a direction
  void createStudy({ direction: 'up' });
  // @ts-expect-error not an option
  void createStudy({ samplr: 1 });
  // @ts-expect-error a storage is needed
  void loadStudy({});
});
