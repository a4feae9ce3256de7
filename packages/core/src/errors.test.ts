import { describe, expect, it } from 'vitest';
import { AsktellError, isAsktellError, isTrialPruned, show, TrialPruned } from './errors.ts';

describe('AsktellError', () => {
  it('has a code, a cause, and an optional position', () => {
    const cause = new Error('below');
    const error = new AsktellError('invalid-expression', 'No.', { cause, position: 3 });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'AsktellError',
      code: 'invalid-expression',
      message: 'No.',
      cause,
      position: 3,
    });
    expect(String(error)).toBe('AsktellError: No.');
    const plain = new AsktellError('storage-full', 'Full.');
    expect(['cause' in plain, plain.position]).toEqual([false, undefined]);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'AsktellError',
      code: 'invalid-expression',
      position: 3,
    });
  });

  it('is known by its brand, not by its class: there may be two copies of this package', () => {
    const foreign = Object.assign(new Error('x'), { code: 'exhausted', [Symbol.for('asktell.error')]: true });
    expect([
      isAsktellError(foreign),
      isAsktellError(foreign, 'exhausted'),
      isAsktellError(foreign, 'unsupported'),
    ]).toEqual([true, true, false]);
    for (const other of [new Error('x'), { code: 'exhausted' }, null, undefined, 'exhausted'])
      expect(isAsktellError(other)).toBe(false);
    expect(isAsktellError(new AsktellError('exhausted', ''), 'exhausted')).toBe(true);
  });
});

it('TrialPruned is known by its brand', () => {
  expect(isTrialPruned(new TrialPruned())).toBe(true);
  expect(new TrialPruned('enough').message).toBe('enough');
  expect(isTrialPruned({ [Symbol.for('asktell.pruned')]: true })).toBe(true);
  for (const other of [new Error('pruned'), null, 5]) expect(isTrialPruned(other)).toBe(false);
});

const circle: { self?: unknown } = {};
circle.self = circle;

it.each<readonly [value: unknown, text: string]>([
  ['a "b"', '"a \\"b\\""'],
  [5n, '5n'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [null, 'null'],
  [undefined, 'undefined'],
  [[1, 'a'], '[1,"a"]'],
  [{ a: 1 }, '{"a":1}'],
  [circle, '[object Object]'],
  [{ big: 1n }, '[object Object]'],
  [Math.max, 'function max'],
  [() => 1, 'function (anonymous)'],
  [Symbol('s'), 'Symbol(s)'],
  [{ toJSON: () => undefined }, '[object Object]'],
  ['x'.repeat(200), `"${'x'.repeat(76)}...`],
])('show(%o) is short and on one line', (value, text) => {
  expect(show(value)).toBe(text);
});

it('show never throws', () => {
  expect(typeof show(Object.create(null))).toBe('string');
  expect(
    typeof show({
      toString: () => {
        throw new Error('no');
      },
      toJSON: () => {
        throw new Error('no');
      },
    }),
  ).toBe('string');
});
