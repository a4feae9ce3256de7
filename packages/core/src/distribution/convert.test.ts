import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import {
  cardinality,
  contains,
  containsInternal,
  describe as describeDist,
  isCompatible,
  isSingle,
  nthInternal,
  requireInternal,
  sameDistribution,
  toExternal,
  toInternal,
} from './convert.ts';
import type { Distribution } from './distribution.ts';
import { categorical, float, int } from './validate.ts';

const mixed = categorical([1, '1', true, 'true', null, 'null', 0, '', false, Number.NaN]);

describe('internal and external values', () => {
  it('are the number itself, or the index of the choice', () => {
    expect(toInternal(float(0, 1), 0.25)).toBe(0.25);
    expect(toInternal(int(0, 9), 3)).toBe(3);
    expect(toExternal(int(0, 9), 3)).toBe(3);
    mixed.choices.forEach((choice, i) => {
      expect(toInternal(mixed, choice)).toBe(i);
      expect(toExternal(mixed, i)).toBe(choice);
    });
  });

  it('distinguish 1, "1" and true', () => {
    expect([1, '1', true].map((value) => toInternal(mixed, value))).toEqual([0, 1, 2]);
    expect(contains(categorical([1]), '1')).toBe(false);
    expect(contains(categorical([1]), true)).toBe(false);
    expect(contains(categorical(['1']), 1)).toBe(false);
    expect(contains(categorical([0, null]), false)).toBe(false);
  });

  it('have no minus zero', () => {
    expect(Object.is(toInternal(float(-1, 1), -0), 0)).toBe(true);
    expect(Object.is(toInternal(int(-1, 1), -0), 0)).toBe(true);
    expect(toInternal(categorical([0]), -0)).toBe(0);
  });
});

describe('contains', () => {
  it.each<readonly [Distribution, unknown, boolean]>([
    [float(0, 1), 0, true],
    [float(0, 1), 1, true],
    [float(0, 1), 1 + 1e-12, false],
    [float(0, 1), -1e-300, false],
    [float(0, 1), Number.NaN, false],
    [float(0, 1), '0.5', false],
    [float(0, 1), true, false],
    [float(0, 1), null, false],
    [float(0, 1), undefined, false],
    [float(0, 1), [0.5], false],
    [int(0, 10, { step: 5 }), 5, true],
    [int(0, 10, { step: 5 }), 6, false],
    [int(0, 10), 5.5, false],
    [int(0, 10), 11, false],
    [int(-7, 7, { step: 2 }), -7, true],
    [int(-7, 7, { step: 2 }), 0, false],
    [int(0, 10), Number.POSITIVE_INFINITY, false],
    [categorical(['a']), 'b', false],
    [categorical(['a']), undefined, false],
  ])('%j, %s: %s', (dist, value, expected) => {
    expect(contains(dist, value)).toBe(expected);
  });

  it('tolerates only the rounding of stepped floats', () => {
    const tenths = float(0, 1, { step: 0.1 });
    expect(contains(tenths, 0.1 + 0.2)).toBe(true);
    expect(contains(tenths, 0.1 * 3)).toBe(true);
    expect(contains(tenths, 0.3 + 1e-10)).toBe(true); // Optuna's tolerance: 1e-8 of a step
    expect(contains(tenths, 0.3 + 1e-8)).toBe(false);
    expect(contains(tenths, 1 + 1e-16)).toBe(true);
    expect(contains(tenths, 1.1)).toBe(false);
    expect(contains(tenths, -0.1)).toBe(false);
    expect(contains(float(0.1, 0.7, { step: 0.2 }), 0.5)).toBe(true);
    expect(contains(float(0.1, 0.7, { step: 0.2 }), 0.6)).toBe(false);
  });

  it('reads internal values of choices as indexes', () => {
    expect([0, 9, 10, -1, 0.5, Number.NaN].map((x) => containsInternal(mixed, x))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('requireInternal names parameter, value and range', async () => {
    expect(requireInternal(float(0, 1), 'x', 0.5)).toBe(0.5);
    const error = await refused('invalid-value', () => requireInternal(int(1, 9, { step: 2 }), 'depth', 4));
    expect(error.message).toContain('"depth" must be a value of int(1, 9, { step: 2 }), not 4');
  });
});

describe('finite distributions', () => {
  it('count and list their values', () => {
    const values = (dist: Distribution) => Array.from({ length: cardinality(dist) }, (_, k) => nthInternal(dist, k));
    expect(values(int(-3, 3, { step: 3 }))).toEqual([-3, 0, 3]);
    expect(values(float(0, 1, { step: 0.3 }))).toEqual([0, 0.3, 0.6, 0.9]);
    expect(values(float(0.1, 0.5, { step: 0.1 }))).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(values(float(2, 2))).toEqual([2]);
    expect(values(mixed)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(cardinality(float(0, 1))).toBe(Number.POSITIVE_INFINITY);
    expect(cardinality(int(0, 2 ** 53 - 1))).toBe(2 ** 53);
  });

  it('are single if they have one value', () => {
    expect(
      [float(1, 1), int(4, 4), int(0, 5, { step: 9 }), float(0, 1, { step: 3 }), categorical([null])].every(isSingle),
    ).toBe(true);
    expect([float(0, 1), int(0, 1), categorical([true, false])].some(isSingle)).toBe(false);
  });
});

describe('comparing distributions', () => {
  const pairs: readonly (readonly [a: Distribution, b: Distribution, same: boolean, compatible: boolean])[] = [
    [float(0, 1), float(0, 1), true, true],
    [float(0, 1), float(0, 2), false, true],
    [float(0, 1), float(0, 1, { step: 0.5 }), false, true],
    [float(1, 2), float(1, 2, { log: true }), false, false],
    [float(0, 1), int(0, 1), false, false],
    [int(0, 9), int(5, 90, { step: 5 }), false, true],
    [int(1, 9), int(1, 9, { log: true }), false, false],
    [categorical(['a', 'b']), categorical(['a', 'b']), true, true],
    [categorical(['a', 'b']), categorical(['b', 'a']), false, false],
    [categorical(['a', 'b']), categorical(['a', 'b', 'c']), false, false],
    [categorical([1, 2]), categorical(['1', '2']), false, false],
    [categorical([1, 0]), categorical([true, false]), false, false],
    [categorical([Number.NaN]), categorical([Number.NaN]), true, true],
    [categorical([0, 1]), int(0, 1), false, false],
  ];

  it.each(pairs)('%j and %j', (a, b, same, compatible) => {
    expect([sameDistribution(a, b), sameDistribution(b, a)]).toEqual([same, same]);
    expect([isCompatible(a, b), isCompatible(b, a)]).toEqual([compatible, compatible]);
  });
});

it('describe prints the call that creates a distribution', () => {
  expect(describeDist(float(0, 1))).toBe('float(0, 1)');
  expect(describeDist(float(1e-5, 0.1, { log: true }))).toBe('float(0.00001, 0.1, { log: true })');
  expect(describeDist(float(0, 1, { step: 0.5 }))).toBe('float(0, 1, { step: 0.5 })');
  expect(describeDist(int(1, 8, { log: true }))).toBe('int(1, 8, { log: true })');
  expect(describeDist(int(1, 9, { step: 2 }))).toBe('int(1, 9, { step: 2 })');
  expect(describeDist(categorical(['a', null, 1]))).toBe('categorical(["a",null,1])');
});
