import { describe, expect, it } from 'vitest';
import { Neighbours } from '../../../../tests/ml/models.ts';
import { fixture } from '../../../../tests/ml/sklearn.ts';
import { GridSearchCV } from './grid-search-cv.ts';

const { X, y } = fixture.iris;
const forever = () => new Promise<void>(() => undefined);
const never = (): never => {
  throw new Error('No memory.');
};

/** Models whose fit to all rows does something else. Counts those that are not freed. */
function models(fit: () => unknown) {
  const alive = { count: 0 };
  const factory = ({ k }: { readonly k: number }, { fold }: { readonly fold: number }) => {
    const model = new Neighbours({ k });
    alive.count++;
    return {
      fit: (A: never, b: never) => (fold === -1 ? fit() : model.fit(A, b)),
      predict: (A: never) => model.predict(A),
      free: () => void alive.count--,
    };
  };
  return { factory, alive };
}

describe.each([{}, { holdOut: 0.2 }])('a fit to all rows (%o)', (options) => {
  it('that throws is a typed error with its cause, and the model is freed', async () => {
    const { factory, alive } = models(never);
    const error: unknown = await new GridSearchCV(factory, { k: [3] }, options).fit(X, y).catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'fit-failed',
      message: expect.stringMatching(/^GridSearchCV: the fit to 1[25]0 rows with \{"k":3\} failed: No memory\.$/),
    });
    expect((error as Error).cause).toMatchObject({ message: 'No memory.' });
    expect(alive.count).toBe(0);
  });

  it('that hangs ends with the time limit', async () => {
    const search = new GridSearchCV(models(forever).factory, { k: [3] }, { ...options, fitTimeout: 500 });
    await expect(search.fit(X, y)).rejects.toMatchObject({
      code: 'fit-timeout',
      message: expect.stringMatching(/the fit to 1[25]0 rows with \{"k":3\} took longer than 500 ms/),
    });
  });
});

it('models of hold-out rows are freed, and those whose fit to a fold throws', async () => {
  const { factory, alive } = models(() => undefined);
  const throwing = (params: { readonly k: number }, context: { readonly fold: number }) => {
    const model = factory(params, context);
    return params.k === 1
      ? { ...model, fit: never }
      : { ...model, predict: (A: ArrayLike<unknown>) => new Array(A.length).fill(0) };
  };
  const search = await new GridSearchCV(throwing, { k: [1, 3, 5] }, { holdOut: 0.2 }).fit(X, y);
  expect(search.honest?.rows).toHaveLength(2);
  expect(alive.count, 'the final model').toBe(1);
  await search.close();
  expect(alive.count).toBe(0);
});
