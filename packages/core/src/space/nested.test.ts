import { arbitrarySpace, refused } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInternal } from '../distribution/convert.ts';
import { drawInternal } from '../distribution/draw.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import { rngFor } from '../rng/rng.ts';
import { group, oneOf } from './builders.ts';
import { compileSpace } from './compile.ts';
import { type CompiledSpace, isActive } from './compiled-space.ts';
import type { DeclaredSpace } from './declared-space.ts';
import { toFlat } from './flat.ts';
import { toNested } from './nested.ts';

const declared = compileSpace({
  lr: float(0, 1),
  g: group({
    n: int(0, 9),
    model: oneOf({ svm: { c: float(0, 1), k: oneOf({ rbf: { gamma: float(0, 1) }, lin: {} }) }, none: {} }),
  }),
  act: categorical(['relu', null]),
});

/** A random complete point: internal values, NaN where inactive. */
function pointOf(space: CompiledSpace, seed: number): Float64Array {
  const x = new Float64Array(space.params.length).fill(Number.NaN);
  space.params.forEach(({ name, dist }, i) => {
    if (isActive(space, i, x)) x[i] = drawInternal(dist, rngFor(seed, 0, name));
  });
  return x;
}

function toVector(space: DeclaredSpace, flat: ReadonlyMap<string, unknown>): Float64Array {
  return Float64Array.from(space.compiled.params, ({ name, dist }) =>
    flat.has(name) ? toInternal(dist, flat.get(name)) : Number.NaN,
  );
}

describe('toNested', () => {
  it('makes branches tagged objects and groups plain ones', () => {
    expect(toNested(declared, [0.5, 3, 0, 0.25, 0, 0.75, 1])).toEqual({
      lr: 0.5,
      g: { n: 3, model: { type: 'svm', c: 0.25, k: { type: 'rbf', gamma: 0.75 } } },
      act: null,
    });
    const none = [0, 0, 1, Number.NaN, Number.NaN, Number.NaN, 0];
    expect(toNested(declared, none)).toEqual({ lr: 0, g: { n: 0, model: { type: 'none' } }, act: 'relu' });
  });

  it('omits parameters that are NaN', () => {
    expect(toNested(declared, new Float64Array(7).fill(Number.NaN))).toEqual({ g: {} });
    expect(toNested(compileSpace({}), [])).toEqual({});
  });
});

describe('toFlat', () => {
  const flat = (params: object) => Object.fromEntries(toFlat(declared, params));

  it('accepts partial nested objects', () => {
    expect(flat({})).toEqual({});
    expect(flat({ g: {} })).toEqual({});
    expect(flat({ g: { n: 1, model: { type: 'svm', k: { type: 'lin' } } } })).toEqual({
      'g.n': 1,
      'g.model': 'svm',
      'g.model.svm.k': 'lin',
    });
    expect(flat({ lr: undefined, g: { n: undefined }, act: null })).toEqual({ act: null });
  });

  it('accepts flat names and mixtures', () => {
    expect(flat({ 'g.n': 4, g: { model: 'none' }, 'g.model.svm.c': 0.5 })).toEqual({
      'g.n': 4,
      'g.model': 'none',
      'g.model.svm.c': 0.5,
    });
  });

  it.each<readonly [params: object, ...words: string[]]>([
    [{ rate: 1 }, '"rate"', 'lr, g.n'],
    [{ g: { m: 1 } }, '"g.m"'],
    [{ g: 5 }, '"g"'],
    [{ g: { model: { type: 'svm', trees: 5 } } }, '"g.model.svm.trees"'],
    [{ g: { model: { type: 'none', c: 5 } } }, '"g.model.none.c"'],
    [{ g: { model: { type: 'tree' } } }, '"g.model"', '"tree"', '["svm","none"]'],
    [{ g: { model: { c: 1 } } }, '"g.model"', 'undefined', '["svm","none"]'],
    [{ g: { 'model.svm.c': 1 } }, '"g.model.svm.c"'],
  ])('rejects %j', async (params, ...words) => {
    const error = await refused('invalid-value', () => toFlat(declared, params as object));
    for (const word of words) expect(error.message).toContain(word);
  });
});

it('toFlat is the inverse of toNested', () => {
  fc.assert(
    fc.property(arbitrarySpace(), fc.nat(), (space, seed) => {
      const compiled = compileSpace(space);
      const x = pointOf(compiled.compiled, seed);
      const nested = toNested(compiled, x);
      const flat = toFlat(compiled, nested);
      expect(toVector(compiled, flat)).toEqual(x);
      expect([...flat.keys()]).toEqual(
        compiled.compiled.params.flatMap(({ name }, i) => (Number.isNaN(x[i]) ? [] : [name])),
      );
      expect(toNested(compiled, toVector(compiled, toFlat(compiled, Object.fromEntries(flat))))).toEqual(nested);
    }),
  );
});
