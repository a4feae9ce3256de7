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
  [[0, Number.NaN, Number.NEGATIVE_INFINITY], '[0,NaN,-Infinity]'],
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

it.each<readonly [value: unknown, text: string]>([
  ['postgres://me:secret@host/db', '"postgres://me:***@host/db"'],
  ['postgresql+psycopg2://me:se@cr:et@host:5432/db', '"postgresql+psycopg2://me:***@host:5432/db"'],
  ['redis://:secret@host', '"redis://:***@host"'],
  ['mysql://me:a/b?c#d@host/db', '"mysql://me:***@host/db"'],
  [
    'postgres://host/db?user=me&password=secret&sslmode=require',
    '"postgres://host/db?user=me&password=***&sslmode=require"',
  ],
  [{ storage: 'postgres://me:secret@host/db' }, '{"storage":"postgres://me:***@host/db"}'],
  [`postgres://me:${'secret'.repeat(20)}@host/db`, '"postgres://me:***@host/db"'],
  ['postgres://me@host/db', '"postgres://me@host/db"'],
  ['sqlite:////home/me/a:b.db', '"sqlite:////home/me/a:b.db"'],
])('show(%o) has no password', (value, text) => {
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
