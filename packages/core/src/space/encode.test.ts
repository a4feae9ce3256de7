import { arbitrarySpace, refused } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categorical, float, int } from '../distribution/validate.ts';
import type { Json } from '../json.ts';
import { group, oneOf } from './builders.ts';
import { compileSpace } from './compile.ts';
import { decodeSpace } from './decode.ts';
import { encodeSpace } from './encode.ts';
import { where } from './where.ts';

const space = where(
  {
    lr: float(1e-5, 0.1, { log: true }),
    g: group({ n: int(0, 9, { step: 3 }) }),
    model: oneOf({ svm: { c: float(0, 1, { step: 0.25 }) }, '10': {}, '2': {} }),
    act: categorical([1, '1', true, null]),
  },
  'lr < 0.05',
);

describe('the stored form of a space', () => {
  it('is frozen', () => {
    expect(encodeSpace(compileSpace(space))).toEqual({
      version: 1,
      fields: [
        ['lr', { name: 'FloatDistribution', attributes: { step: null, low: 1e-5, high: 0.1, log: true } }],
        ['g', { group: [['n', { name: 'IntDistribution', attributes: { log: false, step: 3, low: 0, high: 9 } }]] }],
        [
          'model',
          {
            oneOf: [
              ['2', []],
              ['10', []],
              ['svm', [['c', { name: 'FloatDistribution', attributes: { step: 0.25, low: 0, high: 1, log: false } }]]],
            ],
          },
        ],
        ['act', { name: 'CategoricalDistribution', attributes: { choices: [1, '1', true, null] } }],
      ],
      conditions: ['lr < 0.05'],
    });
  });

  it('decodes to the same space, also after JSON', () => {
    fc.assert(
      fc.property(arbitrarySpace({ constraints: false }), (any) => {
        const before = compileSpace(any);
        const stored = encodeSpace(before);
        const after = compileSpace(decodeSpace(JSON.parse(JSON.stringify(stored)) as Json));
        expect(after.compiled).toEqual(before.compiled);
        expect(after.shape).toEqual(before.shape);
        expect(encodeSpace(after)).toEqual(stored);
      }),
    );
    expect(compileSpace(decodeSpace(encodeSpace(compileSpace(space)))).compiled.id).toBe(
      compileSpace(space).compiled.id,
    );
  });

  it('has no predicates, so the same space must be passed again', async () => {
    const stored = encodeSpace(compileSpace(where(space, (p) => p.lr > 0)));
    expect((stored as { conditions: Json }).conditions).toEqual(['lr < 0.05', null]);
    const error = await refused('invalid-space', () => decodeSpace(stored));
    expect(error.message).toMatch(/predicate.*Pass the same space again.*expression/);
  });

  it.each<readonly [Json]>([
    [null],
    [5],
    [[]],
    [{}],
    [{ version: 2, fields: [], conditions: [] }],
    [{ version: 1, fields: {} }],
  ])('is rejected in any other form: %j', async (stored) => {
    await refused('invalid-space', () => decodeSpace(stored));
  });
});
