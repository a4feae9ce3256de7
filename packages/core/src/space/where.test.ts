import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { categorical, float } from '../distribution/validate.ts';
import { group, oneOf } from './builders.ts';
import { compileSpace } from './compile.ts';
import { where } from './where.ts';

const fields = { a: float(0, 1), b: float(0, 1) };

describe('where', () => {
  it('allows the points that satisfy every predicate on nested params', () => {
    const { allows } = compileSpace(
      where(
        { g: group({ a: float(0, 1) }), m: oneOf({ x: { k: float(0, 1) }, y: {} }), c: categorical(['p', 'q']) },
        (p) => p.m.type === 'y' || p.m.k <= p.g.a,
        (p) => p.c === 'p' || p.g.a > 0.5,
      ),
    ).compiled;
    expect(allows?.(Float64Array.of(0.4, 0, 0.3, 0))).toBe(true);
    expect(allows?.(Float64Array.of(0.4, 0, 0.5, 0))).toBe(false);
    expect(allows?.(Float64Array.of(0.4, 1, Number.NaN, 0))).toBe(true);
    expect(allows?.(Float64Array.of(0.4, 1, Number.NaN, 1))).toBe(false);
    expect(allows?.(Float64Array.of(0.6, 0, 0.5, 1))).toBe(true);
  });

  it('can be applied again', () => {
    const once = where(fields, (p) => p.a <= p.b);
    const twice = where(once, 'a > 0', (p) => p.a + p.b <= 1);
    expect(twice.fields).toBe(fields);
    expect(twice.conditions).toHaveLength(3);
    expect(once.conditions).toHaveLength(1);
    const { allows, params } = compileSpace(twice).compiled;
    expect(params).toHaveLength(2);
    expect([
      allows?.(Float64Array.of(0.2, 0.3)),
      allows?.(Float64Array.of(0.3, 0.2)),
      allows?.(Float64Array.of(0.5, 0.6)),
    ]).toEqual([true, false, false]);
  });

  it('does not compile expressions', () => {
    const { compiled, conditions } = compileSpace(where(fields, 'a <= b'));
    expect([compiled.allows, conditions]).toEqual([null, ['a <= b']]);
  });

  it('allows everything without conditions', () => {
    expect(compileSpace(where(fields)).compiled.allows).toBeNull();
  });

  it.each<readonly [make: () => unknown, word: string]>([
    [() => where(fields, 5 as never), 'not 5'],
    [() => where(fields, '' as never), '""'],
    [() => where(fields, '  ' as never), 'a <= b'],
    [() => where(fields, null as never), 'null'],
    [() => where(fields, true as never), 'true'],
    [() => where(fields, (async (p: { a: number }) => p.a < 1) as never), 'not async'],
    [() => where(null as never, 'a <= b'), 'null'],
    [() => where('a <= b' as never), '"a <= b"'],
  ])('rejects %s', async (make, word) => {
    expect((await refused('invalid-space', make)).message).toContain(word);
  });

  it.each<readonly [returned: unknown, word: string]>([
    [Promise.resolve(false), 'a promise'],
    [undefined, 'undefined'],
    [0, 'not 0'],
    [1, 'not 1'],
    ['', '""'],
    [null, 'null'],
  ])('refuses a predicate that returns %s', async (returned, word) => {
    const { allows } = compileSpace(where(fields, () => returned as never)).compiled;
    expect((await refused('invalid-space', () => allows?.(Float64Array.of(0, 0)))).message).toContain(word);
  });
});
