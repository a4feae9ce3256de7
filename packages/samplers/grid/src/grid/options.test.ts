import { categorical, compileSpace, float, int, isAsktellError, oneOf } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGridOptions, type GridOptions } from './options.ts';
import { valueLists } from './value-lists.ts';

const lists = (space: Parameters<typeof compileSpace>[0], options: GridOptions = {}) =>
  valueLists(compileSpace(space).compiled, checkGridOptions(options));

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect(isAsktellError(error, 'invalid-argument'), String(error)).toBe(true);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('the grid options', () => {
  it.each([
    [{ grid: { x: [] } }, '"x"'],
    [{ grid: { x: 5 } }, 'must be an array'],
    [{ grid: [1, 2] }, 'grid must be an object'],
    [{ grid: { x: [1, 2, 1] } }, 'must be distinct, but contain 1 twice'],
    [{ grid: { x: [0, -0] } }, '0 twice'],
    [{ grid: { x: [Number.NaN, Number.NaN] } }, 'must be distinct, but contain NaN twice'],
    [{ grid: { x: [[1]] } }, '[1]'],
    [{ grid: { x: [undefined] } }, 'undefined'],
    [{ points: { x: 0 } }, 'points of "x"'],
    [{ points: { x: 2.5 } }, '2.5'],
    [{ points: 5 }, 'points must be an object'],
    [{ grid: { x: [1] }, points: { x: 2 } }, 'must not be in both grid and points'],
    [{ order: 'random' }, '"random"'],
    [{ seed: -1 }, 'seed'],
    [{ seed: 1.5 }, 'seed'],
    [{ x: [1, 2] }, 'grid: { x: […] }'], // Optuna's GridSampler takes the space itself
    [{ shuffle: true }, 'The options are grid, points, order, seed'],
    [null, 'null'],
    [[1], '[1]'],
  ])('rejects %j', (options, part) => {
    expect(refusal(() => checkGridOptions(options as GridOptions))).toContain(part);
  });

  it('distinguishes 1, "1" and true', () => {
    expect(checkGridOptions({ grid: { x: [1, '1', true, null] } }).grid.get('x')).toEqual([1, '1', true, null]);
  });
});

describe('the values of a declared space', () => {
  it('are all choices and all steps', () => {
    const space = {
      act: categorical(['relu', 'tanh', null]),
      n: int(2, 9, { step: 3 }),
      d: float(0, 0.3, { step: 0.1 }),
      one: float(5, 5),
    };
    expect(lists(space)).toEqual([[0, 1, 2], [2, 5, 8], [0, 0.1, 0.2, 0.3], [5]]);
    expect(lists({ n: int(1, 10_000) })[0]).toHaveLength(10_000);
  });

  it.each([
    [
      'a continuous range',
      { lr: float(1e-4, 1, { log: true }) },
      '"lr" must have at most 10000 values, not the continuous range float(0.0001, 1, { log: true })',
    ],
    [
      'a long range',
      { n: int(0, 10_000) },
      '"n" must have at most 10000 values, not the 10001 values of int(0, 10000)',
    ],
    ['a long stepped range', { x: float(0, 1, { step: 1e-5 }) }, 'not the 100001 values of'],
  ])('must be set for %s', (_, space, part) => {
    const message = refusal(() => lists(space));
    expect(message).toContain(part);
    expect(message).toContain('points: {');
  });

  it('are overridden and completed by grid', () => {
    const space = { x: float(0, 1), n: int(1, 4), model: oneOf({ svm: { c: float(0.1, 10) }, forest: {}, none: {} }) };
    expect(lists(space, { grid: { x: [0.5, 0, 1], model: ['none', 'svm'], 'model.svm.c': [1, 10] } })).toEqual([
      [0.5, 0, 1],
      [1, 2, 3, 4],
      [2, 0],
      [1, 10],
    ]);
  });

  it('are spread by points, both bounds included', () => {
    const space = {
      x: float(-1, 1),
      lr: float(1e-4, 1, { log: true }),
      n: int(0, 100),
      k: int(1, 1024, { log: true }),
      s: float(0, 1, { step: 0.25 }),
    };
    const [x, lr, n, k, s] = lists(space, { points: { x: 5, lr: 5, n: 3, k: 11, s: 99 } });
    expect([x, n, k, s]).toEqual([
      [-1, -0.5, 0, 0.5, 1],
      [0, 50, 100],
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
      [0, 0.25, 0.5, 0.75, 1],
    ]);
    [1e-4, 1e-3, 1e-2, 1e-1, 1].forEach((value, i) => {
      expect(lr?.[i]).toBeCloseTo(value, 12);
    });
    expect([lr?.[0], lr?.[4]]).toEqual([1e-4, 1]);
    expect(lists({ x: float(1, 100, { log: true }), n: int(1, 4) }, { points: { x: 1, n: 1 } })).toEqual([
      [expect.closeTo(10, 10)],
      [3],
    ]);
    // Points that round to the same number count once.
    expect(lists({ k: int(1, 20, { log: true }) }, { points: { k: 12 } })).toEqual([[1, 2, 3, 4, 5, 7, 9, 12, 15, 20]]);
  });

  it('include the exact bounds and are sorted', () => {
    const bound = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(bound, bound, fc.boolean(), fc.integer({ min: 2, max: 9 }), (a, b, log, points) => {
        fc.pre(Math.abs(Math.log(a / b)) > 1e-3);
        const [low, high] = a < b ? [a, b] : [b, a];
        const [x] = lists({ x: float(low, high, { log }) }, { points: { x: points } });
        expect(x).toHaveLength(points);
        expect([x?.[0], x?.at(-1)]).toEqual([low, high]);
        expect(x).toEqual([...(x ?? [])].sort((p, q) => p - q));
      }),
    );
  });

  it.each([
    [{ grid: { y: [1] } }, 'no parameter "y"'],
    [{ points: { y: 3 } }, 'no parameter "y"'],
    [{ grid: { x: [0.5, 2] } }, 'the values of "x" must be members of float(0, 1), not 2'],
    [{ grid: { x: ['0.5'] } }, 'must be members'],
    [{ grid: { act: ['elu'] } }, '"elu"'],
    [{ points: { act: 2 } }, 'must name numeric parameters, not the categorical "act"'],
  ])('reject %j', (options, part) => {
    expect(refusal(() => lists({ act: categorical(['relu', 'tanh']), x: float(0, 1) }, options))).toContain(part);
  });
});
