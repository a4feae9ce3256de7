import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import type { Distribution } from './distribution.ts';
import { distributionToOptuna } from './optuna-json.ts';
import { distributionFromOptuna } from './optuna-reader.ts';
import { categorical, float, int } from './validate.ts';

/** The output of Optuna 5 for the same distribution, without Python's spaces and with `0` for `0.0`. */
const current: readonly (readonly [Distribution, string])[] = [
  [float(-5, 5), '{"name":"FloatDistribution","attributes":{"step":null,"low":-5,"high":5,"log":false}}'],
  [
    float(1e-5, 0.1, { log: true }),
    '{"name":"FloatDistribution","attributes":{"step":null,"low":0.00001,"high":0.1,"log":true}}',
  ],
  [float(0, 1, { step: 0.25 }), '{"name":"FloatDistribution","attributes":{"step":0.25,"low":0,"high":1,"log":false}}'],
  [int(1, 100), '{"name":"IntDistribution","attributes":{"log":false,"step":1,"low":1,"high":100}}'],
  [int(1, 1024, { log: true }), '{"name":"IntDistribution","attributes":{"log":true,"step":1,"low":1,"high":1024}}'],
  [
    categorical([null, true, false, 7, 2.5, 'relu', '7', '']),
    '{"name":"CategoricalDistribution","attributes":{"choices":[null,true,false,7,2.5,"relu","7",""]}}',
  ],
];

const older: readonly (readonly [Json, Distribution])[] = [
  [{ name: 'UniformDistribution', attributes: { low: 0, high: 1 } }, float(0, 1)],
  [{ name: 'LogUniformDistribution', attributes: { low: 1e-3, high: 1 } }, float(1e-3, 1, { log: true })],
  [{ name: 'DiscreteUniformDistribution', attributes: { low: 0, high: 1, q: 0.25 } }, float(0, 1, { step: 0.25 })],
  [{ name: 'IntUniformDistribution', attributes: { low: 1, high: 9, step: 2 } }, int(1, 9, { step: 2 })],
  [{ name: 'IntUniformDistribution', attributes: { low: 1, high: 9 } }, int(1, 9)],
  [{ name: 'IntLogUniformDistribution', attributes: { low: 1, high: 9, step: 1 } }, int(1, 9, { log: true })],
  [{ name: 'IntLogUniformDistribution', attributes: { low: 1, high: 9 } }, int(1, 9, { log: true })],
];

const abbreviated: readonly (readonly [Json, Distribution])[] = [
  [{ type: 'float', low: 0, high: 1 }, float(0, 1)],
  [{ type: 'float', low: 1, high: 10, log: true }, float(1, 10, { log: true })],
  [{ type: 'float', low: 0, high: 1, step: 0.5 }, float(0, 1, { step: 0.5 })],
  [{ type: 'int', low: 2, high: 8, step: 3 }, int(2, 8, { step: 3 })],
  [{ type: 'int', low: 2, high: 8, log: true }, int(2, 8, { log: true })],
  [{ type: 'categorical', choices: ['a', 1] }, categorical(['a', 1])],
];

describe("Optuna's JSON form", () => {
  it.each(current)('is written and read: %j', (dist, text) => {
    expect(JSON.stringify(distributionToOptuna(dist))).toBe(text);
    expect(distributionFromOptuna(JSON.parse(text) as Json)).toEqual(dist);
  });

  it.each([...older, ...abbreviated])('is read in older and shorter forms: %j', (json, dist) => {
    expect(distributionFromOptuna(json)).toEqual(dist);
  });

  it('is read as leniently as in Optuna', () => {
    const { choices } = distributionFromOptuna({
      name: 'CategoricalDistribution',
      attributes: {
        choices: [[1, 2], { a: null }, [2n ** 70n], [Number.NaN], 2n ** 64n, Number.NaN, Number.POSITIVE_INFINITY],
      },
    }) as { choices: readonly unknown[] };
    const texts = ['[1,2]', '{"a":null}', '["1180591620717411303424"]', '["NaN"]'];
    expect(choices).toEqual([...texts, 2 ** 64, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(
      distributionFromOptuna({
        name: 'FloatDistribution',
        attributes: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, log: false, step: null },
      }),
    ).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
    expect(
      distributionFromOptuna({ name: 'IntDistribution', attributes: { low: 1n, high: 5n, log: false, step: 1n } }),
    ).toEqual(int(1, 5));
  });

  it('is normalized when it is read, as in Optuna', () => {
    expect(distributionFromOptuna({ type: 'float', low: 0, high: 0.95, step: 0.1 })).toEqual(
      float(0, 0.9, { step: 0.1 }),
    );
    expect(distributionFromOptuna({ type: 'int', low: 0, high: 8, step: 3 })).toEqual(int(0, 6, { step: 3 }));
    expect(distributionFromOptuna({ type: 'float', low: -0, high: 1 })).toEqual(float(0, 1));
  });

  it.each<readonly [Json]>([
    [null],
    [5],
    ['FloatDistribution'],
    [[]],
    [{}],
    [{ name: 'NormalDistribution', attributes: { mu: 0 } }],
    [{ name: 'constructor', attributes: {} }],
    [{ name: 'FloatDistribution' }],
    [{ name: 'FloatDistribution', attributes: { low: 0 } }],
    [{ name: 'FloatDistribution', attributes: { low: '0', high: 1 } }],
    [{ name: 'FloatDistribution', attributes: { low: 1, high: 0, log: false, step: null } }],
    [{ name: 'FloatDistribution', attributes: { low: 0, high: 1, log: false, step: 0 } }],
    [{ name: 'FloatDistribution', attributes: { low: 0, high: 1, log: true, step: null } }],
    [{ name: 'IntDistribution', attributes: { low: 0, high: 1, log: false, step: -1 } }],
    [{ name: 'CategoricalDistribution', attributes: { choices: [] } }],
    [{ name: 'CategoricalDistribution', attributes: { choices: 'ab' } }],
    [{ type: 'categorical' }],
  ])('is rejected in any other form: %j', async (json) => {
    const error = await refused('invalid-distribution', () => distributionFromOptuna(json));
    expect(error.message).toContain("Optuna's JSON form");
  });
});
