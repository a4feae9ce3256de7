import { rngFor } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { Neighbours } from '../../../../tests/ml/models.ts';
import { crossValidate } from '../cross-validate/cross-validate.ts';
import { pipeline } from './pipeline.ts';
import { StandardScaler } from './standard-scaler.ts';

/** Keeps the features that correlate most with the labels. */
class SelectBest {
  readonly #count: number;
  #kept: readonly number[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  fit(X: readonly (readonly number[])[], y: readonly number[]): void {
    const middle = y.reduce((a, b) => a + b, 0) / y.length;
    const worth = (X[0] as readonly number[]).map((_, j) =>
      Math.abs(X.reduce((sum, row, i) => sum + (row[j] as number) * ((y[i] as number) - middle), 0)),
    );
    this.#kept = worth
      .map((_, j) => j)
      .sort((a, b) => (worth[b] as number) - (worth[a] as number))
      .slice(0, this.#count);
  }

  transform(X: readonly (readonly number[])[]): number[][] {
    return X.map((row) => this.#kept.map((j) => row[j] as number));
  }
}

const rng = rngFor(1, 0, 'noise');
const noise = Array.from({ length: 60 }, () => Array.from({ length: 400 }, () => rng.normal()));
const labels = noise.map((_, i) => i % 2);
const mean = (values: ArrayLike<number> | undefined): number =>
  Array.from(values as ArrayLike<number>).reduce((a, b) => a + b, 0) / (values as ArrayLike<number>).length;

describe('a pipeline is fitted inside each fold', () => {
  it('prevents the leak of features that were selected by all labels', async () => {
    const selector = new SelectBest(5);
    selector.fit(noise, labels);
    const leaky = await crossValidate(
      (p: { readonly k: number }) => new Neighbours(p),
      { k: 5 },
      selector.transform(noise),
      labels,
    );
    const honest = await crossValidate(
      (p: { readonly k: number }) => [new SelectBest(5), new Neighbours(p)],
      { k: 5 },
      noise,
      labels,
    );
    // The features are noise, so no model can be better than 0.5.
    expect(mean(leaky['testScore'])).toBeGreaterThan(0.75);
    expect(mean(honest['testScore'])).toBeLessThan(0.6);
  });

  it('fits each step on the output of the steps before it', async () => {
    const double = { fit: () => undefined, transform: (rows: number[][]) => rows.map(([x]) => [2 * (x as number)]) };
    const seen: number[][][] = [];
    const last = { ...double, fit: (rows: number[][]) => void seen.push(rows) };
    const model = { fit: (rows: number[][]) => void seen.push(rows), predict: (rows: number[][]) => rows.flat() };
    const joined = pipeline(double, last, model);
    await joined.fit([[1], [2]] as never, [0, 1] as never);
    expect(seen).toEqual([
      [[2], [4]],
      [[4], [8]],
    ]);
    expect(await joined.predict([[3]] as never)).toEqual([12]);
  });

  it('never shows test rows to fit', async () => {
    const X = Array.from({ length: 20 }, (_, i) => [i]);
    const seen: number[][] = [];
    const step = { fit: (rows: number[][]) => seen.push(rows.flat()), transform: (rows: number[][]) => rows };
    const tested: number[][] = [];
    const model = {
      fit: () => undefined,
      predict: (rows: number[][]) => {
        tested.push(rows.flat());
        return rows.map(() => 0);
      },
    };
    await crossValidate(
      () => [step, model],
      {},
      X,
      X.map((_, i) => i % 2),
      { cv: 4 },
    );
    expect(seen).toHaveLength(4);
    for (const [fold, rows] of seen.entries()) expect(rows.filter((row) => tested[fold]?.includes(row))).toEqual([]);
  });
});

describe('pipeline', () => {
  it('awaits asynchronous steps and passes on predictProba and free', async () => {
    let freed = false;
    const later = {
      fit: async () => undefined,
      transform: async (X: number[][]) => X.map(([x]) => [2 * (x as number)]),
    };
    const model = {
      train: async () => undefined,
      predict: (X: number[][]) => X.map(([x]) => x),
      predictProba: (X: number[][]) => X.map(([x]) => [x, 0]),
      free: () => {
        freed = true;
      },
    };
    const joined = pipeline(later, later, model);
    await joined.fit([[1]] as never, [1] as never);
    expect(await joined.predict([[1]] as never)).toEqual([4]);
    expect(await joined.predictProba?.([[1]] as never)).toEqual([[4, 0]]);
    joined.free();
    expect(freed).toBe(true);
    expect(pipeline(later, { fit: () => 1, predict: () => [] }).predictProba).toBeUndefined();
  });
});

describe('StandardScaler', () => {
  it('scales with the statistics of the fitted rows', () => {
    const scaler = new StandardScaler().fit([
      [1, 5],
      [3, 5],
    ]);
    expect(
      scaler.transform([
        [1, 5],
        [5, 6],
      ]),
    ).toEqual([
      [-1, 0],
      [3, 1],
    ]);
  });

  it('rejects other numbers of features, and use before fit', () => {
    expect(() => new StandardScaler().transform([[1]])).toThrow(/before fit/);
    expect(() => new StandardScaler().fit([[1, 2]]).transform([[1]])).toThrow(
      expect.objectContaining({ code: 'invalid-data' }),
    );
  });
});
